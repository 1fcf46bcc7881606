//! A telephony session as a maker of notifications.
//!
//! Owns the identifiers of one call and the order of its events; tests and the tool call it. It never sends.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::notification::{Notification, instant};
use super::party::{Endpoint, PartyState};

/// Names the two parties of a direct inbound call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Is the outside party: the caller's own leg, `-1`, Outbound, with account-level events; or whom we called, `-2`.
    Caller,
    /// Is ours: the leg that rings at our extension, `-2`, Inbound; or the one that made the call, `-1`.
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
    /// Holds the id of our device, shown where the call began there.
    pub device_id: Option<String>,
    /// Counts which party our extension is: 1 of a call it made, 2 of a direct call, 3 behind a menu or in a queue.
    pub extension_party: u32,
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
            device_id: None,
            extension_party: 2,
            started: Utc::now(),
        }
    }

    /// Begins a call of our extension to an outside number; `from` stays the outside number.
    pub fn outbound(to: &str, own_number: &str) -> Self {
        Self {
            from_name: String::new(),
            extension_party: 1,
            ..Self::inbound(to, own_number)
        }
    }

    /// Names the SIP Call-ID of the INVITE that reaches our device.
    pub fn with_call_id(mut self, call_id: &str) -> Self {
        self.call_id = Some(call_id.to_owned());
        self
    }

    /// Tells the id of one of the parties.
    pub fn party_id(&self, leg: Party) -> String {
        self.party_id_of(self.number_of(leg))
    }

    /// Tells the id of the party with that number.
    pub fn party_id_of(&self, number: u32) -> String {
        let part = self.telephony_session_id.trim_start_matches("s-");
        format!("p-{part}-{number}")
    }

    /// Tells the number of one of the parties.
    pub fn number_of(&self, leg: Party) -> u32 {
        match leg {
            Party::Caller if self.extension_party == 1 => 2,
            Party::Caller => 1,
            Party::Extension => self.extension_party,
        }
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
        let mut party = self.party(leg);
        status.clone_into(&mut party.code);
        party.mobile_pickup = status == "Proceeding" && leg == Party::Extension;
        self.notify(sequence, &party, after_ms)
    }

    /// Makes the event of any party's state, so many milliseconds after the start of the call.
    pub fn notify(&self, sequence: u32, party: &PartyState, after_ms: i64) -> Notification {
        let at = self.started + TimeDelta::milliseconds(after_ms);
        let account = format!("/restapi/v1.0/account/{}", self.account_id);
        let path = match &party.extension_id {
            None => format!("{account}/telephony/sessions"),
            Some(extension) => format!("{account}/extension/{extension}/telephony/sessions"),
        };
        let body = json!({
            "sequence": sequence,
            "sessionId": self.session_id,
            "telephonySessionId": self.telephony_session_id,
            "serverId": "10.99.0.1.TAM",
            "eventTime": instant(at),
            "parties": [party.event_json(&self.account_id, &self.party_id_of(party.number))],
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

    /// Describes one of the two parties of a direct call, before anything has happened.
    pub fn party(&self, leg: Party) -> PartyState {
        let from = Endpoint {
            phone_number: self.from.clone(),
            name: Some(self.from_name.clone()),
            ..Endpoint::default()
        };
        let to = Endpoint::number(&self.to);
        let party = PartyState {
            number: self.number_of(leg),
            from,
            ..PartyState::default()
        };
        if self.extension_party == 1 {
            return self.outbound_party(leg, party);
        }
        match leg {
            Party::Caller => PartyState { to, ..party },
            Party::Extension => PartyState {
                extension_id: Some(self.extension_id.clone()),
                inbound: true,
                to: to.named(&self.to_name).at(&self.extension_id),
                call_id: self.call_id.clone(),
                ..party
            },
        }
    }

    /// Describes a party of a call that our extension made: we are the caller then.
    fn outbound_party(&self, leg: Party, party: PartyState) -> PartyState {
        let from = Endpoint {
            device_id: self.device_id.clone(),
            ..Endpoint::number(&self.to)
                .named(&self.to_name)
                .at(&self.extension_id)
        };
        let to = Endpoint {
            phone_number: self.from.clone(),
            ..Endpoint::default()
        };
        let party = PartyState { from, to, ..party };
        match leg {
            Party::Caller => PartyState {
                inbound: true,
                ..party
            },
            Party::Extension => PartyState {
                extension_id: Some(self.extension_id.clone()),
                call_id: self.call_id.clone(),
                ..party
            },
        }
    }
}

pub(crate) fn digits(count: u32) -> String {
    let first = 10_u64.pow(count - 1);
    rand::random_range(first..first * 10).to_string()
}
