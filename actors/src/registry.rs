//! Owns how actors find each other: by name, within one server. Called by everybody. Never starts anything; an actor
//! that is being restarted is simply not there for a moment.

use crate::types::CallId;
use ractor::{ActorRef, Message};
use std::sync::Arc;

/// The part an actor plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// Root supervisor and registry of calls.
    Switchboard,
    /// Writer of the journal.
    Scribe,
    /// The telephone line.
    PhoneLine,
    /// Shared speech.
    SpeechDesk,
    /// Shared understanding.
    Interpreter,
    /// Shared bookings.
    BookingDesk,
    /// What is done after a call's end.
    Archivist,
    /// Supervisor of one call.
    CallSupervisor(&'a CallId),
    /// State machine of one call.
    Call(&'a CallId),
    /// Audio of one call.
    MediaLeg(&'a CallId),
    /// Ears of one call.
    Listener(&'a CallId),
    /// Mouth of one call.
    Speaker(&'a CallId),
}

/// Finds the actors of one server.
#[derive(Clone, Debug)]
pub struct Registry {
    server: Arc<str>,
}

impl Registry {
    /// Names the server; several in one process need different names.
    pub fn new(server: &str) -> Self {
        Self {
            server: server.into(),
        }
    }

    /// Gives the name under which an actor is spawned.
    pub fn name(&self, role: Role<'_>) -> String {
        let server = &self.server;
        match role {
            Role::Switchboard => format!("{server}/switchboard"),
            Role::Scribe => format!("{server}/scribe"),
            Role::PhoneLine => format!("{server}/phone_line"),
            Role::SpeechDesk => format!("{server}/speech_desk"),
            Role::Interpreter => format!("{server}/interpreter"),
            Role::BookingDesk => format!("{server}/booking_desk"),
            Role::Archivist => format!("{server}/archivist"),
            Role::CallSupervisor(call) => format!("{server}/supervisor/{call}"),
            Role::Call(call) => format!("{server}/call/{call}"),
            Role::MediaLeg(call) => format!("{server}/media_leg/{call}"),
            Role::Listener(call) => format!("{server}/listener/{call}"),
            Role::Speaker(call) => format!("{server}/speaker/{call}"),
        }
    }

    /// Sends a message; `false` if nobody is there to take it.
    pub fn tell<M: Message>(&self, role: Role<'_>, message: M) -> bool {
        ActorRef::<M>::where_is(self.name(role)).is_some_and(|actor| actor.cast(message).is_ok())
    }
}
