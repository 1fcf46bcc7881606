//! Calls that leave us while they go on: transferred, forwarded, parked, conferenced, supervised.
//!
//! Owns their events; tests and the binary call it. It never sends.

use super::tale::Tale;
use crate::webhook::{Endpoint, Notification, Party, PartyState, Peer, Session};

const TARGET: &str = "+15550009999";

/// Tells an answered call that we send elsewhere unannounced: our leg ends, the target is the next party.
pub fn blind_transfer(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    answered(session)
        .add(target(session))
        .because(20_000, ours, "Disconnected", "BlindTransfer")
        .at(20_040, ours + 1, "Setup")
        .at(20_400, ours + 1, "Proceeding")
        .at(26_000, ours + 1, "Answered")
        .at(70_000, ours + 1, "Disconnected")
        .at(70_004, 1, "Disconnected")
        .told()
}

/// Tells a ringing call that we send elsewhere; the reason is the one of a blind transfer.
pub fn forwarded(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    rung(session)
        .add(target(session))
        .because(3_000, ours, "Disconnected", "BlindTransfer")
        .at(3_040, ours + 1, "Setup")
        .at(3_400, ours + 1, "Proceeding")
        .at(9_000, ours + 1, "Answered")
        .at(50_000, ours + 1, "Disconnected")
        .at(50_004, 1, "Disconnected")
        .told()
}

/// Tells a call that we announce to somebody and then hand over: both of our parties are gone and point at each
/// other.
pub fn warm_transfer(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    let second = consultation(session);
    let peer = |of: &Session| Peer {
        telephony_session_id: of.telephony_session_id.clone(),
        session_id: of.session_id.clone(),
        party_id: of.party_id(Party::Extension),
    };
    let gone = |peer: Peer| {
        move |party: &mut PartyState| {
            party.reason = Some("AttendedTransfer".to_owned());
            party.peer = Some(peer);
        }
    };
    let first = answered(session)
        .at(18_000, ours, "Hold")
        .change(40_000, ours, "Gone", gone(peer(&second)))
        .at(90_000, 1, "Disconnected");
    let other = Tale::of(&second)
        .at(19_000, 1, "Setup")
        .at(19_900, 2, "Proceeding")
        .at(19_905, 1, "Proceeding")
        .at(25_000, 2, "Answered")
        .at(25_010, 1, "Answered")
        .change(40_005, 1, "Gone", gone(peer(session)))
        .at(90_004, 2, "Disconnected");
    first.beside(other)
}

/// Tells a call that is brought into a conference, whose session is the peer and has no decimal id.
pub fn conference(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    let other = consultation(session);
    let peer = Peer {
        telephony_session_id: other.telephony_session_id.clone(),
        session_id: "0".to_owned(),
        party_id: other.party_id_of(3),
    };
    answered(session)
        .change(30_000, ours, "Gone", |party| {
            party.reason = Some("Conference".to_owned());
            party.conference_role = Some("Participant");
            party.peer = Some(peer);
        })
        .at(80_000, 1, "Disconnected")
        .told()
}

/// Tells a call that is parked and left there until the caller gives up; the parked party belongs to nobody.
pub fn parked(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    in_park(session)
        .at(95_000, 1, "Disconnected")
        .at(95_004, ours + 1, "Disconnected")
        .told()
}

/// Tells a call that is parked and picked up by us again.
pub fn picked_up(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    let again = PartyState {
        number: ours + 2,
        ..session.party(Party::Extension)
    };
    in_park(session)
        .add(again)
        .because(50_000, ours + 1, "Gone", "Pickup")
        .at(50_010, ours + 2, "Setup")
        .at(50_300, ours + 2, "Answered")
        .at(90_000, ours + 2, "Disconnected")
        .at(90_004, 1, "Disconnected")
        .told()
}

/// Tells an answered call to which a listening supervisor is added.
pub fn supervised(session: &Session) -> Vec<Notification> {
    let ours = session.extension_party;
    let supervisor = PartyState {
        number: ours + 1,
        extension_id: Some("701003".to_owned()),
        inbound: true,
        from: session.party(Party::Extension).to,
        to: Endpoint::default().at("701003"),
        conference_role: Some("Participant"),
        ..PartyState::default()
    };
    answered(session)
        .add(supervisor)
        .because(15_000, ours + 1, "Proceeding", "Supervising")
        .because(17_000, ours + 1, "Answered", "Supervising")
        .because(30_000, ours + 1, "Gone", "Supervising")
        .at(42_000, ours, "Disconnected")
        .at(42_004, 1, "Disconnected")
        .told()
}

/// Derives the session of the call in which somebody is asked to take over; the same for the same call.
fn consultation(session: &Session) -> Session {
    let of = |id: &str, last: &str| format!("{}{last}", &id[..id.len().saturating_sub(last.len())]);
    Session {
        telephony_session_id: of(&session.telephony_session_id, "1111"),
        session_id: of(&session.session_id, "2000"),
        from: Some(TARGET.to_owned()),
        from_name: String::new(),
        call_id: None,
        extension_party: 1,
        ..session.clone()
    }
}

fn target(session: &Session) -> PartyState {
    PartyState {
        number: session.extension_party + 1,
        inbound: true,
        from: session.party(Party::Caller).from,
        to: Endpoint::number(TARGET),
        ..PartyState::default()
    }
}

fn in_park(session: &Session) -> Tale<'_> {
    let ours = session.extension_party;
    let parked = PartyState {
        number: ours + 1,
        extension_id: None,
        call_id: None,
        ..session.party(Party::Extension)
    };
    answered(session)
        .add(parked)
        .because(25_000, ours, "Disconnected", "CallPark")
        .change(25_010, ours + 1, "Parked", |party| {
            party.park = Some("*801".to_owned());
        })
}

fn rung(session: &Session) -> Tale<'_> {
    let ours = session.extension_party;
    Tale::of(session)
        .at(0, 1, "Setup")
        .at(19, ours, "Setup")
        .at(58, 1, "Answered")
        .at(80, ours, "Proceeding")
}

fn answered(session: &Session) -> Tale<'_> {
    rung(session).at(6_800, session.extension_party, "Answered")
}
