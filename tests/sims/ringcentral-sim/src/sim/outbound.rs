//! Calls of the device: made known to the exchange when they are dialled, and told to it as they go on.
//!
//! Owns the order of the events of an outbound call; the edge and people call it. It never sends SIP.

use super::network::{Announced, Network};
use crate::phone::{End, Events, Leg, Line, PhoneEvent};
use crate::rest::Effect;
use crate::sip::Message;
use crate::webhook::{Party, Session};

/// Begins the session of a call that the device has dialled and names it as `p-rc-api-ids` does.
pub(super) fn announce(network: &Network, invite: &Message, number: &str) -> String {
    let own_number = network.exchange.config().own_number();
    let session = Session::outbound(number, own_number);
    let mut session = network.exchange.own_session(session);
    session.call_id = Some(invite.call_id().to_owned());
    let parties = vec![
        session.party(Party::Extension),
        session.party(Party::Caller),
    ];
    let effects = network.exchange.admit(&session, parties);
    let id = session.telephony_session_id.clone();
    network
        .exchange
        .change(&id, Party::Extension, "Setup", None);
    let ids = format!(
        "party-id={};session-id={id}",
        session.party_id(Party::Extension)
    );
    network.announce(invite.call_id(), (id, effects));
    ids
}

/// Tells the exchange what happens between the device and the phone that rings.
pub(super) fn follow(network: &Network, (id, effects): Announced, leg: &Leg) {
    network.remember(&id, leg.line(), leg.call_id());
    let follower = Follower {
        network: network.clone(),
        id,
        line: leg.line(),
        effects,
    };
    tokio::spawn(follower.run(leg.events()));
}

struct Follower {
    network: Network,
    id: String,
    line: Line,
    effects: tokio::sync::mpsc::UnboundedReceiver<Effect>,
}

impl Follower {
    async fn run(mut self, mut events: Events) {
        let change = |party, code: &str| self.network.exchange.change(&self.id, party, code, None);
        change(Party::Caller, "Proceeding");
        change(Party::Extension, "Proceeding");
        let mut end = End::HungUp;
        loop {
            tokio::select! {
                Some(effect) = self.effects.recv() => match effect {
                    Effect::EndLeg => self.line.hang_up(),
                    Effect::Bridge(other) => {
                        if let Some(other) = self.network.line(&other) {
                            self.line.patch(&other, ("the person", "the caller"));
                        }
                    }
                    Effect::AnswerOn(_) | Effect::Redirected(_) | Effect::Wait(_) => {}
                },
                happened = events.next() => match happened.map(|happened| happened.event) {
                    Some(PhoneEvent::Answered) => {
                        change(Party::Caller, "Answered");
                        change(Party::Extension, "Answered");
                    }
                    Some(PhoneEvent::Ended(how)) => {
                        end = how;
                        break;
                    }
                    Some(PhoneEvent::Left) | None => break,
                    Some(_) => {}
                },
            }
        }
        self.network.forget(&self.id);
        // The first of the two is the side that hung up.
        let (first, reason) = match end {
            End::Refused(486) => (Party::Caller, Some("TargetBusy")),
            End::Refused(_) => (Party::Caller, Some("Rejected")),
            End::HungUp | End::NoMedia => (Party::Caller, None),
            End::RemoteHungUp | End::Cancelled | End::TimedOut => (Party::Extension, None),
        };
        self.network.exchange.end_session(&self.id, first, reason);
    }
}
