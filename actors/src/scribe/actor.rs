//! Owns the writer's life: starts it, and fails with it, so that the switchboard starts both again. What was not
//! written waits in the queue meanwhile.

use super::writer;
use crate::ports::journal::Journal;
use crate::supervision::GaveUp;
use crate::task::OwnedTask;
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;

/// The journal's actor.
pub struct Scribe;

/// What the scribe is told.
#[derive(Debug)]
pub enum ScribeMsg {
    /// The writer has ended, which it never should.
    WriterEnded,
}

impl Actor for Scribe {
    type Msg = ScribeMsg;
    type State = OwnedTask;
    type Arguments = (World, Arc<dyn Journal>);

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        (world, journal): Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(OwnedTask::spawn(async move {
            let writing = tokio::spawn(writer::write(world, journal));
            let abort = writing.abort_handle();
            let _ended_with_owner = AbortOnDrop(abort);
            // A panic of the writer ends here as an error; either way the scribe is told.
            let _ = writing.await;
            let _ = myself.cast(ScribeMsg::WriterEnded);
        }))
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        _state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ScribeMsg::WriterEnded => Err(GaveUp("writer of the journal ended").into()),
        }
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
