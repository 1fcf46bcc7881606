//! Owns speaking through Aura, the `/v1/speak` WebSocket: the provider and its pool of warm sockets. Called by the
//! `SpeechDesk`; never shares a socket between two utterances at a time.

use super::config::DeepgramConfig;
use super::line::{self, Job, Line};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::speaking::{Error, Speaking, SpeechStream};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

pub(super) const NAME: &str = "deepgram_aura";
/// Idle sockets kept; each counts towards the account's limit of streams.
const IDLE_MAX: usize = 8;
/// Pieces of audio that may wait for the listener of one utterance.
const QUEUE: usize = 256;
/// Voices whose sockets are kept warm, beside the one of the start.
const VOICES_MAX: usize = 4;

/// Speaks through Deepgram Aura.
#[derive(Clone, Debug)]
pub struct Aura {
    config: Arc<DeepgramConfig>,
    pool: Arc<Pool>,
    voices: Arc<Mutex<Vec<Aura>>>,
}

impl Aura {
    /// Makes a provider; the first socket is opened by the first utterance.
    pub fn new(config: DeepgramConfig) -> Self {
        Self {
            config: Arc::new(config),
            pool: Arc::default(),
            voices: Arc::default(),
        }
    }

    /// Gives the provider of another voice, the same each time.
    fn voiced(&self, voice: &str) -> Self {
        let mut voices = self.voices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = voices.iter().find(|one| one.config.voice == voice) {
            return there.clone();
        }
        let mut config = DeepgramConfig::clone(&self.config);
        voice.clone_into(&mut config.voice);
        let fresh = Self::new(config);
        if voices.len() == VOICES_MAX {
            voices.remove(0);
        }
        voices.push(fresh.clone());
        fresh
    }
}

impl Speaking for Aura {
    fn name(&self) -> &'static str {
        NAME
    }

    fn voice(&self) -> String {
        self.config.voice.clone()
    }

    fn with_voice(&self, voice: &str) -> Option<Arc<dyn Speaking>> {
        if voice == self.config.voice {
            return Some(Arc::new(self.clone()));
        }
        Some(Arc::new(self.voiced(voice)))
    }

    fn speak(&self, text: String) -> PortFuture<Result<SpeechStream, Error>> {
        let (config, pool) = (Arc::clone(&self.config), Arc::clone(&self.pool));
        Box::pin(async move {
            let (out, stream) = mpsc::channel(QUEUE);
            if text.trim().is_empty() {
                return Ok(stream);
            }
            let mut job = (text, out);
            while let Some(line) = pool.take() {
                match line.clone().try_send(Job {
                    text: job.0,
                    out: job.1,
                    line,
                }) {
                    Ok(()) => return Ok(stream),
                    // It went away in this very moment.
                    Err(unsent) => job = unsent.into_inner().into_parts(),
                }
            }
            let line = line::start(Line::open(config).await?, Arc::downgrade(&pool));
            match line.clone().try_send(Job {
                text: job.0,
                out: job.1,
                line,
            }) {
                Ok(()) => Ok(stream),
                Err(_) => Err(Error::Broken("closed at once".into())),
            }
        })
    }
}

/// Lines that have nothing to say at the moment.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<mpsc::Sender<Job>>>,
}

impl Pool {
    /// Takes the line that was used last.
    fn take(&self) -> Option<mpsc::Sender<Job>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|line| !line.is_closed());
        idle.pop()
    }

    /// Takes back a line after its utterance; one too many is closed by being dropped.
    pub(super) fn put(&self, line: mpsc::Sender<Job>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|line| !line.is_closed());
        if idle.len() < IDLE_MAX {
            idle.push(line);
        }
    }
}
