//! Owns the reports of a call's audio: writes to the journal what the playout and the keypad tell. Started by the
//! call's supervisor. Audio itself never passes through here.

use crate::call::Event;
use crate::ports::audio::LegEvent;
use crate::ports::observer::Signal;
use crate::task::OwnedTask;
use crate::types::CallId;
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

/// The leg's reports; held by the supervisor so that they outlive this actor.
pub(super) type SharedEvents = Arc<Mutex<mpsc::UnboundedReceiver<LegEvent>>>;

/// The audio of one call.
pub struct MediaLeg;

/// What a media leg is told.
#[derive(Debug)]
pub enum MediaLegMsg {
    /// The leg has ended.
    Ended,
}

/// What a media leg needs.
pub struct MediaLegArgs {
    pub(super) call: CallId,
    pub(super) world: World,
    pub(super) events: SharedEvents,
}

impl Actor for MediaLeg {
    type Msg = MediaLegMsg;
    type State = OwnedTask;
    type Arguments = MediaLegArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(OwnedTask::spawn(async move {
            let mut events = args.events.lock().await;
            while let Some(event) = events.recv().await {
                if let LegEvent::Ended { stats } = &event {
                    args.world.note(Signal::LegEnded(*stats));
                }
                if let Some(event) = translate(&args.call, event) {
                    args.world.queue.append(&args.call, event);
                }
            }
            let _ = myself.cast(MediaLegMsg::Ended);
        }))
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        _state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            // The line reports the end of the call by itself; the leg only falls silent.
            MediaLegMsg::Ended => Ok(()),
        }
    }
}

fn translate(call: &CallId, event: LegEvent) -> Option<Event> {
    match event {
        LegEvent::Started { utterance } => Some(Event::PromptStarted {
            question: utterance,
        }),
        LegEvent::Played { utterance } => Some(Event::PromptPlayed {
            question: utterance,
        }),
        LegEvent::Paused {
            utterance,
            heard_ms,
            left_ms,
        } => Some(Event::PromptPaused {
            question: utterance,
            heard_ms,
            left_ms,
        }),
        LegEvent::Stopped {
            utterance,
            heard_ms,
        } => Some(Event::PromptStopped {
            question: utterance,
            heard_ms,
        }),
        LegEvent::Key { key } => Some(Event::KeyPressed { key }),
        LegEvent::NoAudio { for_ms } => {
            tracing::warn!(call.id = %call, for_ms, "no audio from the caller's side");
            None
        }
        LegEvent::Ended { stats } => {
            tracing::info!(call.id = %call, ?stats, "media leg ended");
            None
        }
    }
}
