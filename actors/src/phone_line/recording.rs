//! Owns the recording of a call on the line: begun once the call may be recorded, stopped and deleted when the caller does
//! not want it. Called by the phone line on tasks of their own; answers through the journal.

use super::commands::Ask;
use crate::call::Event;
use crate::ports::telephony::Error;
use crate::world::World;

/// What is wanted of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Begin it, into a file of this name.
    Start(String),
    /// Stop it, and delete these files.
    Discard(Vec<String>),
}

impl Recording {
    /// Tells whether doing it twice comes to the same.
    pub(super) fn may_be_repeated(&self) -> bool {
        matches!(self, Self::Discard(_))
    }
}

/// Does what is wanted.
pub(super) async fn carry_out(world: World, ask: Ask, wish: Recording) {
    match wish {
        Recording::Start(file) => start(world, ask, file).await,
        Recording::Discard(files) => discard(world, ask, files).await,
    }
}

/// Begins to record.
async fn start(world: World, ask: Ask, file: String) {
    let result = match &ask.sip {
        Some(sip) => world.line.start_recording(sip, &file).await,
        None => Err(Error::NoSuchCall),
    };
    if let Err(error) = &result {
        tracing::warn!(call.id = %ask.call, %error, "call is not recorded");
    }
    let question = ask.question;
    let started = Event::RecordingStarted {
        question,
        file,
        result,
    };
    world.queue.append(&ask.call, started);
}

/// Stops recording and deletes what there is; a line that is over has stopped by itself.
async fn discard(world: World, ask: Ask, files: Vec<String>) {
    if let Some(sip) = &ask.sip
        && let Err(error) = world.line.stop_recording(sip).await
    {
        tracing::debug!(call.id = %ask.call, %error, "nothing recorded on the line");
    }
    let mut result = Ok(());
    for file in files {
        if let Err(error) = world.archive.shelf.discard(&file).await {
            tracing::error!(call.id = %ask.call, %error, "refused recording could not be deleted");
            result = Err(error.reason().to_owned());
        }
    }
    let question = ask.question;
    world
        .queue
        .append(&ask.call, Event::RecordingDiscarded { question, result });
}
