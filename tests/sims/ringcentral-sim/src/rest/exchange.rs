//! The telephone exchange behind REST: calls, their parties and states, and what clients may know of them.
//!
//! Owns every call session and passes its changes to the subscriptions; resources and the simulator work on
//! it. It never speaks HTTP or SIP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::delivery::{DeliveryFaults, Dispatch};
use super::error::ApiError;
use super::gate::{Group, RestFault, Windows};
use super::server::RestConfig;
use super::subscriptions::Subscription;
use super::tokens::Tokens;
use crate::webhook::{Notification, Party, Session};

/// Tells whoever carries a call what REST has done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ends the leg to the device: the call was dropped, rejected, forwarded or transferred.
    EndLeg,
    /// Connects the caller with somebody else; the body of the request says whom.
    Redirected(Value),
}

/// Holds one live call.
#[derive(Debug)]
pub struct CallState {
    /// Holds identifiers and numbers.
    pub session: Session,
    sequence: u32,
    parties: Vec<PartyState>,
    effects: mpsc::UnboundedSender<Effect>,
}

#[derive(Debug)]
struct PartyState {
    party: Party,
    code: String,
    reason: Option<String>,
    muted: bool,
}

pub(super) struct State {
    pub tokens: Tokens,
    pub windows: Windows,
    pub subscriptions: Vec<Subscription>,
    pub delivery: DeliveryFaults,
    calls: HashMap<String, CallState>,
    fault: Option<RestFault>,
}

struct Inner {
    config: RestConfig,
    state: Mutex<State>,
    dispatch: mpsc::UnboundedSender<Dispatch>,
}

/// Is the exchange; clones share it.
#[derive(Clone)]
pub struct Exchange(Arc<Inner>);

impl Exchange {
    pub(super) fn new(config: RestConfig, dispatch: mpsc::UnboundedSender<Dispatch>) -> Self {
        let state = State {
            tokens: Tokens::default(),
            windows: Windows::default(),
            subscriptions: Vec::new(),
            delivery: DeliveryFaults::default(),
            calls: HashMap::new(),
            fault: None,
        };
        Self(Arc::new(Inner {
            config,
            state: Mutex::new(state),
            dispatch,
        }))
    }

    /// Tells the account as it was configured.
    pub fn config(&self) -> &RestConfig {
        &self.0.config
    }

    /// Makes every REST call fail in this way from now on.
    pub fn set_fault(&self, fault: Option<RestFault>) {
        self.state().fault = fault;
    }

    /// Lets webhook deliveries suffer from now on.
    pub fn set_delivery_faults(&self, faults: DeliveryFaults) {
        self.state().delivery = faults;
    }

    /// Makes every token invalid, as when the credential is revoked.
    pub fn revoke_tokens(&self) {
        self.state().tokens.revoke_all();
    }

    /// Lists the subscriptions.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.state().subscriptions.clone()
    }

    /// Makes a subscription vanish, as an administrator can.
    pub fn delete_subscription(&self, id: &str) {
        self.state().subscriptions.retain(|one| one.id != id);
    }

    /// Gives a subscription up, as after many failed deliveries.
    pub fn blacklist_subscription(&self, id: &str) {
        let mut state = self.state();
        let found = state.subscriptions.iter_mut().filter(|one| one.id == id);
        found.for_each(|one| one.blacklisted = true);
    }

    /// Counts the authorised calls of a group: those let through, and those answered 429.
    pub fn calls_of(&self, group: Group) -> (u32, u32) {
        self.state()
            .windows
            .counts
            .get(&group)
            .copied()
            .unwrap_or_default()
    }

    /// Begins a call: both legs are set up and the platform has picked up for the caller.
    ///
    /// What REST does to the call arrives on the channel that comes back.
    pub fn begin(&self, session: &Session) -> mpsc::UnboundedReceiver<Effect> {
        let (effects, effected) = mpsc::unbounded_channel();
        let party = |party| PartyState {
            party,
            code: String::new(),
            reason: None,
            muted: false,
        };
        let parties = vec![party(Party::Caller), party(Party::Extension)];
        let call = CallState {
            session: session.clone(),
            sequence: 1,
            parties,
            effects,
        };
        let id = session.telephony_session_id.clone();
        self.state().calls.insert(id.clone(), call);
        self.change(&id, Party::Caller, "Setup", None);
        self.change(&id, Party::Extension, "Setup", None);
        self.change(&id, Party::Caller, "Answered", None);
        effected
    }

    /// Changes the state of a party and notifies the subscriptions; a party that is gone stays gone.
    pub fn change(&self, session_id: &str, party: Party, code: &str, reason: Option<&str>) {
        let mut state = self.state();
        let Some(call) = state.calls.get_mut(session_id) else {
            return;
        };
        let Some(notification) = call.change(party, code, reason) else {
            return;
        };
        if call.is_over() {
            state.calls.remove(session_id);
        }
        let _ = self.0.dispatch.send(Dispatch::new(notification));
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn fault(&self) -> Option<RestFault> {
        self.state().fault
    }

    /// Reads a live session as REST shows it.
    pub(super) fn session(&self, session_id: &str) -> Result<Value, ApiError> {
        let state = self.state();
        let call = state
            .calls
            .get(session_id)
            .ok_or_else(|| ApiError::not_found("telephonySessionId"))?;
        Ok(call.json())
    }

    /// Reads a party and the state it is in; parties of others cannot be controlled.
    pub(super) fn own_party(&self, session_id: &str, party_id: &str) -> Result<String, ApiError> {
        let state = self.state();
        let call = state
            .calls
            .get(session_id)
            .ok_or_else(|| ApiError::not_found("telephonySessionId"))?;
        let found = call
            .parties
            .iter()
            .find(|known| call.session.party_id(known.party) == party_id);
        let found = found.ok_or_else(|| ApiError::not_found("partyId"))?;
        if found.party != Party::Extension {
            return Err(ApiError::new(403, "CMN-404", "Other extension's party"));
        }
        Ok(found.code.clone())
    }

    pub(super) fn party_json(&self, session_id: &str, party: Party) -> Option<Value> {
        let state = self.state();
        let call = state.calls.get(session_id)?;
        call.parties
            .iter()
            .find(|known| known.party == party)
            .map(|known| call.party_json(known))
    }

    pub(super) fn set_muted(&self, session_id: &str, muted: bool) {
        if let Some(call) = self.state().calls.get_mut(session_id) {
            call.parties
                .iter_mut()
                .filter(|known| known.party == Party::Extension)
                .for_each(|own| own.muted = muted);
        }
    }

    pub(super) fn affect(&self, session_id: &str, effect: Effect) {
        if let Some(call) = self.state().calls.get(session_id) {
            let _ = call.effects.send(effect);
        }
    }
}

impl CallState {
    fn change(&mut self, party: Party, code: &str, reason: Option<&str>) -> Option<Notification> {
        let own = self.parties.iter_mut().find(|known| known.party == party)?;
        if own.code == "Disconnected" {
            return None;
        }
        code.clone_into(&mut own.code);
        own.reason = reason.map(str::to_owned);
        self.sequence += 1;
        let after = (chrono::Utc::now() - self.session.started).num_milliseconds();
        let notification = self.session.event(self.sequence, party, code, after);
        Some(match reason {
            Some(reason) => notification.with_reason(reason),
            None => notification,
        })
    }

    fn is_over(&self) -> bool {
        self.parties
            .iter()
            .all(|party| party.code == "Disconnected")
    }

    fn json(&self) -> Value {
        let parties: Vec<Value> = self
            .parties
            .iter()
            .map(|party| self.party_json(party))
            .collect();
        let created = self
            .session
            .started
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        json!({
            "id": self.session.telephony_session_id,
            "creationTime": created,
            "origin": { "type": "Call" },
            "parties": parties,
        })
    }

    fn party_json(&self, state: &PartyState) -> Value {
        let event = self
            .session
            .event(self.sequence, state.party, &state.code, 0)
            .into_json();
        let mut party = event["body"]["parties"][0].clone();
        if let Value::Object(fields) = &mut party {
            fields.remove("sipData");
            fields.remove("missedCall");
        }
        party["muted"] = json!(state.muted);
        party["attributes"] = json!({});
        if let Some(reason) = &state.reason {
            party["status"]["reason"] = json!(reason);
        }
        if state.party == Party::Extension {
            let (account, extension) = (&self.session.account_id, &self.session.extension_id);
            party["owner"] =
                json!({ "accountId": account, "extensionId": extension, "brandId": "1210" });
        }
        party
    }
}
