//! How calls come to the extension, and what the network does with them without being asked.
//!
//! Owns the events before our phone rings; the simulator and tests call it. It never rings a phone.

use tokio::sync::mpsc;

use super::exchange::{Effect, Exchange};
use crate::webhook::{Party, PartyState, Route, Session};

impl Exchange {
    /// Begins a call that comes by a menu or a queue: everything before our phone rings has happened.
    ///
    /// The session learns which party is ours. What REST does to the call arrives on the channel that comes back.
    pub fn begin_through(
        &self,
        session: &mut Session,
        route: &Route,
    ) -> mpsc::UnboundedReceiver<Effect> {
        let parties = route.parties(session);
        let machine = parties.get(1).map(|party| party.to.clone());
        let effected = self.admit(session, parties);
        let id = session.telephony_session_id.clone();
        let set = |number, code| self.set_party(&id, number, code, None);
        set(1, "Setup");
        set(2, "Setup");
        if *route != Route::Direct
            && let Some(machine) = machine
        {
            let name = machine.name.unwrap_or_default();
            let extension = machine.extension_id.unwrap_or_default();
            self.update(&id, 1, |caller| {
                "Answered".clone_into(&mut caller.code);
                caller.to = caller.to.clone().named(&name).at(&extension);
            });
        } else {
            set(1, "Answered");
        }
        match route {
            Route::Direct => {}
            Route::Menu { .. } => {
                set(2, "Disconnected");
                set(3, "Setup");
            }
            Route::Queue { .. } => {
                set(2, "Proceeding");
                set(2, "Answered");
            }
        }
        effected
    }

    /// Lets another agent of the queue take a call that rings for us.
    pub fn take_by_another_agent(&self, session_id: &str) {
        let number = self.ours(session_id);
        let Ok(ours) = self.party(session_id, number) else {
            return;
        };
        self.affect(session_id, Effect::Wait("another agent".to_owned()));
        self.set_party(session_id, number, "Disconnected", Some("AgentAnswered"));
        let agent = PartyState {
            extension_id: Some("701009".to_owned()),
            code: String::new(),
            call_id: None,
            ..ours
        };
        let joined = self.join(session_id, agent);
        self.set_party(session_id, joined, "Answered", None);
    }

    /// Hands a call that nobody answers to voicemail; the state is spelled both `VoiceMail` and `Voicemail`.
    pub fn send_to_voicemail(&self, session_id: &str, spelling: &str) {
        let number = self.ours(session_id);
        self.set_party(session_id, number, spelling, None);
        self.affect(session_id, Effect::Wait("voicemail".to_owned()));
    }

    fn ours(&self, session_id: &str) -> u32 {
        let state = self.state();
        let call = state.calls.get(session_id);
        call.map_or(0, |call| call.session.number_of(Party::Extension))
    }
}
