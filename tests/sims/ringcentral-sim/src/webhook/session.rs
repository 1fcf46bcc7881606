//! A telephony session as a maker of notifications.
//!
//! Owns the identifiers of one call and the order of its events; tests and the tool call it. It never sends.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::notification::{Notification, instant};

/// Names the two parties of a direct inbound call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Is the outside caller's own leg, `-1`; its direction is Outbound and its events are account-level.
    Caller,
    /// Is the leg that rings at our extension, `-2`, Inbound.
    Extension,
}

/// Describes one call; its fields may be set before events are made.
#[derive(Debug, Clone)]
pub struct Session {
    /// Holds the account id.
    pub account_id: String,
    /// Holds the id of our extension.
    pub extension_id: String,
    /// Holds the subscription the notifications belong to.
    pub subscription_id: String,
    /// Holds the decimal session id of the call log.
    pub session_id: String,
    /// Holds the id by which Call Control knows the call.
    pub telephony_session_id: String,
    /// Holds the caller's number; `None` for an anonymous caller.
    pub from: Option<String>,
    /// Holds the caller's name.
    pub from_name: String,
    /// Holds the number that was dialled.
    pub to: String,
    /// Holds the name of our extension.
    pub to_name: String,
    /// Holds the SIP Call-ID of the INVITE to our device, shown from Answered on.
    pub call_id: Option<String>,
    /// Tells when the call began.
    pub started: DateTime<Utc>,
}

/// Lists milliseconds since the start of the call, leg and status of a direct inbound call.
const DIRECT: [(i64, Party, &str); 7] = [
    (0, Party::Caller, "Setup"),
    (19, Party::Extension, "Setup"),
    (58, Party::Caller, "Answered"),
    (80, Party::Extension, "Proceeding"),
    (6_800, Party::Extension, "Answered"),
    (42_000, Party::Extension, "Disconnected"),
    (42_004, Party::Caller, "Disconnected"),
];
/// Is the sequence of the first notification of a call in every capture.
const FIRST_SEQUENCE: u32 = 2;
const SEND_DELAY_MS: i64 = 50;

impl Session {
    /// Begins a call from an outside number to ours, with fresh identifiers.
    pub fn inbound(from: &str, to: &str) -> Self {
        let part = format!(
            "a0d{}z19000000{}z40000000000",
            digits(10),
            &Uuid::new_v4().simple().to_string()[..4]
        );
        Self {
            account_id: "400100".to_owned(),
            extension_id: "701001".to_owned(),
            subscription_id: Uuid::new_v4().to_string(),
            session_id: digits(13),
            telephony_session_id: format!("s-{part}"),
            from: Some(from.to_owned()),
            from_name: "WIRELESS CALLER".to_owned(),
            to: to.to_owned(),
            to_name: "Front Desk".to_owned(),
            call_id: None,
            started: Utc::now(),
        }
    }

    /// Names the SIP Call-ID of the INVITE that reaches our device.
    pub fn with_call_id(mut self, call_id: &str) -> Self {
        self.call_id = Some(call_id.to_owned());
        self
    }

    /// Tells the id of one of the parties.
    pub fn party_id(&self, leg: Party) -> String {
        let part = self.telephony_session_id.trim_start_matches("s-");
        let number = if leg == Party::Caller { 1 } else { 2 };
        format!("p-{part}-{number}")
    }

    /// Makes all events of a direct inbound call that is answered and ends, in the order of a capture.
    pub fn events(&self) -> Vec<Notification> {
        let numbered = DIRECT.iter().zip(FIRST_SEQUENCE..);
        numbered
            .map(|((after, leg, status), sequence)| self.event(sequence, *leg, status, *after))
            .collect()
    }

    /// Makes what a subscription to our extension alone sees of it: the caller's own leg is missing.
    pub fn extension_events(&self) -> Vec<Notification> {
        let ours = self.party_id(Party::Extension);
        self.events()
            .into_iter()
            .filter(|event| event.party_id() == Some(&ours))
            .collect()
    }

    /// Makes the events of a call that nobody answered.
    pub fn missed_events(&self) -> Vec<Notification> {
        let mut events: Vec<Notification> = self.events().into_iter().take(4).collect();
        events.push(
            self.event(6, Party::Extension, "Disconnected", 20_000)
                .missed(),
        );
        events.push(self.event(7, Party::Caller, "Disconnected", 20_004));
        events
    }

    /// Makes one event, so many milliseconds after the start of the call.
    pub fn event(&self, sequence: u32, leg: Party, status: &str, after_ms: i64) -> Notification {
        let at = self.started + TimeDelta::milliseconds(after_ms);
        let account = format!("/restapi/v1.0/account/{}", self.account_id);
        let path = match leg {
            Party::Caller => format!("{account}/telephony/sessions"),
            Party::Extension => format!(
                "{account}/extension/{}/telephony/sessions",
                self.extension_id
            ),
        };
        let body = json!({
            "sequence": sequence,
            "sessionId": self.session_id,
            "telephonySessionId": self.telephony_session_id,
            "serverId": "10.99.0.1.TAM",
            "eventTime": instant(at),
            "parties": [self.party(leg, status)],
            "origin": { "type": "Call" },
        });
        let sent_at = at + TimeDelta::milliseconds(SEND_DELAY_MS);
        Notification::new(
            &path,
            &self.subscription_id,
            &self.extension_id,
            sent_at,
            body,
        )
    }

    fn party(&self, leg: Party, status: &str) -> Value {
        let mut from = json!({ "name": self.from_name });
        if let Some(number) = &self.from {
            from["phoneNumber"] = json!(number);
        }
        let mut party = json!({
            "accountId": self.account_id,
            "id": self.party_id(leg),
            "direction": if leg == Party::Caller { "Outbound" } else { "Inbound" },
            "to": { "phoneNumber": self.to },
            "from": from,
            "status": { "code": status, "rcc": false },
            "park": {},
            "missedCall": false,
            "standAlone": false,
            "muted": false,
        });
        if leg == Party::Caller {
            return party;
        }
        party["extensionId"] = json!(self.extension_id);
        party["to"]["name"] = json!(self.to_name);
        party["to"]["extensionId"] = json!(self.extension_id);
        if status == "Proceeding" {
            party["status"]["mobilePickupData"] = json!({
                "ccMailboxes": [self.extension_id], "to": "#1009016@sip.ringcentral.com:5060",
                "sid": "53200000000001", "srvLvl": "-149699523", "srvLvlExt": "406",
            });
        }
        if let Some(call_id) = self.call_id.as_ref().filter(|_| status == "Answered") {
            party["sipData"] =
                json!({ "callId": call_id, "toTag": "sim-to", "fromTag": "sim-from" });
        }
        party
    }
}

fn digits(count: u32) -> String {
    let first = 10_u64.pow(count - 1);
    rand::random_range(first..first * 10).to_string()
}
