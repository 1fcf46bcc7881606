//! Owns the port to speech synthesis. Implemented by `src/adapters/speech`; called by the `SpeechDesk` actor.

use super::PortFuture;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::mpsc;

pub use super::hearing::Error;

/// The sound of one utterance: mu-law at 8000 Hz in pieces of any length. The channel closes after the last piece;
/// an error is the last thing it gives. Dropping the receiver stops the synthesis.
pub type SpeechStream = mpsc::Receiver<Result<Bytes, Error>>;

/// A provider of speech synthesis.
pub trait Speaking: Send + Sync + 'static {
    /// Names it, for metrics and errors, for example `deepgram_aura`.
    fn name(&self) -> &'static str;
    /// Names the voice exactly, so that cached sound of another voice is not used.
    fn voice(&self) -> String;
    /// Gives the same provider with another of its voices; none where it has one only.
    fn with_voice(&self, _voice: &str) -> Option<Arc<dyn Speaking>> {
        None
    }
    /// Begins to synthesise a text.
    fn speak(&self, text: String) -> PortFuture<Result<SpeechStream, Error>>;
}

/// Keeps the sound of prompts that never change. Implemented on the disk by `src/adapters/speech`.
pub trait PromptCache: Send + Sync + 'static {
    /// Gives the sound of a text in a voice, if it is kept.
    fn get(&self, voice: &str, text: &str) -> PortFuture<Option<Bytes>>;
    /// Keeps the sound of a text in a voice; a failure to do so is the cache's own affair.
    fn put(&self, voice: &str, text: &str, sound: Bytes) -> PortFuture<()>;
}
