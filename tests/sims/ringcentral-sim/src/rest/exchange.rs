//! The telephone exchange behind REST: what is kept beyond one request, and what clients may know of it.
//!
//! Owns the state of the account; resources and the simulator work on it. Calls are in `calls`. It never speaks
//! HTTP or SIP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::mpsc;

use super::call::CallState;
use super::call_log::LoggedCall;
use super::delivery::{DeliveryFaults, Dispatch};
use super::faults::{Faults, RestFault};
use super::gate::{Group, Windows};
use super::recordings::Recording;
use super::server::RestConfig;
use super::sms::SentText;
use super::subscriptions::Subscription;
use super::tokens::Tokens;
use crate::webhook::Session;

/// Tells whoever carries a call what REST has done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ends the leg to the device: the call was dropped, rejected, forwarded or transferred.
    EndLeg,
    /// Connects the caller with somebody else; the body of the request says whom.
    Redirected(Value),
    /// Rings the device again for this party, with the request to answer at once.
    AnswerOn(u32),
    /// Connects the caller with nobody for a while: parked, or with a machine of this name.
    Wait(String),
    /// Connects the caller with the outside end of this other session, without us.
    Bridge(String),
}

/// Asks whoever carries calls to ring the device and then the number that was asked for.
#[derive(Debug)]
pub(crate) struct Placement {
    pub session: Session,
    pub effects: mpsc::UnboundedReceiver<Effect>,
}

/// Tells where clients reach the two HTTP hosts.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    pub rest: String,
    pub media: String,
}

pub(super) struct State {
    pub tokens: Tokens,
    pub windows: Windows,
    pub subscriptions: Vec<Subscription>,
    pub delivery: DeliveryFaults,
    pub calls: HashMap<String, CallState>,
    pub log: Vec<LoggedCall>,
    pub log_delay_polls: u32,
    pub recordings: Vec<Recording>,
    pub texts: Vec<SentText>,
    pub faults: Faults,
    /// Leads to whoever carries the calls that REST makes.
    pub placer: Option<mpsc::UnboundedSender<Placement>>,
}

struct Inner {
    config: RestConfig,
    hosts: Hosts,
    state: Mutex<State>,
    dispatch: mpsc::UnboundedSender<Dispatch>,
}

/// Is the exchange; clones share it.
#[derive(Clone)]
pub struct Exchange(Arc<Inner>);

impl Exchange {
    pub(super) fn new(
        config: RestConfig,
        hosts: Hosts,
        dispatch: mpsc::UnboundedSender<Dispatch>,
    ) -> Self {
        let state = State {
            tokens: Tokens::default(),
            windows: Windows::default(),
            subscriptions: Vec::new(),
            delivery: DeliveryFaults::default(),
            calls: HashMap::new(),
            log: Vec::new(),
            log_delay_polls: 0,
            recordings: Vec::new(),
            texts: Vec::new(),
            faults: Faults::default(),
            placer: None,
        };
        Self(Arc::new(Inner {
            config,
            hosts,
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
        self.state().faults.always = fault;
    }

    /// Makes the next so many REST calls fail whose method and path contain this, such as `POST /restapi/v1.0/`
    /// or `/sms`.
    pub fn fail_next(&self, part: &str, fault: RestFault, times: u32) {
        self.state().faults.plan(part, fault, times);
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

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    pub(super) fn dispatch(&self, dispatch: Dispatch) {
        let _ = self.0.dispatch.send(dispatch);
    }
}
