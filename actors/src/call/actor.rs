//! Owns the running of one call's state machine: takes journal entries in order, decides, performs, projects. Started
//! and restarted by the `CallSupervisor`. Never awaits in a handler, never learns of anything but through the journal.

use super::foresee::foresee;
use super::perform::perform;
use super::supervisor::SupervisorMsg;
use super::trace::Trace;
use super::witness::{InPhase, Witness};
use super::{CallState, Effect, Event, Recorded, Session, Timer, projection};
use crate::ports::journal::{CallRecord, Projection};
use crate::ports::observer::Signal;
use crate::registry::Role;
use crate::task::OwnedTask;
use crate::types::CallId;
use crate::voice::{SpeakerMsg, Words};
use crate::world::World;
use jiff::Timestamp;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The state machine of one call.
pub struct Call;

/// What a call is told.
#[derive(Debug)]
pub enum CallMsg {
    /// An event was written to the journal.
    Journaled(Box<Recorded>),
    /// The whole journal, as asked for at the start.
    Replay(Vec<Recorded>),
    /// The caller has said this, and may have finished. A hint, and no event: nothing is decided on it.
    MayHaveSaid(String),
    /// The caller had not finished.
    GoesOn,
}

/// Why a call's actor is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The call has just been admitted.
    New,
    /// The actor ended and goes on; why it ended.
    Again(String),
    /// An earlier process began the call.
    OtherProcess,
}

/// What a call's actor needs.
pub struct CallArgs {
    /// The call.
    pub call: CallId,
    /// Why it is started.
    pub start: Start,
    /// Number of the entry being decided, 0 between entries; read by the supervisor after a crash.
    pub progress: Arc<AtomicU64>,
    /// Everything else.
    pub world: World,
}

/// What a call's actor holds.
pub struct Running {
    args: CallArgs,
    state: Option<CallState>,
    replayed: bool,
    last: u64,
    written: Written,
    witness: Witness,
    phase: InPhase,
    trace: Trace,
    /// The look ahead that is under way, on a task of its own so that its failure is not the call's.
    ahead: Option<OwnedTask>,
}

/// What was projected last, so that only changes are written.
#[derive(Default)]
struct Written {
    record: Option<CallRecord>,
    turns: Vec<bool>,
    texts: usize,
    timers: BTreeMap<Timer, Timestamp>,
    finished: bool,
}

impl Actor for Call {
    type Msg = CallMsg;
    type State = Running;
    type Arguments = CallArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Running {
            phase: InPhase::new(Arc::clone(&args.world.observer)),
            witness: Witness::default(),
            args,
            state: None,
            replayed: false,
            last: 0,
            written: Written::default(),
            trace: Trace::of_the_call(),
            ahead: None,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        running: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if let CallMsg::Journaled(entry) = &message {
            running.trace.begin(entry);
        }
        running.trace.span().in_scope(|| match message {
            CallMsg::Replay(entries) => running.replay(&entries),
            CallMsg::Journaled(entry) => running.take(&entry),
            CallMsg::MayHaveSaid(text) => running.look_ahead(text),
            CallMsg::GoesOn => running.look_no_further(),
        });
        Ok(())
    }
}

impl Running {
    /// Folds the journal with its effects discarded, and asks, where the call goes on, for what is still open.
    fn replay(&mut self, entries: &[Recorded]) {
        let poisoned: BTreeSet<u64> = entries
            .iter()
            .filter_map(|entry| match entry.event {
                Event::Poisoned { seq } => Some(seq),
                _ => None,
            })
            .collect();
        self.state = None;
        for entry in entries {
            self.last = entry.seq;
            if !poisoned.contains(&entry.seq) {
                let effects = self.fold(entry);
                // What was measured then was noted then.
                drop(self.seen(entry, &effects));
            }
        }
        self.replayed = true;
        if let Some(state) = &self.state {
            self.phase.enter(state.phase.name());
        }
        let event = match &self.args.start {
            Start::New => None,
            Start::Again(reason) => Some(Event::Resumed {
                reason: reason.clone(),
            }),
            Start::OtherProcess => Some(Event::ProcessRestarted),
        };
        if let Some(event) = event {
            self.args.world.queue.append(&self.args.call, event);
        }
    }

    /// Decides one entry and does what follows from it.
    fn take(&mut self, entry: &Recorded) {
        if !self.replayed || entry.seq <= self.last {
            return;
        }
        self.last = entry.seq;
        let believed = self.session_before(entry);
        let effects = self.fold(entry);
        for signal in self.seen(entry, &effects) {
            self.args.world.note(signal);
        }
        if let (Some(believed), Some(state)) = (believed, &self.state)
            && believed != state.line.session
        {
            let ended = state.line.session.ending().is_some() && believed.ending().is_none();
            let kind = if ended { "ghost" } else { "missed_report" };
            self.args.world.note(Signal::Drift { kind });
        }
        let Some(state) = &self.state else {
            tracing::error!(call.id = %self.args.call, "journal does not begin with an admission");
            return;
        };
        self.trace.decided(state, entry, &effects);
        for effect in effects {
            perform(&self.args.world, state, effect);
        }
        self.phase.enter(state.phase.name());
        let timer_came = matches!(entry.event, Event::TimeCame { .. });
        self.written
            .bring_up_to_date(&self.args.world, state, timer_came);
        self.trace.end(state, entry);
    }

    /// Has the mouth prepare what would be said if the caller's turn were over.
    fn look_ahead(&mut self, text: String) {
        let Some(state) = self.state.clone().filter(|_| self.replayed) else {
            return;
        };
        let world = self.args.world.clone();
        let at = world.clock.now();
        self.ahead = Some(OwnedTask::spawn(async move {
            if let Some(line) = foresee(&state, &text, at) {
                let voice = state.settings.voice.clone();
                let prepare = SpeakerMsg::Prepare(Words::of(line, voice));
                let message = SupervisorMsg::ToSpeaker(prepare);
                world
                    .registry
                    .tell(Role::CallSupervisor(&state.call), message);
            }
        }));
    }

    /// Drops what was prepared: the caller goes on.
    fn look_no_further(&mut self) {
        self.ahead = None;
        let message = SupervisorMsg::ToSpeaker(SpeakerMsg::Forget);
        let supervisor = Role::CallSupervisor(&self.args.call);
        self.args.world.registry.tell(supervisor, message);
    }

    /// Gives what we believe of the session where an entry is about to correct it.
    fn session_before(&self, entry: &Recorded) -> Option<Session> {
        let state = self.state.as_ref()?;
        matches!(entry.event, Event::SessionRead { .. }).then(|| state.line.session.clone())
    }

    /// Gives what an entry is worth noting for.
    fn seen(&mut self, entry: &Recorded, effects: &[Effect]) -> Vec<Signal> {
        let now = self.args.world.clock.now();
        match &self.state {
            Some(state) => self.witness.see(state, entry, effects, now),
            None => Vec::new(),
        }
    }

    fn fold(&mut self, entry: &Recorded) -> Vec<Effect> {
        self.args.progress.store(entry.seq, Ordering::SeqCst);
        let effects = match &mut self.state {
            Some(state) => (self.args.world.decide)(state, entry),
            None => {
                self.state = CallState::begin(entry);
                Vec::new()
            }
        };
        self.args.progress.store(0, Ordering::SeqCst);
        effects
    }
}

impl Written {
    /// Writes what changed, sets the timers, and tells the supervisor when nothing more is to come.
    fn bring_up_to_date(&mut self, world: &World, state: &CallState, timer_came: bool) {
        let call = &state.call;
        if timer_came || self.timers != *state.questions.timers() {
            self.timers.clone_from(state.questions.timers());
            let message = SupervisorMsg::Timers(self.timers.clone());
            world.registry.tell(Role::CallSupervisor(call), message);
        }
        let record = projection::record(state);
        if self.record.as_ref() != Some(&record) {
            world
                .queue
                .project(Projection::Record(Box::new(record.clone())));
            self.record = Some(record);
        }
        self.write_turns(world, state);
        for text in state.texts.iter().skip(self.texts) {
            let row = projection::text(state, text);
            world.queue.project(Projection::Text(row));
        }
        self.texts = state.texts.len();
        if state.is_finished() && !self.finished {
            self.finished = true;
            if let Some(outcome) = state.outcome() {
                world.note(Signal::CallEnded {
                    direction: projection::direction(state),
                    mode: state.settings.mode.as_str(),
                    outcome: outcome.as_str(),
                });
            }
            world
                .registry
                .tell(Role::CallSupervisor(call), SupervisorMsg::CallOver);
        }
    }

    /// Writes turns that are new, or were cut short since.
    fn write_turns(&mut self, world: &World, state: &CallState) {
        for (index, turn) in state.transcript.iter().enumerate() {
            if self.turns.get(index) == Some(&turn.interrupted) {
                continue;
            }
            let row = projection::turn(state, index, turn);
            world.queue.project(Projection::Turn(row));
        }
        self.turns = state
            .transcript
            .iter()
            .map(|turn| turn.interrupted)
            .collect();
    }
}
