//! The network's hand on a call: hang up for somebody, connect with somebody else, report a transfer.
//!
//! Owns nothing that keeps a call alive; the simulated service holds it. What a telephone does is the agent's.

use tokio::sync::mpsc;

use super::agent::Order;
use super::caller::Invitation;
use super::caller::MediaOf::{Own, Shared};
use super::events::{CallError, End, EventLog, Events, PhoneEvent};
use super::plan::DialPlan;
use crate::media::session::{Aim, Command, MediaSession};

/// Reaches into one end of a call; the call ends with its handle all the same.
#[derive(Clone)]
pub struct Line {
    pub(super) orders: mpsc::WeakUnboundedSender<Order>,
    pub(super) log: EventLog,
    pub(super) media: MediaSession,
}

impl Line {
    /// Ends the call with whatever its phase asks for, and does not wait.
    pub fn hang_up(&self) {
        self.order(Order::HangUp);
    }

    /// Queues samples behind what is being said.
    pub(crate) fn speak(&self, samples: &[i16]) {
        let _ = self.media.speak(samples);
    }

    /// Tells the other side how the transfer went that it had asked for by REFER.
    pub(crate) fn report_refer(&self, code: u16) {
        self.order(Order::Referred(code));
    }

    /// Copies what the phone has heard and said so far; empty where nothing was recorded.
    pub(crate) fn recorded(&self) -> crate::media::session::Recording {
        self.media.recording()
    }

    /// Leaves whom the phone talks to and rings somebody else with the same ears and mouth; tells the new Call-ID.
    ///
    /// # Errors
    /// Fails when nobody can be rung there; the call stays as it is.
    pub(crate) async fn redial(&self, plan: &DialPlan, name: &str) -> Result<String, CallError> {
        let invitation = Invitation::prepare(plan).await?;
        let call_id = invitation.invite.call_id().to_owned();
        let (hand_over, obeyed) = mpsc::unbounded_channel();
        self.order(Order::HandOver(hand_over));
        self.log.push(PhoneEvent::Connected(name.to_owned()));
        // The first agent goes on listening for keys.
        let (_, no_keys) = mpsc::unbounded_channel();
        let orders = invitation
            .send(plan, Own(self.media.clone()), self.log.clone(), no_keys)
            .await;
        tokio::spawn(pass_on(obeyed, orders));
        Ok(call_id)
    }

    /// Rings somebody else while the call goes on, to move it there when it is answered.
    ///
    /// # Errors
    /// Fails when nobody can be rung there.
    pub(crate) async fn consult(&self, plan: &DialPlan) -> Result<Consultation, CallError> {
        let invitation = Invitation::prepare(plan).await?;
        let (log, events) = EventLog::new();
        let (_, no_keys) = mpsc::unbounded_channel();
        let media = Shared(self.media.clone());
        let orders = invitation.send(plan, media, log, no_keys).await;
        Ok(Consultation { orders, events })
    }

    /// Leaves whom the phone talks to for whoever has answered.
    pub(crate) fn move_to(&self, consultation: Consultation, name: &str) {
        let Consultation { orders, mut events } = consultation;
        self.order(Order::HandOver(orders));
        self.log.push(PhoneEvent::Connected(name.to_owned()));
        let log = self.log.clone();
        tokio::spawn(async move {
            while let Some(happened) = events.next().await {
                if matches!(happened.event, PhoneEvent::Ended(_)) {
                    return log.push(happened.event);
                }
            }
        });
    }

    /// Connects two phones directly with each other; whoever hangs up ends the call for both.
    pub(crate) fn patch(&self, other: &Self, names: (&str, &str)) {
        let (hand_over, mut first) = mpsc::unbounded_channel();
        self.order(Order::HandOver(hand_over));
        let (hand_over, mut second) = mpsc::unbounded_channel();
        other.order(Order::HandOver(hand_over));
        for (one, far, name) in [(self, other, names.1), (other, self, names.0)] {
            one.media.command(Command::Aim(Aim {
                address: far.media.address(),
                own_key: None,
                their_key: None,
                telephone_event: Some(crate::sip::sdp::TELEPHONE_EVENT),
                sending: true,
            }));
            one.log.push(PhoneEvent::Connected(name.to_owned()));
        }
        let (this, other) = (self.clone(), other.clone());
        tokio::spawn(async move {
            let by_first = tokio::select! {
                () = until_leaving(&mut first) => true,
                () = until_leaving(&mut second) => false,
            };
            for (line, hung_up) in [(this, by_first), (other, !by_first)] {
                line.media.silence();
                line.log.push(PhoneEvent::Ended(match hung_up {
                    true => End::HungUp,
                    false => End::RemoteHungUp,
                }));
            }
        });
    }

    /// Leaves whom the phone talks to and connects it with nobody: parked, or listening to a machine.
    pub(crate) fn wait(&self, name: &str) {
        let (hand_over, mut obeyed) = mpsc::unbounded_channel();
        self.order(Order::HandOver(hand_over));
        self.log.push(PhoneEvent::Connected(name.to_owned()));
        let line = self.clone();
        tokio::spawn(async move {
            while let Some(order) = obeyed.recv().await {
                match order {
                    Order::HandOver(next) => return pass_on(obeyed, next).await,
                    Order::HangUp | Order::Cancel => break,
                    _ => {}
                }
            }
            line.media.silence();
            line.log.push(PhoneEvent::Ended(End::HungUp));
        });
    }

    fn order(&self, order: Order) {
        if let Some(orders) = self.orders.upgrade() {
            let _ = orders.send(order);
        }
    }
}

/// Is somebody who is rung while the call goes on; dropping it gives up.
pub(crate) struct Consultation {
    orders: mpsc::UnboundedSender<Order>,
    pub events: Events,
}

/// Hands orders on, and ends with whoever gives them.
async fn pass_on(mut from: mpsc::UnboundedReceiver<Order>, to: mpsc::UnboundedSender<Order>) {
    while let Some(order) = from.recv().await {
        let _ = to.send(order);
    }
}

async fn until_leaving(orders: &mut mpsc::UnboundedReceiver<Order>) {
    while let Some(order) = orders.recv().await {
        if matches!(order, Order::HangUp | Order::Cancel) {
            return;
        }
    }
}
