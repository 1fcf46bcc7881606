//! Owns what every actor is given when it is started: the ports, the journal's queue, and the way to each other.
//! Made once by the edge.

use crate::call::{CallState, Effect, Recorded};
use crate::interpreter::Model;
use crate::ports::archive::Archive;
use crate::ports::booking::Book;
use crate::ports::carrier::Carrier;
use crate::ports::clock::Clock;
use crate::ports::hearing::Hearing;
use crate::ports::observer::{Observer, Signal};
use crate::ports::speaking::{PromptCache, Speaking};
use crate::ports::telephony::Line;
use crate::registry::Registry;
use crate::scribe::Queue;
use std::sync::Arc;

/// The decision as a value, so that a test can make it fail at a chosen event.
pub type Decide = Arc<dyn Fn(&mut CallState, &Recorded) -> Vec<Effect> + Send + Sync>;

/// Everything an actor may need.
#[derive(Clone)]
pub struct World {
    /// How actors find each other.
    pub registry: Registry,
    /// Where events are written.
    pub queue: Arc<Queue>,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// Metrics.
    pub observer: Arc<dyn Observer>,
    /// The telephone line.
    pub line: Arc<dyn Line>,
    /// RingCentral's view of calls.
    pub carrier: Arc<dyn Carrier>,
    /// The book.
    pub book: Arc<dyn Book>,
    /// Recognisers, best first.
    pub hearing: Vec<Arc<dyn Hearing>>,
    /// Voices, best first.
    pub speaking: Vec<Arc<dyn Speaking>>,
    /// Sound of prompts that never change.
    pub prompts: Arc<dyn PromptCache>,
    /// The language model, where one is configured.
    pub model: Option<Arc<Model>>,
    /// What the archivist works with.
    pub archive: Archive,
    /// The decision; `call::decide` but in tests.
    pub decide: Decide,
}

impl World {
    /// Notes a signal for the metrics.
    pub fn note(&self, signal: Signal) {
        self.observer.note(signal);
    }
}
