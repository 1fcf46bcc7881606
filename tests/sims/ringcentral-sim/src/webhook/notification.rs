//! One notification: the envelope and a telephony body, in the real or the flat shape.
//!
//! Owns the JSON of a delivery; sessions make it, senders send it. It never keeps track of a call.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// Says how the body of a notification is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Has `body.parties[]`, as RingCentral sends it.
    Parties,
    /// Has `body.partyId`, `body.from`, `body.telephonyStatus` directly, as some test tools send it.
    Flat,
}

/// Holds one notification, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification(Value);

impl Notification {
    /// Puts a body into its envelope; `sent_at` is a few milliseconds after the event.
    pub fn new(
        event: &str,
        subscription_id: &str,
        owner_id: &str,
        sent_at: DateTime<Utc>,
        body: Value,
    ) -> Self {
        Self(json!({
            "uuid": rand::random_range(1_000_000_000_000_000_000_u64..9_000_000_000_000_000_000).to_string(),
            "event": event,
            "timestamp": instant(sent_at),
            "subscriptionId": subscription_id,
            "ownerId": owner_id,
            "body": body,
        }))
    }

    /// Shows the JSON.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Gives the JSON away for changes that have no method here.
    pub fn into_json(self) -> Value {
        self.0
    }

    /// Takes any JSON as a notification.
    pub fn from_json(value: Value) -> Self {
        Self(value)
    }

    /// Tells the number of the event within its session, where the body has one.
    pub fn sequence(&self) -> Option<u64> {
        self.0.pointer("/body/sequence").and_then(Value::as_u64)
    }

    /// Tells the id of the party that changed.
    pub fn party_id(&self) -> Option<&str> {
        let places = ["/body/parties/0/id", "/body/partyId"];
        places
            .iter()
            .find_map(|place| self.0.pointer(place))
            .and_then(Value::as_str)
    }

    /// Adds a reason to the party's status, such as `BlindTransfer`.
    pub fn with_reason(mut self, reason: &str) -> Self {
        self.set("/body/parties/0/status", "reason", json!(reason));
        self
    }

    /// Adds a recording to the party; it is no longer `active` when it was stopped.
    pub fn with_recording(mut self, id: &str, active: bool) -> Self {
        let recordings = json!([{ "id": id, "active": active }]);
        self.set("/body/parties/0", "recordings", recordings.clone());
        self.set("/body", "recordings", recordings);
        self
    }

    /// Marks the party's call as missed.
    pub fn missed(mut self) -> Self {
        self.set("/body/parties/0", "missedCall", json!(true));
        self
    }

    /// Rewrites the body in another shape; only the real one can be flattened.
    pub fn shaped(self, shape: Shape) -> Self {
        let Some(party) = self
            .0
            .pointer("/body/parties/0")
            .filter(|_| shape == Shape::Flat)
        else {
            return self;
        };
        let status = party
            .pointer("/status/code")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut body = json!({
            "telephonySessionId": self.0["body"]["telephonySessionId"],
            "sessionId": self.0["body"]["sessionId"],
            "partyId": party["id"],
            "direction": party["direction"],
            "from": party["from"],
            "to": party["to"],
            "telephonyStatus": flat_status(status),
        });
        if let Some(recordings) = party.get("recordings") {
            body["recordings"] = recordings.clone();
        }
        let mut whole = self.0;
        whole["body"] = body;
        Self(whole)
    }

    fn set(&mut self, place: &str, name: &str, value: Value) {
        if place == "/body" && self.0.pointer("/body/parties").is_some() {
            return;
        }
        if let Some(Value::Object(object)) = self.0.pointer_mut(place) {
            object.insert(name.to_owned(), value);
        }
    }
}

/// Names a status the way presence events and flat bodies do.
fn flat_status(code: &str) -> &str {
    match code {
        "Setup" | "Proceeding" => "Ringing",
        "Answered" => "CallConnected",
        "Hold" => "OnHold",
        "Parked" => "ParkedCall",
        _ => "NoCall",
    }
}

/// Writes a time with milliseconds, as every notification does.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
