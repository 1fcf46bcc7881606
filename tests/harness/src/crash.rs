//! Owns the crashing: ends an actor of a chosen call right after a chosen entry of its journal. Given to the server in
//! place of the plain decision.

use maitred_actors::call::{self, CallMsg, CallState, Effect, Recorded};
use maitred_actors::registry::{Registry, Role};
use maitred_actors::types::PhoneNumber;
use maitred_actors::voice::{ListenerMsg, MediaLegMsg, SpeakerMsg};
use maitred_actors::world::Decide;
use ractor::{ActorCell, ActorRef, Message};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which actor of a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The state machine.
    Call,
    /// The ears.
    Listener,
    /// The mouth.
    Speaker,
    /// The reports of the audio.
    MediaLeg,
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By a panic in the decision, before any of its effects is performed.
    Panic,
    /// By `kill`, as soon as the actor awaits.
    Kill(Part),
    /// By a panic each time that the event is decided.
    Poison,
}

/// What is to be crashed, by the caller's number.
#[derive(Clone, Default)]
pub struct Crashes {
    planned: Arc<Mutex<HashMap<PhoneNumber, (u64, How)>>>,
    done: Arc<Mutex<Vec<PhoneNumber>>>,
    registry: Arc<OnceLock<Registry>>,
}

impl Crashes {
    /// Plans a crash of the call from this number, right after its entry `seq`.
    pub fn plan(&self, from: &str, seq: u64, how: How) {
        let from = PhoneNumber::parse(from).expect("a number");
        self.planned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(from, (seq, how));
    }

    /// Tells whether the crash planned for this number took place.
    pub fn took_place(&self, from: &str) -> bool {
        let from = PhoneNumber::parse(from).expect("a number");
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&from)
    }

    /// Gives the decision that crashes as planned.
    pub fn decide(&self) -> Decide {
        let crashes = self.clone();
        Arc::new(move |state, entry| crashes.decide_and_crash(state, entry))
    }

    /// Tells how the server's actors are found.
    pub fn find_actors_by(&self, registry: &Registry) {
        let _ = self.registry.set(registry.clone());
    }

    fn decide_and_crash(&self, state: &mut CallState, entry: &Recorded) -> Vec<Effect> {
        let effects = call::decide(state, entry);
        match self.due(state, entry) {
            None => {}
            Some(How::Panic | How::Poison) => panic!("planned crash after entry {}", entry.seq),
            Some(How::Kill(part)) => self.kill(part, state),
        }
        effects
    }

    fn due(&self, state: &CallState, entry: &Recorded) -> Option<How> {
        let from = state.line.from().cloned()?;
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        let (seq, how) = *planned.get(&from)?;
        let due = match how {
            How::Poison => entry.seq == seq,
            How::Panic | How::Kill(_) => entry.seq >= seq,
        };
        if !due {
            return None;
        }
        if how != How::Poison {
            planned.remove(&from);
        }
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(from);
        Some(how)
    }

    fn kill(&self, part: Part, state: &CallState) {
        let Some(registry) = self.registry.get() else {
            return;
        };
        let cell = match part {
            Part::Call => find::<CallMsg>(registry, Role::Call(&state.call)),
            Part::Listener => find::<ListenerMsg>(registry, Role::Listener(&state.call)),
            Part::Speaker => find::<SpeakerMsg>(registry, Role::Speaker(&state.call)),
            Part::MediaLeg => find::<MediaLegMsg>(registry, Role::MediaLeg(&state.call)),
        };
        if let Some(cell) = cell {
            cell.kill();
        }
    }
}

/// Kills a shared actor of a server; fails if it is not there.
pub fn kill_shared<M: Message>(registry: &Registry, role: Role<'_>) {
    find::<M>(registry, role)
        .expect("the actor is there")
        .kill();
}

fn find<M: Message>(registry: &Registry, role: Role<'_>) -> Option<ActorCell> {
    ActorRef::<M>::where_is(registry.name(role)).map(|actor| actor.get_cell())
}
