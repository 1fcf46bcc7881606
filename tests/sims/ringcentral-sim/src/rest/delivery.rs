//! Delivers notifications to the subscriptions whose filters match.
//!
//! Owns the order and the faults of delivery; the server starts it. It never makes a notification.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::exchange::Exchange;
use super::subscriptions::Subscription;
use crate::webhook::Notification;

/// Says what goes wrong with deliveries, and what is done when the receiver fails; by default nothing goes wrong,
/// nothing is sent again, and ten failures in a row blacklist a subscription.
#[derive(Debug, Clone)]
pub struct DeliveryFaults {
    /// Sends a delivery that failed so many times again, with the same `uuid`.
    pub retries: u32,
    /// Waits so long before each of these.
    pub retry_pause: Duration,
    /// Blacklists a subscription after so many deliveries that failed one after the other.
    pub blacklist_after: u32,
    /// Holds every delivery back for this long; later ones are not held up by it.
    pub delay: Duration,
    /// Leaves out every n-th delivery.
    pub drop_every: Option<u64>,
    /// Makes every n-th delivery twice.
    pub double_every: Option<u64>,
    /// Makes every n-th delivery after the one behind it.
    pub swap_every: Option<u64>,
}

impl Default for DeliveryFaults {
    fn default() -> Self {
        Self {
            retries: 0,
            retry_pause: Duration::ZERO,
            blacklist_after: 10,
            delay: Duration::ZERO,
            drop_every: None,
            double_every: None,
            swap_every: None,
        }
    }
}

/// Holds a notification on its way.
#[derive(Debug)]
pub(super) struct Dispatch {
    notification: Notification,
}

impl Dispatch {
    pub fn new(notification: Notification) -> Self {
        Self { notification }
    }
}

/// Delivers one after the other until the server stops; delayed ones are made aside.
#[expect(
    clippy::disallowed_methods,
    reason = "a late delivery is the fault that was asked for"
)]
pub(super) async fn deliver(exchange: Exchange, mut inbox: mpsc::UnboundedReceiver<Dispatch>) {
    let mut aside = JoinSet::new();
    let mut held: Option<Notification> = None;
    let mut ordinal = 0_u64;
    while let Some(Dispatch { notification }) = inbox.recv().await {
        ordinal += 1;
        let faults = exchange.state().delivery.clone();
        let hits = |every: Option<u64>| {
            every.is_some_and(|every| every > 0 && ordinal.is_multiple_of(every))
        };
        if hits(faults.drop_every) {
            continue;
        }
        if hits(faults.swap_every) && held.is_none() {
            held = Some(notification);
            continue;
        }
        let copies = if hits(faults.double_every) { 2 } else { 1 };
        for notification in std::iter::repeat_n(notification, copies).chain(held.take()) {
            if faults.delay.is_zero() {
                to_all(&exchange, &notification, &faults).await;
            } else {
                let (exchange, faults) = (exchange.clone(), faults.clone());
                aside.spawn(async move {
                    tokio::time::sleep(faults.delay).await;
                    to_all(&exchange, &notification, &faults).await;
                });
            }
        }
        while aside.try_join_next().is_some() {}
    }
}

async fn to_all(exchange: &Exchange, notification: &Notification, faults: &DeliveryFaults) {
    let subscriptions = exchange.subscriptions();
    let live = |one: &&Subscription| one.is_live() && !one.blacklisted;
    for (place, subscription) in subscriptions.iter().filter(live).enumerate() {
        let Some(filter) = subscription
            .filters
            .iter()
            .find(|filter| matches(filter, notification))
        else {
            continue;
        };
        let mut json = notification.json().clone();
        json["uuid"] = uuid(&json["uuid"], place).into();
        json["subscriptionId"] = subscription.id.clone().into();
        if !filter.contains("sipData=true")
            && let Some(party) = json
                .pointer_mut("/body/parties/0")
                .and_then(|party| party.as_object_mut())
        {
            party.remove("sipData");
        }
        let worked = send(subscription, &Notification::from_json(json), faults).await;
        let mut state = exchange.state();
        let kept = state
            .subscriptions
            .iter_mut()
            .find(|one| one.id == subscription.id);
        if let Some(own) = kept {
            own.failures = if worked { 0 } else { own.failures + 1 };
            own.blacklisted = own.failures >= faults.blacklist_after;
        }
    }
}

/// Sends a notification until it is taken or the retries are used up.
#[expect(
    clippy::disallowed_methods,
    reason = "the pause between two attempts is the sender's"
)]
async fn send(
    subscription: &Subscription,
    notification: &Notification,
    faults: &DeliveryFaults,
) -> bool {
    for attempt in 0..=faults.retries {
        if attempt > 0 && !faults.retry_pause.is_zero() {
            tokio::time::sleep(faults.retry_pause).await;
        }
        let answer = subscription.sender.send(notification).await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return true;
        }
    }
    false
}

/// Gives every subscription an id of its own for the same event; a repeated delivery keeps it.
fn uuid(first: &serde_json::Value, place: usize) -> String {
    let first = first
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0_u64);
    first.wrapping_add(place as u64).to_string()
}

/// Says whether a filter wants a notification: account filters see every leg, extension filters their own.
fn matches(filter: &str, notification: &Notification) -> bool {
    let (path, query) = filter.split_once('?').unwrap_or((filter, ""));
    let event = notification.json()["event"].as_str().unwrap_or_default();
    let account = path.strip_suffix("/telephony/sessions").unwrap_or(path);
    let wanted = path == event || (!path.contains("/extension/") && event.starts_with(account));
    let party = &notification.json()["body"]["parties"][0];
    wanted
        && query.split('&').all(|pair| match pair.split_once('=') {
            Some(("statusCode", code)) => party["status"]["code"] == code,
            Some(("direction", direction)) => party["direction"] == direction,
            Some(("missedCall", missed)) => party["missedCall"] == (missed == "true"),
            Some(("withRecordings", _)) => party.get("recordings").is_some(),
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{Party, Session};

    #[test]
    fn filters_choose_legs_and_states() {
        let session = Session::inbound("+1", "+2");
        let theirs = session.event(2, Party::Caller, "Setup", 0);
        let ours = session.event(6, Party::Extension, "Answered", 0);
        let account = "/restapi/v1.0/account/400100/telephony/sessions";
        let extension =
            "/restapi/v1.0/account/400100/extension/701001/telephony/sessions?sipData=true";
        assert!(matches(account, &theirs) && matches(account, &ours));
        assert!(!matches(extension, &theirs) && matches(extension, &ours));
        assert!(!matches(&format!("{extension}&statusCode=Hold"), &ours));
        assert!(!matches("/restapi/v1.0/subscription/~?threshold=1", &ours));
    }
}
