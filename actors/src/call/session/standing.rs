//! Owns what all parties together mean for us. Called by `Session`. Sequences and reasons are those of the RingCentral
//! dossier, 3.3 to 3.5.

use super::Session;
use super::party::{Code, Party};

/// Where a call stands in RingCentral's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It rings for us.
    Ringing,
    /// Our party talks with the caller.
    Talking,
    /// Our party holds the caller.
    Held,
    /// The call is parked.
    Parked,
    /// The caller is at the voicemail.
    Voicemail,
    /// The call is with none of our parties, and not over: at a menu, or on its way to another device of ours.
    Between,
    /// The call is over for us.
    Over(Ending),
}

/// How a call ended in RingCentral's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Answered, and hung up.
    Completed,
    /// Another agent of the queue answered.
    AnsweredElsewhere,
    /// Nobody answered.
    Missed,
    /// Turned away.
    Rejected,
    /// The caller was sent to voicemail.
    Voicemail,
    /// RingCentral spoke a reply for us.
    Replied,
    /// Answered, and connected with somebody who had been told of it.
    Transferred,
    /// Sent on unannounced. RingCentral reports it alike before and after the answer.
    Forwarded,
    /// Parked, and not with us any more.
    Parked,
    /// The party went into a conference.
    Conferenced,
    /// Only the end was ever reported.
    Unseen,
}

/// Tells where the call stands; `None` before the first report.
pub(super) fn of(session: &Session) -> Option<Standing> {
    let parties = session.parties();
    if parties.is_empty() {
        return None;
    }
    let Some((_, ours)) = session.ours() else {
        let over = session.gone || parties.values().all(Party::is_over);
        return Some(if over {
            Standing::Over(Ending::Unseen)
        } else {
            Standing::Between
        });
    };
    if !ours.is_over() && !session.gone && !caller_left(session, ours) {
        return Some(live(ours));
    }
    let others_live = parties.values().any(|party| !party.is_over());
    let moved = matches!(
        ours.reason().as_deref(),
        Some("pickup" | "callswitch" | "callflip")
    );
    // The party may have been a menu's, after which the call goes on to us.
    let may_go_on = moved || !session.is_of_our_extension(ours) && ours.reason().is_none();
    if ours.is_over() && !session.gone && others_live && may_go_on {
        return Some(Standing::Between);
    }
    // Taken on another device, the call was answered on the first.
    let answered_before = parties
        .values()
        .any(|party| session.is_of_our_extension(party) && party.was_answered());
    Some(Standing::Over(match ending(ours) {
        Ending::Unseen if answered_before => Ending::Completed,
        ending => ending,
    }))
}

/// Tells whether the outside caller's own leg has ended. It is outbound, as seen from the caller.
fn caller_left(session: &Session, ours: &Party) -> bool {
    let caller = session
        .parties()
        .values()
        .find(|party| party.extension().is_none() && party.direction() == Some("Outbound"));
    ours.is_inbound() && caller.is_some_and(|caller| caller.is_over() && caller.code() != "Gone")
}

fn live(party: &Party) -> Standing {
    match Code::read(party.code()) {
        Code::Ringing => Standing::Ringing,
        Code::Held => Standing::Held,
        Code::Parked => Standing::Parked,
        Code::Voicemail => Standing::Voicemail,
        Code::Answered | Code::Over => Standing::Talking,
        Code::Other if party.was_answered() => Standing::Talking,
        Code::Other => Standing::Ringing,
    }
}

fn ending(party: &Party) -> Ending {
    let answered = party.was_answered();
    let by_reason = party.reason().and_then(|reason| match reason.as_str() {
        "blindtransfer" | "rcctransfer" | "dtmftransfer" | "callredirected" => {
            Some(Ending::Forwarded)
        }
        "attendedtransfer" => Some(Ending::Transferred),
        "conference" => Some(Ending::Conferenced),
        "callpark" | "parklocation" => Some(Ending::Parked),
        "agentanswered" => Some(Ending::AnsweredElsewhere),
        "timeout" | "noanswer" | "targetbusy" | "agentdropped" | "cancelled" if !answered => {
            Some(Ending::Missed)
        }
        "rejected" => Some(Ending::Rejected),
        "voicemail" => Some(Ending::Voicemail),
        "callreplied" => Some(Ending::Replied),
        _ => None,
    });
    by_reason.unwrap_or_else(|| without_reason(party, answered))
}

/// Tells the ending of a party whose last report gives no reason. One that rang and ended without being called missed was
/// answered, though that report never came; one whose end never came was not.
fn without_reason(party: &Party, answered: bool) -> Ending {
    let rang = party.has_been(Code::Ringing);
    if party.has_been(Code::Voicemail) {
        Ending::Voicemail
    } else if party.was_replied() {
        Ending::Replied
    } else if answered {
        Ending::Completed
    } else if party.was_missed() {
        Ending::Missed
    } else if rang && party.is_over() {
        Ending::Completed
    } else if rang {
        Ending::Missed
    } else {
        Ending::Unseen
    }
}
