//! Owns the life of one call's actors: `Call`, `MediaLeg`, `Listener`, `Speaker`, and the clock of the call's timers.
//! Started by the switchboard, one per session. Its children may die; the audio and the timers do not. Never decides
//! what a call does, but for the last words of a call that cannot be saved.

use super::actor::{Call, CallArgs, CallMsg, Start};
use super::budget::Budget;
use super::{Event, Timer, trace};
use crate::phone_line::PhoneLineMsg;
use crate::ports::audio::Leg;
use crate::ports::hearing::Patience;
use crate::ports::journal::Projection;
use crate::ports::observer::Signal;
use crate::ports::telephony::Dialog;
use crate::registry::Role;
use crate::supervision::{End, end_of};
use crate::switchboard::SwitchboardMsg;
use crate::types::{CallId, PhoneNumber, QuestionNo, SipCallId};
use crate::voice::{SpeakerMsg, Voice};
use crate::world::World;
use jiff::Timestamp;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tracing::{Instrument as _, Span};

/// Crashes after which an event is passed over.
const CRASHES_MAX: u32 = 2;

/// Supervisor of one call.
pub struct CallSupervisor;

/// What a call's supervisor is told.
pub enum SupervisorMsg {
    /// Our answer was accepted; the audio runs.
    Answered {
        /// Question that asked for the answer.
        question: QuestionNo,
        /// Facts of the dialog.
        dialog: Box<Dialog>,
        /// The audio.
        leg: Leg,
    },
    /// Something for the mouth.
    ToSpeaker(SpeakerMsg),
    /// How long the ears are to wait for the end of the caller's turn.
    BePatient(Patience),
    /// All moments at which the call wants to be woken.
    Timers(BTreeMap<Timer, Timestamp>),
    /// A moment came.
    TimeCame(Timer, Timestamp),
    /// The journal of the call cannot be read.
    JournalDamaged,
    /// Nothing more is to come; everything may end.
    CallOver,
}

/// What a call's supervisor needs.
pub struct SupervisorArgs {
    /// The call.
    pub call: CallId,
    /// Why the call is started.
    pub start: Start,
    /// The dialog, where there is one: needed for last words.
    pub sip: Option<SipCallId>,
    /// Number that takes a call which cannot be saved.
    pub fallback: Option<PhoneNumber>,
    /// Everything else.
    pub world: World,
}

/// What a call's supervisor holds.
pub struct Watch {
    args: SupervisorArgs,
    span: Span,
    progress: Arc<AtomicU64>,
    crashes: HashMap<u64, u32>,
    budget: Budget,
    decider: Option<ActorCell>,
    voice: Option<Voice>,
    timers: HashMap<Timer, (Timestamp, Alarm)>,
}

/// A timer that is put off when dropped.
struct Alarm(tokio::task::AbortHandle);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Actor for CallSupervisor {
    type Msg = SupervisorMsg;
    type State = Watch;
    type Arguments = SupervisorArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        let start = args.start.clone();
        let span = trace::call(&args.call);
        let mut watch = Watch {
            args,
            span: span.clone(),
            progress: Arc::default(),
            crashes: HashMap::new(),
            budget: Budget::default(),
            decider: None,
            voice: None,
            timers: HashMap::new(),
        };
        watch.start_call(&myself, start).instrument(span).await?;
        Ok(watch)
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        watch: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let span = watch.span.clone();
        watch.take(&myself, message).instrument(span).await
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        watch: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let Some(end) = end_of(event) else {
            return Ok(());
        };
        let span = watch.span.clone();
        watch.child_ended(&myself, &end).instrument(span).await
    }
}

impl Watch {
    async fn take(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        message: SupervisorMsg,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SupervisorMsg::Answered {
                question,
                dialog,
                leg,
            } => {
                self.args.sip = Some(dialog.call_id.clone());
                let (call, world) = (self.args.call.clone(), self.args.world.clone());
                self.voice = Some(Voice::start(&myself.get_cell(), call, world, leg).await?);
                self.append(Event::Answered {
                    question,
                    dialog,
                    recording: None,
                });
            }
            SupervisorMsg::ToSpeaker(message) => {
                if let Some(voice) = &self.voice {
                    voice.tell_speaker(message);
                }
            }
            SupervisorMsg::BePatient(patience) => {
                if let Some(voice) = &self.voice {
                    voice.be_patient(patience);
                }
            }
            SupervisorMsg::Timers(timers) => self.set_timers(myself, &timers),
            SupervisorMsg::TimeCame(timer, moment) => self.time_came(timer, moment),
            SupervisorMsg::JournalDamaged => self.last_words("journal damaged"),
            SupervisorMsg::CallOver => self.report_over(),
        }
        Ok(())
    }

    async fn child_ended(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        end: &End,
    ) -> Result<(), ActorProcessingErr> {
        if self.decider.as_ref().map(ActorCell::get_id) == Some(end.who.get_id()) {
            return self.call_ended(myself, end).await;
        }
        if let Some(voice) = &mut self.voice {
            voice.child_ended(&myself.get_cell(), end).await?;
        }
        Ok(())
    }

    async fn start_call(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        start: Start,
    ) -> Result<(), ActorProcessingErr> {
        self.progress.store(0, Ordering::SeqCst);
        let args = CallArgs {
            call: self.args.call.clone(),
            start,
            progress: Arc::clone(&self.progress),
            world: self.args.world.clone(),
        };
        let name = self.args.world.registry.name(Role::Call(&self.args.call));
        let (call, _) = Actor::spawn_linked(Some(name), Call, args, myself.get_cell()).await?;
        let call: ActorRef<CallMsg> = call;
        self.decider = Some(call.get_cell());
        // Before anything can be appended that the new actor would have to act on.
        self.args.world.queue.replay(&self.args.call);
        Ok(())
    }

    /// Starts the call's actor again, sets an event aside that crashed it twice, or gives the call up.
    async fn call_ended(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        end: &End,
    ) -> Result<(), ActorProcessingErr> {
        self.decider = None;
        let reason = end.reason;
        self.args.world.note(Signal::Restarted {
            actor: "call",
            reason,
        });
        let seq = self.progress.load(Ordering::SeqCst);
        tracing::warn!(call.id = %self.args.call, reason, entry = seq, "call ended, starting it again");
        if reason != "killed" && seq != 0 {
            let crashes = self.crashes.entry(seq).or_default();
            *crashes += 1;
            if *crashes == CRASHES_MAX {
                self.args.world.note(Signal::Poisoned);
                self.append(Event::Poisoned { seq });
            }
        }
        if !self.budget.take(self.args.world.clock.now()) {
            self.last_words("call could not be kept going");
            return Ok(());
        }
        self.start_call(myself, Start::Again(reason.to_owned()))
            .await
    }

    /// Hands the caller to the fall-back number, or hangs up; writes down why; ends.
    fn last_words(&mut self, why: &str) {
        tracing::error!(call.id = %self.args.call, why, "call given up");
        self.append(Event::Abandoned {
            reason: why.to_owned(),
        });
        let world = &self.args.world;
        let call = self.args.call.clone();
        world.queue.project(Projection::Failed {
            call,
            at: world.clock.now(),
        });
        world.note(Signal::CallEnded {
            direction: "unknown",
            mode: "unknown",
            outcome: "failed",
        });
        if let Some(sip) = self.args.sip.clone() {
            let message = PhoneLineMsg::LastWords {
                sip,
                to: self.args.fallback.clone(),
            };
            world.registry.tell(Role::PhoneLine, message);
        }
        self.report_over();
    }

    /// Has the switchboard forget the call and stop this supervisor with all its children.
    fn report_over(&self) {
        let over = SwitchboardMsg::CallOver(self.args.call.clone());
        self.args.world.registry.tell(Role::Switchboard, over);
    }

    fn set_timers(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        wanted: &BTreeMap<Timer, Timestamp>,
    ) {
        self.timers
            .retain(|timer, (moment, _)| wanted.get(timer) == Some(moment));
        let now = self.args.world.clock.now();
        for (timer, moment) in wanted {
            if self.timers.contains_key(timer) {
                continue;
            }
            let wait = moment
                .duration_since(now)
                .max(jiff::SignedDuration::ZERO)
                .unsigned_abs();
            let (timer, moment) = (*timer, *moment);
            // One millisecond more, so that the journal's clock has certainly reached the moment.
            let task = myself.send_after(wait + Duration::from_millis(1), move || {
                SupervisorMsg::TimeCame(timer, moment)
            });
            self.timers
                .insert(timer, (moment, Alarm(task.abort_handle())));
        }
    }

    fn time_came(&mut self, timer: Timer, moment: Timestamp) {
        if self.timers.get(&timer).map(|(set, _)| *set) == Some(moment) {
            self.timers.remove(&timer);
            self.append(Event::TimeCame { timer });
        }
    }

    fn append(&self, event: Event) {
        self.args.world.queue.append(&self.args.call, event);
    }
}
