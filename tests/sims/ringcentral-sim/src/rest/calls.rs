//! The calls of the exchange: begun by whoever carries them, changed by REST, told to the subscriptions.
//!
//! Owns every live session from its beginning to its entry in the log; resources and the simulator work on it.
//! It never speaks HTTP or SIP.

use serde_json::Value;
use tokio::sync::mpsc;

use super::call::CallState;
use super::delivery::Dispatch;
use super::error::ApiError;
use super::exchange::{Effect, Exchange, Placement};
use crate::webhook::{Party, PartyState, Peer, Route, Session};

impl Exchange {
    /// Begins a call: both legs are set up and the platform has picked up for the caller.
    ///
    /// What REST does to the call arrives on the channel that comes back.
    pub fn begin(&self, session: &Session) -> mpsc::UnboundedReceiver<Effect> {
        self.begin_through(&mut session.clone(), &Route::Direct)
    }

    /// Changes the state of a party and notifies the subscriptions; a party that is gone stays gone.
    pub fn change(&self, session_id: &str, party: Party, code: &str, reason: Option<&str>) {
        let number = {
            let state = self.state();
            let call = state.calls.get(session_id);
            call.map_or(0, |call| call.session.number_of(party))
        };
        self.set_party(session_id, number, code, reason);
    }

    /// Lists the `telephonySessionId`s of the live calls.
    pub fn live_sessions(&self) -> Vec<String> {
        self.state().calls.keys().cloned().collect()
    }

    /// Takes a call in without telling anybody.
    pub(crate) fn admit(
        &self,
        session: &Session,
        parties: Vec<PartyState>,
    ) -> mpsc::UnboundedReceiver<Effect> {
        let (effects, effected) = mpsc::unbounded_channel();
        let call = CallState::new(session.clone(), parties, effects);
        let id = session.telephony_session_id.clone();
        self.state().calls.insert(id, call);
        effected
    }

    /// Changes a party in any way and notifies the subscriptions; the last party's end puts the call into the log.
    pub(crate) fn update(
        &self,
        session_id: &str,
        number: u32,
        change: impl FnOnce(&mut PartyState),
    ) {
        let mut state = self.state();
        let automatic = self.config().automatic_recording;
        let Some(call) = state.calls.get_mut(session_id) else {
            return;
        };
        let is_ours = call
            .party(number)
            .is_some_and(|party| party.extension_id.as_ref() == Some(&call.session.extension_id));
        let notification = call.update(number, |party| {
            change(party);
            let begins = party.code == "Answered" && party.recordings.is_empty();
            if automatic && is_ours && begins {
                party.recordings = vec![(super::recordings::new_id(), true)];
            }
        });
        let Some(notification) = notification else {
            return;
        };
        if call.is_over()
            && let Some(call) = state.calls.remove(session_id)
        {
            state.log_call(&call, automatic);
        }
        self.dispatch(Dispatch::new(notification));
    }

    /// Adds a party to a live call without telling anybody; its number comes back, 0 if the call is over.
    pub(crate) fn join(&self, session_id: &str, party: PartyState) -> u32 {
        let mut state = self.state();
        state
            .calls
            .get_mut(session_id)
            .map_or(0, |call| call.join(party))
    }

    /// Says whether a party has neither rung nor done anything else yet.
    pub(crate) fn is_set_up(&self, session_id: &str, number: u32) -> bool {
        let party = self.party(session_id, number);
        party.is_ok_and(|party| matches!(party.code.as_str(), "" | "Setup"))
    }

    /// Names the SIP Call-ID under which a party is reached from now on.
    pub(crate) fn set_call_id(&self, session_id: &str, number: u32, call_id: &str) {
        if let Some(call) = self.state().calls.get_mut(session_id) {
            let found = call.parties.iter_mut().find(|one| one.number == number);
            found
                .into_iter()
                .for_each(|party| party.call_id = Some(call_id.to_owned()));
        }
    }

    /// Ends whatever is left of a call: the side that hung up first, then the others in their order.
    pub(crate) fn end_session(&self, session_id: &str, first: Party, reason: Option<&str>) {
        let left: Vec<(u32, bool)> = {
            let state = self.state();
            let Some(call) = state.calls.get(session_id) else {
                return;
            };
            let is_first = call.session.number_of(first);
            let mut left: Vec<&PartyState> = call
                .parties
                .iter()
                .filter(|party| !party.is_over())
                .collect();
            // Our side comes before the caller's where it was not the caller who hung up.
            left.sort_by_key(|party| (party.number != is_first, std::cmp::Reverse(party.number)));
            let missed = |party: &PartyState| {
                party.inbound && matches!(party.code.as_str(), "Setup" | "Proceeding")
            };
            left.iter()
                .map(|party| (party.number, missed(party)))
                .collect()
        };
        for (number, missed) in left {
            self.update(session_id, number, |party| {
                "Disconnected".clone_into(&mut party.code);
                party.missed = missed && party.extension_id.is_some();
                party.reason = reason.filter(|_| party.inbound).map(str::to_owned);
            });
        }
    }

    /// Connects the outside ends of two calls: both of our parties are gone and point at each other.
    pub(crate) fn attend(&self, session_id: &str, other_id: &str) {
        let own = |id: &str| {
            let state = self.state();
            let call = state.calls.get(id)?;
            let session = &call.session;
            let number = session.number_of(Party::Extension);
            let peer = Peer {
                telephony_session_id: id.to_owned(),
                session_id: session.session_id.clone(),
                party_id: session.party_id_of(number),
            };
            Some((number, peer))
        };
        let (Some((number, this)), Some((other_number, other))) = (own(session_id), own(other_id))
        else {
            return;
        };
        for (id, number, peer) in [(session_id, number, other), (other_id, other_number, this)] {
            self.update(id, number, |party| {
                "Gone".clone_into(&mut party.code);
                party.reason = Some("AttendedTransfer".to_owned());
                party.peer = Some(peer);
            });
        }
    }

    /// Reads a live session as REST shows it.
    pub(super) fn session(&self, session_id: &str) -> Result<Value, ApiError> {
        self.state().call(session_id).map(CallState::json)
    }

    /// Reads a party, whosever it is.
    pub(super) fn any_party(
        &self,
        session_id: &str,
        party_id: &str,
    ) -> Result<PartyState, ApiError> {
        let state = self.state();
        let found = state.call(session_id)?.party_of_id(party_id).cloned();
        found.ok_or_else(|| ApiError::not_found("partyId"))
    }

    /// Reads a party of ours; parties of others cannot be controlled.
    pub(super) fn own_party(
        &self,
        session_id: &str,
        party_id: &str,
    ) -> Result<PartyState, ApiError> {
        let found = self.any_party(session_id, party_id)?;
        if found.extension_id.as_ref() != Some(&self.config().extension_id) {
            return Err(ApiError::new(403, "CMN-404", "Other extension's party"));
        }
        Ok(found)
    }

    /// Changes a party's state and reason and notifies the subscriptions.
    pub(super) fn set_party(
        &self,
        session_id: &str,
        number: u32,
        code: &str,
        reason: Option<&str>,
    ) {
        self.update(session_id, number, |party| {
            code.clone_into(&mut party.code);
            party.reason = reason.map(str::to_owned);
        });
    }

    /// Fills in whose session it is.
    pub(crate) fn own_session(&self, session: Session) -> Session {
        let config = self.config();
        let device = config.sip.as_ref();
        Session {
            account_id: config.account_id.clone(),
            extension_id: config.extension_id.clone(),
            device_id: device.map(|sip| sip.account.authorization_id.clone()),
            ..session
        }
    }

    /// Lets somebody carry the calls that REST makes.
    pub(crate) fn place_with(&self, placer: mpsc::UnboundedSender<Placement>) {
        self.state().placer = Some(placer);
    }

    pub(super) fn place(&self, placement: Placement) {
        if let Some(placer) = &self.state().placer {
            let _ = placer.send(placement);
        }
    }

    pub(super) fn party(&self, session_id: &str, number: u32) -> Result<PartyState, ApiError> {
        let state = self.state();
        let found = state.call(session_id)?.party(number).cloned();
        found.ok_or_else(|| ApiError::not_found("partyId"))
    }

    pub(super) fn party_json(&self, session_id: &str, number: u32) -> Result<Value, ApiError> {
        let state = self.state();
        let call = state.call(session_id)?;
        let party = call
            .party(number)
            .ok_or_else(|| ApiError::not_found("partyId"))?;
        Ok(call.party_json(party))
    }

    /// Tells whoever carries the call; says whether anybody does.
    pub(super) fn affect(&self, session_id: &str, effect: Effect) -> bool {
        let state = self.state();
        let call = state.calls.get(session_id);
        call.is_some_and(|call| call.effects.send(effect).is_ok())
    }
}

impl super::exchange::State {
    pub(super) fn call(&self, session_id: &str) -> Result<&CallState, ApiError> {
        self.calls
            .get(session_id)
            .ok_or_else(|| ApiError::not_found("telephonySessionId"))
    }
}
