//! Owns the actor: takes what calls ask for, sees that nothing is done twice, and works on tasks, so that no call waits
//! for another. Started by the switchboard.

use super::commands::{self, Ask};
use super::consult::{self, Consultation};
use super::recording::{self, Recording};
use crate::call::{Event, SupervisorMsg};
use crate::ports::telephony::{AnsweredCall, Dialog, Error, Line};
use crate::registry::Role;
use crate::switchboard::SwitchboardMsg;
use crate::task::OwnedTask;
use crate::types::{CallId, PhoneNumber, QuestionNo, SessionId, SipCallId};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The telephone line.
pub struct PhoneLine;

/// What the phone line is asked.
#[derive(Debug)]
pub enum PhoneLineMsg {
    /// Answer a ringing call.
    Answer {
        /// Call that asks.
        call: CallId,
        /// The dialog.
        sip: SipCallId,
        /// Number of the question.
        question: QuestionNo,
    },
    /// Take up a dialog that an earlier process answered.
    Reattach {
        /// Call that asks.
        call: CallId,
        /// The dialog.
        dialog: Box<Dialog>,
        /// Number of the question.
        question: QuestionNo,
    },
    /// Send the caller to another number.
    Transfer {
        /// Who asks, and for which party.
        ask: Ask,
        /// The number.
        to: PhoneNumber,
    },
    /// Call a person, tell them who it is, and connect the caller with them.
    Consult {
        /// Who asks, and for which party.
        ask: Ask,
        /// What is wanted.
        consultation: Consultation,
    },
    /// Give up calling the person for a call.
    StopConsult(CallId),
    /// Record a call, or do so no longer.
    Record {
        /// Who asks.
        ask: Ask,
        /// What is wanted.
        wish: Recording,
    },
    /// Have RingCentral carry out a command.
    Command {
        /// Who asks, and for which party.
        ask: Ask,
        /// `status.code` of the party, by which the command is found legal or not.
        code: Option<String>,
        /// Key under which the API asked for it.
        key: Option<String>,
        /// The command.
        command: crate::ports::carrier::Command,
    },
    /// Read a session over REST.
    ReadSession {
        /// Call that asks.
        call: CallId,
        /// Number of the question.
        question: QuestionNo,
        /// The session.
        session: SessionId,
    },
    /// Hang up.
    HangUp {
        /// Call that asks.
        call: CallId,
        /// The dialog.
        sip: SipCallId,
        /// Number of the question.
        question: QuestionNo,
    },
    /// Rid the line of a call that cannot be saved: to the number if there is one, else hang up. Nobody waits.
    LastWords {
        /// The dialog.
        sip: SipCallId,
        /// The number.
        to: Option<PhoneNumber>,
    },
    /// A call is over; what it asked for is forgotten.
    Forget(CallId),
}

/// What the phone line holds.
pub struct Desk {
    world: World,
    /// What was asked for already: a call that starts again asks once more, and a call is answered once.
    asked: HashMap<CallId, HashSet<QuestionNo>>,
    /// Persons being called; dropping one gives it up.
    consulting: HashMap<CallId, consult::Running>,
    _bell: OwnedTask,
}

impl Actor for PhoneLine {
    type Msg = PhoneLineMsg;
    type State = Desk;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        let bell = OwnedTask::spawn(ring(world.clone()));
        Ok(Desk {
            world,
            asked: HashMap::new(),
            consulting: HashMap::new(),
            _bell: bell,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let world = desk.world.clone();
        match message {
            PhoneLineMsg::Answer {
                call,
                sip,
                question,
            } => {
                if desk.is_new(&call, question) {
                    tokio::spawn(answer(world, call, sip, question));
                }
            }
            PhoneLineMsg::Reattach {
                call,
                dialog,
                question,
            } => {
                if desk.is_new(&call, question) {
                    tokio::spawn(reattach(world, call, dialog, question));
                }
            }
            PhoneLineMsg::Transfer { ask, to } => {
                if desk.is_new(&ask.call, ask.question) {
                    tokio::spawn(commands::transfer(world, ask, to));
                }
            }
            PhoneLineMsg::Consult { ask, consultation } => {
                if desk.is_new(&ask.call, ask.question) {
                    desk.consult(ask, consultation);
                }
            }
            PhoneLineMsg::Record { ask, wish } => {
                if desk.is_new(&ask.call, ask.question) || wish.may_be_repeated() {
                    tokio::spawn(recording::carry_out(world, ask, wish));
                }
            }
            PhoneLineMsg::StopConsult(call) => desk.stop_consult(&call),
            PhoneLineMsg::Command {
                ask,
                code,
                key,
                command,
            } => {
                if desk.is_new(&ask.call, ask.question) {
                    tokio::spawn(commands::command(world, ask, code, key, command));
                }
            }
            PhoneLineMsg::ReadSession {
                call,
                question,
                session,
            } => {
                tokio::spawn(commands::read_session(world, call, question, session));
            }
            PhoneLineMsg::HangUp {
                call,
                sip,
                question,
            } => {
                tokio::spawn(hang_up(world, call, sip, question));
            }
            PhoneLineMsg::LastWords { sip, to } => {
                tokio::spawn(last_words(Arc::clone(&world.line), sip, to));
            }
            PhoneLineMsg::Forget(call) => {
                desk.asked.remove(&call);
                desk.consulting.remove(&call);
            }
        }
        Ok(())
    }
}

impl Desk {
    fn is_new(&mut self, call: &CallId, question: QuestionNo) -> bool {
        self.asked.entry(call.clone()).or_default().insert(question)
    }

    fn consult(&mut self, ask: Ask, consultation: Consultation) {
        let call = ask.call.clone();
        let running = consult::start(self.world.clone(), ask, consultation);
        self.consulting.insert(call, running);
    }

    fn stop_consult(&self, call: &CallId) {
        if let Some(running) = self.consulting.get(call) {
            running.give_up();
        }
    }
}

/// Passes on what the line reports, for as long as it is open.
async fn ring(world: World) {
    while let Some(event) = world.line.next_event().await {
        world
            .registry
            .tell(Role::Switchboard, SwitchboardMsg::Line(event));
    }
}

async fn answer(world: World, call: CallId, sip: SipCallId, question: QuestionNo) {
    let answered = world.line.answer(&sip).await;
    answered_or_not(&world, &call, question, answered).await;
}

async fn reattach(world: World, call: CallId, dialog: Box<Dialog>, question: QuestionNo) {
    let answered = world.line.resume(&dialog).await;
    answered_or_not(&world, &call, question, answered).await;
}

/// Gives the audio to the call's supervisor, or the reason why there is none to the call.
async fn answered_or_not(
    world: &World,
    call: &CallId,
    question: QuestionNo,
    answered: Result<AnsweredCall, Error>,
) {
    let AnsweredCall { dialog, leg } = match answered {
        Ok(answered) => answered,
        Err(error) => {
            let failed = Event::AnswerFailed { question, error };
            return world.queue.append(call, failed);
        }
    };
    let sip = dialog.call_id.clone();
    let message = SupervisorMsg::Answered {
        question,
        dialog: Box::new(dialog),
        leg,
    };
    if !world.registry.tell(Role::CallSupervisor(call), message) {
        note_failure(call, world.line.hang_up(&sip).await);
    }
}

async fn hang_up(world: World, call: CallId, sip: SipCallId, question: QuestionNo) {
    note_failure(&call, world.line.hang_up(&sip).await);
    world.queue.append(&call, Event::HungUp { question });
}

/// Logs a hang-up that failed but for a call that was gone already.
pub(super) fn note_failure(call: &CallId, result: Result<(), Error>) {
    match result {
        Ok(()) | Err(Error::NoSuchCall) => {}
        Err(error) => tracing::warn!(call.id = %call, %error, "hanging up failed"),
    }
}

async fn last_words(line: Arc<dyn Line>, sip: SipCallId, to: Option<PhoneNumber>) {
    if let Some(to) = to
        && let Err(error) = line.transfer(&sip, &to).await
    {
        tracing::error!(%error, "caller could not be handed to the fall-back number");
    }
    if let Err(error) = line.hang_up(&sip).await {
        tracing::debug!(%error, "line was gone already");
    }
}
