//! The telephone line, shared by all calls: rings come in, answers and hang-ups go out. Asked by calls; answers
//! through the journal, and what rings goes to the switchboard.

use crate::call::{Event, SupervisorMsg};
use crate::ports::telephony::{AnsweredCall, Error, Line};
use crate::registry::Role;
use crate::switchboard::SwitchboardMsg;
use crate::task::OwnedTask;
use crate::types::{CallId, PhoneNumber, QuestionNo, SipCallId};
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
    /// Send the caller to another number.
    Transfer {
        /// Call that asks.
        call: CallId,
        /// The dialog.
        sip: SipCallId,
        /// Number of the question.
        question: QuestionNo,
        /// The number.
        to: PhoneNumber,
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
            _bell: bell,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            PhoneLineMsg::Answer {
                call,
                sip,
                question,
            } => {
                if desk.is_new(&call, question) {
                    tokio::spawn(answer(desk.world.clone(), call, sip, question));
                }
            }
            PhoneLineMsg::Transfer {
                call,
                sip,
                question,
                to,
            } => {
                if desk.is_new(&call, question) {
                    let world = desk.world.clone();
                    tokio::spawn(async move {
                        let result = world.line.transfer(&sip, &to).await;
                        world
                            .queue
                            .append(&call, Event::TransferAnswered { question, result });
                    });
                }
            }
            PhoneLineMsg::HangUp {
                call,
                sip,
                question,
            } => {
                let world = desk.world.clone();
                tokio::spawn(async move {
                    note_failure(&call, world.line.hang_up(&sip).await);
                    world.queue.append(&call, Event::HungUp { question });
                });
            }
            PhoneLineMsg::LastWords { sip, to } => {
                tokio::spawn(last_words(Arc::clone(&desk.world.line), sip, to));
            }
            PhoneLineMsg::Forget(call) => {
                desk.asked.remove(&call);
            }
        }
        Ok(())
    }
}

impl Desk {
    fn is_new(&mut self, call: &CallId, question: QuestionNo) -> bool {
        self.asked.entry(call.clone()).or_default().insert(question)
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
    match world.line.answer(&sip).await {
        Ok(AnsweredCall {
            dialog,
            leg,
            recording,
        }) => {
            let dialog = Box::new(dialog);
            let message = SupervisorMsg::Answered {
                question,
                dialog,
                leg,
                recording,
            };
            if !world.registry.tell(Role::CallSupervisor(&call), message) {
                note_failure(&call, world.line.hang_up(&sip).await);
            }
        }
        Err(error) => world
            .queue
            .append(&call, Event::AnswerFailed { question, error }),
    }
}

fn note_failure(call: &CallId, result: Result<(), Error>) {
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
