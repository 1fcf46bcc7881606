//! Calls that nobody of us answers: missed, handed to voicemail, replied to.
//!
//! Owns their events; tests and the binary call it. It never sends.

use super::tale::Tale;
use crate::webhook::{Notification, Session};

/// Tells a call that rings until the caller gives up.
pub fn missed(session: &Session) -> Vec<Notification> {
    session.missed_events()
}

/// Tells a call that goes to voicemail; the state is spelled `VoiceMail` in the specification and `Voicemail` live.
pub fn voicemail(session: &Session, spelling: &str) -> Vec<Notification> {
    let ours = session.extension_party;
    rung(session)
        .at(20_000, ours, spelling)
        .change(41_000, ours, "Disconnected", |party| party.missed = true)
        .at(41_004, 1, "Disconnected")
        .told()
}

/// Tells a call that is answered by a spoken reply in our place.
pub fn replied(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    rung(session)
        .because(6_000, ours, "Setup", "CallReplied")
        .because(6_020, ours, "Disconnected", "CallReplied")
        .at(25_000, 1, "Disconnected")
        .told()
}

fn rung(session: &Session) -> Tale<'_> {
    let ours = session.extension_party;
    Tale::of(session)
        .at(0, 1, "Setup")
        .at(19, ours, "Setup")
        .at(58, 1, "Answered")
        .at(80, ours, "Proceeding")
}
