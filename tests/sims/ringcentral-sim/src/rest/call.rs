//! One live call at the exchange: its parties, their order of events, and how it will be logged.
//!
//! Owns the state of one session; the exchange keeps it. It never notifies anybody itself.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::call_log::LoggedCall;
use super::exchange::Effect;
use crate::webhook::{Notification, PartyState, Session};

/// Holds one live call.
#[derive(Debug)]
pub struct CallState {
    /// Holds identifiers and numbers.
    pub session: Session,
    pub(super) parties: Vec<PartyState>,
    pub(super) effects: mpsc::UnboundedSender<Effect>,
    sequence: u32,
    answered: Option<DateTime<Utc>>,
    outcome: Option<&'static str>,
}

impl CallState {
    /// Begins a call without any event; the first one will have sequence 2, as in every capture.
    pub(super) fn new(
        session: Session,
        parties: Vec<PartyState>,
        effects: mpsc::UnboundedSender<Effect>,
    ) -> Self {
        Self {
            session,
            parties,
            effects,
            sequence: 1,
            answered: None,
            outcome: None,
        }
    }

    pub(super) fn party(&self, number: u32) -> Option<&PartyState> {
        self.parties.iter().find(|party| party.number == number)
    }

    pub(super) fn party_of_id(&self, party_id: &str) -> Option<&PartyState> {
        self.parties
            .iter()
            .find(|party| self.session.party_id_of(party.number) == party_id)
    }

    /// Adds a party as the next one.
    pub(super) fn join(&mut self, party: PartyState) -> u32 {
        let last = self.parties.iter().map(|party| party.number).max();
        let number = last.unwrap_or(0) + 1;
        self.parties.push(PartyState { number, ..party });
        number
    }

    /// Changes a party and makes the event of it; a party that is over stays over.
    pub(super) fn update(
        &mut self,
        number: u32,
        change: impl FnOnce(&mut PartyState),
    ) -> Option<Notification> {
        let own_extension = self.session.extension_id.clone();
        let party = self
            .parties
            .iter_mut()
            .find(|party| party.number == number)?;
        if party.is_over() {
            return None;
        }
        party.reason = None;
        change(party);
        match party.code.as_str() {
            "Proceeding" => party.mobile_pickup = party.inbound && party.extension_id.is_some(),
            "Hold" => party.mobile_pickup = false,
            _ => {}
        }
        let is_ours = party.extension_id.as_ref() == Some(&own_extension);
        if is_ours && party.code == "Answered" && self.answered.is_none() {
            self.answered = Some(Utc::now());
        }
        if (is_ours || self.session.extension_party == 1) && self.answered.is_none() {
            self.outcome = outcome(party).or(self.outcome);
        }
        self.sequence += 1;
        let after = (Utc::now() - self.session.started).num_milliseconds();
        let party = party.clone();
        Some(self.session.notify(self.sequence, &party, after))
    }

    pub(super) fn is_over(&self) -> bool {
        self.parties.iter().all(PartyState::is_over)
    }

    pub(super) fn json(&self) -> Value {
        let created = self
            .session
            .started
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let parties: Vec<Value> = self
            .parties
            .iter()
            .map(|party| self.party_json(party))
            .collect();
        json!({
            "id": self.session.telephony_session_id,
            "creationTime": created,
            "origin": { "type": "Call" },
            "parties": parties,
        })
    }

    pub(super) fn party_json(&self, party: &PartyState) -> Value {
        let id = self.session.party_id_of(party.number);
        party.rest_json(&self.session.account_id, &id)
    }

    /// Describes the call for the log, as it is now.
    pub(super) fn logged(&self) -> LoggedCall {
        let inbound = self.session.extension_party != 1;
        let seconds = self
            .answered
            .map_or(0, |answered| (Utc::now() - answered).num_seconds());
        let result = match (self.is_over(), self.answered, inbound) {
            (false, _, _) => "In Progress",
            (true, Some(_), true) => "Accepted",
            (true, Some(_), false) => "Call connected",
            (true, None, true) => self.outcome.unwrap_or("Missed"),
            (true, None, false) => self.outcome.unwrap_or("Hang Up"),
        };
        LoggedCall {
            inbound,
            seconds: u64::try_from(seconds).unwrap_or_default(),
            ..LoggedCall::of(&self.session, result)
        }
    }
}

/// Says how a call is logged that nobody has answered.
fn outcome(party: &PartyState) -> Option<&'static str> {
    match (party.code.to_ascii_lowercase().as_str(), &party.reason) {
        ("voicemail", _) => Some("Voicemail"),
        ("disconnected", Some(reason)) => match reason.as_str() {
            "Rejected" => Some("Rejected"),
            "TargetBusy" => Some("Busy"),
            "NoAnswer" => Some("No Answer"),
            "CallReplied" => Some("Reply"),
            _ => None,
        },
        _ => None,
    }
}
