//! Owns the asking of the language model for everybody: its breaker, its metrics. Called by the interpreter and the
//! archivist. Never judges what a model wrote, and never logs it.

use crate::ports::language::{Language, Request};
use crate::ports::observer::Signal;
use crate::speech_desk::Breaker;
use crate::world::World;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A configured language model.
pub struct Model {
    language: Arc<dyn Language>,
    breaker: Mutex<Breaker>,
}

impl Model {
    /// Takes a model that has not been asked yet.
    pub fn new(language: Arc<dyn Language>) -> Self {
        Self {
            language,
            breaker: Mutex::default(),
        }
    }

    /// Names it, for metrics and `/ready`.
    pub fn name(&self) -> &'static str {
        self.language.name()
    }

    /// Tells whether it is worth asking.
    pub fn serves(&self, now: Timestamp) -> bool {
        self.breaker(|breaker| breaker.allows(now))
    }

    /// Tells how long an answer may take while a caller waits.
    pub fn live_wait(&self) -> Duration {
        self.language.live_wait()
    }

    /// Asks it; `None` where it does not answer in time, or has not answered for a while. Ends the request when dropped.
    pub async fn ask(&self, world: &World, request: Request) -> Option<String> {
        let asked = world.clock.now();
        if !self.serves(asked) {
            return None;
        }
        let answer = self.language.write(request).await;
        let now = world.clock.now();
        let (provider, error) = (self.name(), answer.as_ref().err());
        if let Some(error) = error {
            tracing::warn!(provider, %error, "the language model did not answer");
        }
        world.note(Signal::Vendor {
            provider,
            result: error.map_or("ok", |error| error.label()),
            took: now.duration_since(asked).unsigned_abs(),
        });
        let open = self.breaker(|breaker| {
            breaker.note(error.is_none(), now);
            breaker.is_open()
        });
        world.note(Signal::Breaker { provider, open });
        answer.ok()
    }

    fn breaker<T>(&self, with: impl FnOnce(&mut Breaker) -> T) -> T {
        // A breaker is whole at any moment, whoever panicked beside it.
        with(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
