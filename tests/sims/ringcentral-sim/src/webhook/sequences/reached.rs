//! Calls that reach somebody: direct, behind a menu, from a queue, and those of our extension.
//!
//! Owns their events; tests and the binary call it. It never sends.

use super::tale::Tale;
use crate::webhook::{Notification, PartyState, Route, Session};

/// Tells a direct call that is answered and ends, in the order and at the times of a capture.
pub fn direct(session: &Session) -> Vec<Notification> {
    session.events()
}

/// Tells a call by a menu: rung, answered, held, taken back, ended, as in a capture.
///
/// The menu's leg ends at 8.7 s while the call goes on, and ours is party 3.
pub fn behind_menu(session: &Session) -> Vec<Notification> {
    let mut session = session.clone();
    let parties = Route::menu().parties(&mut session);
    let menu = parties[1].to.clone();
    Tale::with(&session, parties)
        .at(0, 1, "Setup")
        .at(24, 2, "Setup")
        .change(143, 1, "Answered", |caller| caller.to = menu)
        .at(8_687, 2, "Disconnected")
        .at(8_687, 3, "Setup")
        .at(8_716, 3, "Proceeding")
        .at(16_060, 3, "Answered")
        .at(20_660, 3, "Hold")
        .at(23_050, 3, "Answered")
        .at(30_870, 3, "Disconnected")
        .at(30_874, 1, "Disconnected")
        .told()
}

/// Tells a queue's call that we answer: the first that is heard of our leg is Proceeding, with sequence 7.
pub fn from_queue(session: &Session) -> Vec<Notification> {
    let mut session = session.clone();
    offered(&mut session)
        .at(9_000, 3, "Answered")
        .at(60_000, 3, "Disconnected")
        .at(60_006, 2, "Disconnected")
        .at(60_010, 1, "Disconnected")
        .told()
}

/// Tells a queue's call that rings for us until another agent takes it.
pub fn taken_by_another_agent(session: &Session) -> Vec<Notification> {
    let mut session = session.clone();
    let tale = offered(&mut session);
    let another = PartyState {
        number: 4,
        extension_id: Some("701009".to_owned()),
        call_id: None,
        ..tale.party(3)
    };
    tale.add(another)
        .at(4_001, 4, "Proceeding")
        .at(8_000, 4, "Answered")
        .because(8_004, 3, "Disconnected", "AgentAnswered")
        .at(60_000, 4, "Disconnected")
        .at(60_006, 2, "Disconnected")
        .at(60_010, 1, "Disconnected")
        .told()
}

/// Tells a call of our extension to an outside number, as in a capture; hold is on our leg, which is party 1.
pub fn outbound(session: &Session) -> Vec<Notification> {
    let session = &Session {
        extension_party: 1,
        ..session.clone()
    };
    Tale::of(session)
        .at(0, 1, "Setup")
        .at(900, 2, "Proceeding")
        .at(905, 1, "Proceeding")
        .at(6_100, 2, "Answered")
        .at(6_110, 1, "Answered")
        .at(12_000, 1, "Hold")
        .at(15_000, 1, "Answered")
        .at(21_000, 1, "Disconnected")
        .at(21_014, 2, "Disconnected")
        .told()
}

fn offered(session: &mut Session) -> Tale<'_> {
    let parties = Route::queue().parties(session);
    Tale::with(session, parties)
        .at(0, 1, "Setup")
        .at(19, 2, "Setup")
        .at(58, 1, "Answered")
        .at(80, 2, "Proceeding")
        .at(90, 2, "Answered")
        .at(4_000, 3, "Proceeding")
}
