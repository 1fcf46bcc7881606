//! Owns the starting of the actors that all calls share. Called by the switchboard at its start, and when one has ended.

use super::board::Board;
use crate::archivist::Archivist;
use crate::booking_desk::BookingDesk;
use crate::interpreter::Interpreter;
use crate::phone_line::PhoneLine;
use crate::registry::Role;
use crate::scribe::Scribe;
use crate::speech_desk::SpeechDesk;
use ractor::{Actor, ActorCell, ActorProcessingErr};
use std::sync::Arc;

/// An actor that all calls share.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shared {
    Scribe,
    PhoneLine,
    SpeechDesk,
    Interpreter,
    BookingDesk,
    Archivist,
}

impl Shared {
    /// Names it, for the log and the metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scribe => "scribe",
            Self::PhoneLine => "phone_line",
            Self::SpeechDesk => "speech_desk",
            Self::Interpreter => "interpreter",
            Self::BookingDesk => "booking_desk",
            Self::Archivist => "archivist",
        }
    }
}

impl Board {
    /// Starts one.
    pub(super) async fn start_shared(
        &mut self,
        myself: &ActorCell,
        shared: Shared,
    ) -> Result<(), ActorProcessingErr> {
        let world = self.args.world.clone();
        let name = |role| Some(world.registry.name(role));
        let boss = myself.clone();
        let cell = match shared {
            Shared::Scribe => {
                let args = (world.clone(), Arc::clone(&self.args.journal));
                Actor::spawn_linked(name(Role::Scribe), Scribe, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::PhoneLine => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::PhoneLine), PhoneLine, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::SpeechDesk => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::SpeechDesk), SpeechDesk, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::Interpreter => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::Interpreter), Interpreter, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::BookingDesk => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::BookingDesk), BookingDesk, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::Archivist => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::Archivist), Archivist, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
        };
        self.shared.insert(cell.get_id(), shared);
        Ok(())
    }
}
