//! Owns the three actors of a call's voice and what must outlive each of them: the audio itself and how far it was
//! heard. Held by the `CallSupervisor`.

use super::listener::{Listener, ListenerArgs};
use super::media_leg::{MediaLeg, MediaLegArgs, SharedEvents};
use super::speaker::{Speaker, SpeakerArgs, SpeakerMsg};
use crate::call::{Budget, Event};
use crate::ports::audio::{CallerAudio, Leg, PlayoutCommand};
use crate::ports::hearing::{Patience, PatienceWatch};
use crate::ports::observer::Signal;
use crate::registry::Role;
use crate::supervision::End;
use crate::types::CallId;
use crate::world::World;
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::sync::{Mutex, mpsc, watch};

/// The voice of one call.
pub struct Voice {
    call: CallId,
    world: World,
    caller: CallerAudio,
    playout: mpsc::UnboundedSender<PlayoutCommand>,
    events: SharedEvents,
    /// Where a new listener begins, in bytes of the caller's audio.
    heard_to: Arc<AtomicU64>,
    /// How long the ears wait for the end of a turn; a new listener is told too.
    patience: watch::Sender<Patience>,
    leg: Child,
    listener: Child,
    speaker: Child,
    mouth: Option<ActorRef<SpeakerMsg>>,
}

#[derive(Default)]
struct Child {
    cell: Option<ActorCell>,
    budget: Budget,
}

impl Child {
    fn is(&self, who: &ActorCell) -> bool {
        self.cell
            .as_ref()
            .is_some_and(|cell| cell.get_id() == who.get_id())
    }
}

impl Voice {
    /// Starts all three on a leg that runs.
    pub async fn start(
        supervisor: &ActorCell,
        call: CallId,
        world: World,
        leg: Leg,
    ) -> Result<Self, ActorProcessingErr> {
        let mut voice = Self {
            call,
            world,
            caller: leg.caller,
            playout: leg.playout,
            events: Arc::new(Mutex::new(leg.events)),
            heard_to: Arc::default(),
            patience: watch::Sender::default(),
            leg: Child::default(),
            listener: Child::default(),
            speaker: Child::default(),
            mouth: None,
        };
        voice.start_leg(supervisor).await?;
        voice.start_listener(supervisor).await?;
        voice.start_speaker(supervisor).await?;
        Ok(voice)
    }

    /// Hands a message to the mouth. One that ended in this moment is started again and asked once more.
    pub fn tell_speaker(&self, message: SpeakerMsg) {
        if let Some(mouth) = &self.mouth {
            let _ = mouth.cast(message);
        }
    }

    /// Tells the ears how long to wait for the end of a turn.
    pub fn be_patient(&self, patience: Patience) {
        self.patience.send_replace(patience);
    }

    /// Starts a child again that ended, or tells the call that it cannot be had.
    pub(crate) async fn child_ended(
        &mut self,
        supervisor: &ActorCell,
        end: &End,
    ) -> Result<(), ActorProcessingErr> {
        let now = self.world.clock.now();
        let (child, actor): (&mut Child, &'static str) = if self.listener.is(&end.who) {
            (&mut self.listener, "listener")
        } else if self.speaker.is(&end.who) {
            (&mut self.speaker, "speaker")
        } else if self.leg.is(&end.who) {
            (&mut self.leg, "media_leg")
        } else {
            return Ok(());
        };
        let affordable = child.budget.take(now);
        child.cell = None;
        self.world.note(Signal::Restarted {
            actor,
            reason: end.reason,
        });
        tracing::warn!(call.id = %self.call, actor, reason = end.detail, "part of the voice ended");
        if !affordable {
            let reason = format!("{actor} could not be kept going");
            self.world
                .queue
                .append(&self.call, Event::EarsFailed { reason });
            return Ok(());
        }
        match actor {
            "listener" => self.start_listener(supervisor).await,
            "speaker" => {
                self.start_speaker(supervisor).await?;
                self.world.queue.append(&self.call, Event::MouthRestarted);
                Ok(())
            }
            _ => self.start_leg(supervisor).await,
        }
    }

    async fn start_leg(&mut self, supervisor: &ActorCell) -> Result<(), ActorProcessingErr> {
        let args = MediaLegArgs {
            call: self.call.clone(),
            world: self.world.clone(),
            events: Arc::clone(&self.events),
        };
        let name = self.world.registry.name(Role::MediaLeg(&self.call));
        let (leg, _) = Actor::spawn_linked(Some(name), MediaLeg, args, supervisor.clone()).await?;
        self.leg.cell = Some(leg.get_cell());
        Ok(())
    }

    async fn start_listener(&mut self, supervisor: &ActorCell) -> Result<(), ActorProcessingErr> {
        let args = ListenerArgs {
            call: self.call.clone(),
            world: self.world.clone(),
            caller: self.caller.clone(),
            heard_to: Arc::clone(&self.heard_to),
            patience: PatienceWatch::of(&self.patience),
        };
        let name = self.world.registry.name(Role::Listener(&self.call));
        let (ears, _) = Actor::spawn_linked(Some(name), Listener, args, supervisor.clone()).await?;
        self.listener.cell = Some(ears.get_cell());
        Ok(())
    }

    async fn start_speaker(&mut self, supervisor: &ActorCell) -> Result<(), ActorProcessingErr> {
        let args = SpeakerArgs {
            call: self.call.clone(),
            world: self.world.clone(),
            playout: self.playout.clone(),
        };
        let name = self.world.registry.name(Role::Speaker(&self.call));
        let (mouth, _) = Actor::spawn_linked(Some(name), Speaker, args, supervisor.clone()).await?;
        self.speaker.cell = Some(mouth.get_cell());
        self.mouth = Some(mouth);
        Ok(())
    }
}
