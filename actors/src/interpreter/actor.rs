//! Owns the reading of utterances for all calls: the grammar at once, a model on a task of its own where the grammar is
//! unsure. Asked by calls; answers through the journal. Never waits, and never gives two answers to one question.

use super::asking;
use super::check::checked;
use super::facts::facts;
use super::model::Model;
use super::unsure::is_unsure;
use crate::call::Event;
use crate::grammar::{Context, Understanding, understand};
use crate::task::OwnedTask;
use crate::types::{CallId, Profile, QuestionNo};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use std::sync::Arc;

/// Shared understanding.
pub struct Interpreter;

/// What the interpreter is asked.
#[derive(Debug)]
pub enum InterpreterMsg {
    /// Read an utterance.
    Interpret {
        /// Call that asks.
        call: CallId,
        /// Number of the question.
        question: QuestionNo,
        /// Best transcript.
        text: String,
        /// Other transcripts, best first.
        nbest: Vec<String>,
        /// What was asked, and when.
        context: Box<Context>,
        /// The business of the call.
        profile: Arc<Profile>,
    },
    /// The model's part in a question is over.
    Assisted(CallId, QuestionNo),
}

/// What the interpreter holds.
pub struct Desk {
    world: World,
    /// Questions that a model is asked about, one for each call: a call asks one thing at a time.
    asked: HashMap<CallId, (QuestionNo, OwnedTask)>,
}

impl Actor for Interpreter {
    type Msg = InterpreterMsg;
    type State = Desk;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Desk {
            world,
            asked: HashMap::new(),
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            InterpreterMsg::Interpret {
                call,
                question,
                text,
                nbest,
                context,
                profile,
            } => {
                let reading = understand(&text, &nbest, &context);
                let model = desk.model(&text, &reading, &context, &profile);
                let Some(model) = model else {
                    answer(&desk.world, &call, question, reading);
                    return Ok(());
                };
                let unclear = Unclear {
                    text,
                    reading,
                    context,
                    facts: facts(&profile),
                };
                let (world, caller) = (desk.world.clone(), call.clone());
                let task = OwnedTask::spawn(async move {
                    let reading = assisted(&world, &model, unclear).await;
                    answer(&world, &caller, question, reading);
                    let _ = myself.cast(InterpreterMsg::Assisted(caller, question));
                });
                // What the call asked before no longer matters to it: that task ends here.
                desk.asked.insert(call, (question, task));
            }
            InterpreterMsg::Assisted(call, question) => {
                if desk.asked.get(&call).is_some_and(|(no, _)| *no == question) {
                    desk.asked.remove(&call);
                }
            }
        }
        Ok(())
    }
}

impl Desk {
    /// Gives the model, if it is worth asking about this.
    fn model(
        &self,
        text: &str,
        reading: &Understanding,
        context: &Context,
        profile: &Profile,
    ) -> Option<Arc<Model>> {
        let now = self.world.clock.now();
        let model = self
            .world
            .model
            .as_ref()
            .filter(|model| model.serves(now))?;
        is_unsure(text, reading, context, profile).then(|| Arc::clone(model))
    }
}

/// An utterance that the grammar is unsure of.
struct Unclear {
    text: String,
    reading: Understanding,
    context: Box<Context>,
    facts: Vec<String>,
}

/// Has the model help; without an answer of it in time, or with one that does not hold, the grammar's reading stands.
async fn assisted(world: &World, model: &Model, unclear: Unclear) -> Understanding {
    let Unclear {
        text,
        reading,
        context,
        facts,
    } = unclear;
    let request = asking::request(&text, &context, &facts, model.live_wait());
    let written = model.ask(world, request).await;
    written
        .and_then(|written| checked(&written, &text, &reading, &context, &facts))
        .unwrap_or(reading)
}

fn answer(world: &World, call: &CallId, question: QuestionNo, reading: Understanding) {
    let reading = Box::new(reading);
    world
        .queue
        .append(call, Event::Understood { question, reading });
}
