//! Owns the port to speech recognition. Implemented by `src/adapters/speech`; called by the `SpeechDesk` and
//! `Listener` actors.

use super::PortFuture;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

/// How long a recogniser waits before it takes a turn for finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// As for most answers.
    #[default]
    Usual,
    /// As for a person's name.
    Name,
    /// As for what is dictated, of any length: a message, an e-mail address.
    Long,
    /// As for a telephone number.
    Number,
    /// As for a street with its number.
    Street,
    /// As for a ZIP code.
    Zip,
    /// As for a street with its number, and the ZIP code.
    Address,
}

impl Patience {
    /// Tells whether something is dictated, which comes with pauses.
    pub fn is_long(self) -> bool {
        !matches!(self, Self::Usual | Self::Name)
    }
}

/// The patience that is wanted, now and later.
#[derive(Clone, Debug)]
pub struct PatienceWatch(watch::Receiver<Patience>);

impl PatienceWatch {
    /// Follows what is told to the sender.
    pub fn of(sender: &watch::Sender<Patience>) -> Self {
        Self(sender.subscribe())
    }

    /// Gives the patience that is wanted now.
    pub fn now(&mut self) -> Patience {
        *self.0.borrow_and_update()
    }

    /// Waits until another one is wanted; for ever where nobody can want any.
    pub async fn changed(&mut self) -> Patience {
        if self.0.changed().await.is_err() {
            return std::future::pending().await;
        }
        self.now()
    }
}

/// What a recogniser is told before it listens, and while it does.
#[derive(Clone, Debug)]
pub struct HearingRequest {
    /// Words that are likely to be said: names of dishes, of the business.
    pub keyterms: Vec<String>,
    /// How long it is to wait for the end of a turn.
    pub patience: PatienceWatch,
}

impl Default for HearingRequest {
    fn default() -> Self {
        Self {
            keyterms: Vec::new(),
            patience: PatienceWatch::of(&watch::Sender::default()),
        }
    }
}

/// One finished turn of the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// Best transcript.
    pub text: String,
    /// Other transcripts, best first, if the recogniser gives them.
    #[serde(default)]
    pub nbest: Vec<String>,
    /// Confidence between 0 and 1.
    pub confidence: f32,
    /// Where the speech ended, in milliseconds of audio sent on this stream.
    pub speech_end_ms: u64,
}

/// What a recogniser reports.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The caller began to speak.
    SpeechStarted,
    /// The turn is probably over; its text so far.
    EagerEndOfTurn(String),
    /// The caller went on after all.
    TurnResumed,
    /// The turn is over.
    EndOfTurn(Utterance),
}

/// An open stream. Dropping `audio` closes it in good order; an error is the last thing it reports.
pub struct HearingStream {
    /// Takes mu-law audio at 8000 Hz, in pieces of any length but empty, silence included.
    pub audio: mpsc::Sender<Bytes>,
    /// Gives what was heard.
    pub heard: mpsc::Receiver<Result<Heard, Error>>,
}

/// Why a recogniser could not be used. Each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// The key was refused.
    #[error("{provider} refused the key; check {variable}")]
    Unauthorised {
        /// Name of the provider.
        provider: String,
        /// Environment variable that holds the key.
        variable: String,
    },
    /// Too many streams or requests.
    #[error("{0} has reached its limit of streams; retry later or raise the plan's limit")]
    RateLimited(String),
    /// Our request or our audio was wrong: repeating it is of no use.
    #[error(
        "request not accepted ({0}); this is a mistake in Maitred or its settings, do not retry"
    )]
    BadRequest(String),
    /// It could not be reached, or not in time.
    #[error("not reached ({0}); retry, then use another provider")]
    Unreachable(String),
    /// The stream broke.
    #[error("stream ended ({0}); open it again")]
    Broken(String),
}

impl Error {
    /// Tells whether the same request may succeed on the same provider a moment later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RateLimited(_) | Self::Unreachable(_) | Self::Broken(_)
        )
    }
}

/// A provider of speech recognition.
pub trait Hearing: Send + Sync + 'static {
    /// Names it, for metrics and errors, for example `deepgram_flux`.
    fn name(&self) -> &'static str;
    /// Tells how fast kept audio may be sent after a reconnection, in times real time; `None` for any speed.
    fn catch_up(&self) -> Option<f32>;
    /// Opens a stream that is ready for audio.
    fn open(&self, request: HearingRequest) -> PortFuture<Result<HearingStream, Error>>;
}
