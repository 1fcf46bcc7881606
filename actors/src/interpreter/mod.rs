//! Shared understanding: the grammar reads what a caller said. Asked by calls; answers through the journal.

use crate::call::Event;
use crate::grammar::{Context, understand};
use crate::types::{CallId, QuestionNo};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};

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
    },
}

impl Actor for Interpreter {
    type Msg = InterpreterMsg;
    type State = World;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(world)
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        world: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let InterpreterMsg::Interpret {
            call,
            question,
            text,
            nbest,
            context,
        } = message;
        let reading = Box::new(understand(&text, &nbest, &context));
        world
            .queue
            .append(&call, Event::Understood { question, reading });
        Ok(())
    }
}
