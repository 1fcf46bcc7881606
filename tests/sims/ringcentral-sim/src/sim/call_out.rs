//! Calls that REST makes for the device: the device first, which is asked to answer at once, then the other side.
//!
//! Owns the two legs and the sound between them; the service starts it. It never answers REST.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::follow::ANSWER_NOW;
use super::network::Network;
use crate::media::HeardFrame;
use crate::phone::{Caller, Leg, PhoneEvent};
use crate::rest::{Effect, Placement};
use crate::webhook::Party;

/// Limits how long the device may ring.
const PATIENCE: Duration = Duration::from_secs(30);

/// Places calls as long as REST may ask for some.
pub(super) async fn place(network: Network, mut inbox: mpsc::UnboundedReceiver<Placement>) {
    let mut calls = JoinSet::new();
    while let Some(placement) = inbox.recv().await {
        calls.spawn(carry(network.clone(), placement));
        while calls.try_join_next().is_some() {}
    }
}

async fn carry(network: Network, placement: Placement) {
    let id = placement.session.telephony_session_id.clone();
    let first = connect(&network, placement).await;
    network.forget(&id);
    let (first, reason) = first.unwrap_or((Party::Extension, Some("NoAnswer")));
    network.exchange.end_session(&id, first, reason);
}

/// Carries a call to its end and tells who ended it and why; nothing if the device never answered.
async fn connect(network: &Network, placement: Placement) -> Option<(Party, Option<&'static str>)> {
    let Placement {
        session,
        mut effects,
    } = placement;
    let id = &session.telephony_session_id;
    let number = session.from.clone().unwrap_or_default();
    let mut plan = network.to_device()?;
    plan.from_number.clone_from(&number);
    plan.to_user.clone_from(&session.to);
    let now = ANSWER_NOW.map(|(name, value)| (name.to_owned(), value.to_owned()));
    plan.headers.extend(now);
    let device = Caller::dial(plan).await.ok()?;
    let set = |party, code| network.exchange.change(id, party, code, None);
    network.exchange.set_call_id(id, 1, device.call_id());
    network.remember(id, device.line(), device.call_id());
    set(Party::Extension, "Proceeding");
    device.answered(PATIENCE).await.ok()?;
    set(Party::Extension, "Answered");
    let Some(mut plan) = network.to_phone(&number) else {
        return Some((Party::Caller, Some("InvalidNumber")));
    };
    plan.from_number.clone_from(&session.to);
    let phone = Caller::dial(plan).await.ok()?;
    let (mut at_device, mut at_phone) = (device.events(), phone.events());
    let mut sound = JoinSet::new();
    loop {
        tokio::select! {
            Some(effect) = effects.recv() => if effect == Effect::EndLeg {
                return Some((Party::Extension, None));
            },
            happened = at_device.next() => match happened.map(|happened| happened.event) {
                Some(PhoneEvent::Left | PhoneEvent::Ended(_)) | None => {
                    return Some((Party::Extension, None));
                }
                Some(_) => {}
            },
            happened = at_phone.next() => match happened.map(|happened| happened.event) {
                Some(PhoneEvent::Ringing | PhoneEvent::Progress(_)) if network.exchange.is_set_up(id, 2) => {
                    set(Party::Caller, "Proceeding");
                }
                Some(PhoneEvent::Answered) => {
                    set(Party::Caller, "Answered");
                    relay(&mut sound, &device, &phone);
                    relay(&mut sound, &phone, &device);
                }
                Some(PhoneEvent::Ended(crate::phone::End::Refused(_))) => {
                    return Some((Party::Caller, Some("TargetBusy")));
                }
                Some(PhoneEvent::Ended(_)) | None => return Some((Party::Caller, None)),
                Some(_) => {}
            },
        }
    }
}

/// Lets one end hear what the other says.
fn relay(sound: &mut JoinSet<()>, from: &Leg, to: &Leg) {
    let (mut heard, to) = (from.audio(), to.line());
    sound.spawn(async move {
        while let Some(HeardFrame { samples, .. }) = heard.recv().await {
            to.speak(&samples);
        }
    });
}
