//! Owns the list of what is done for calls after their end, one part of the port `archive`. Implemented by
//! `src/adapters/archive`; called by the `Archivist`.

use super::PortFuture;
use super::archive::{Case, Error, Stored};
use crate::archivist::{Card, FinalTranscript};
use crate::types::CallId;
use jiff::Timestamp;

/// What is to be done next for a call that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Write its card.
    Card,
    /// Find its recording and store it.
    Recording,
    /// Write the recording down.
    Transcript,
    /// Nothing; a reason beside it tells what is missing.
    Done,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [Self::Card, Self::Recording, Self::Transcript, Self::Done];

    /// Gives the name used in the database and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Recording => "recording",
            Self::Transcript => "transcript",
            Self::Done => "done",
        }
    }

    /// Reads the name; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

/// The two kinds of entries for a call, neither of which waits for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Track {
    /// Its card.
    Card,
    /// Its recording, and then the transcript.
    Sound,
}

impl Track {
    /// Gives the name used in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Sound => "sound",
        }
    }

    /// Reads the name; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Card, Self::Sound]
            .into_iter()
            .find(|track| track.as_str() == text)
    }
}

/// One entry of the list of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The call.
    pub call: CallId,
    /// Which of its entries.
    pub track: Track,
    /// What is to be done.
    pub stage: Stage,
    /// Times that this stage was begun before.
    pub tries: u32,
    /// When this stage was first possible.
    pub since: Timestamp,
    /// Why the last try failed, or what is missing already.
    pub reason: Option<String>,
}

/// How an entry goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What is to be done next.
    pub stage: Stage,
    /// Times that this stage was begun before.
    pub tries: u32,
    /// When this stage was first possible.
    pub since: Timestamp,
    /// When it is to be begun.
    pub due: Timestamp,
    /// Why the last try failed, or what is missing for good.
    pub reason: Option<String>,
}

/// Something the owner is to be told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Id of the event; the same however often it is sent.
    pub id: String,
    /// JSON to be sent.
    pub body: String,
    /// Times that it was tried before.
    pub tries: u32,
    /// When it was first to be sent.
    pub since: Timestamp,
}

/// How a notice fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrived.
    Sent(Timestamp),
    /// It is tried again then; and why.
    Again(Timestamp, String),
    /// It is given up; and why.
    GivenUp(String),
}

/// How much work waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Entries that are not done.
    pub entries: u64,
    /// Since when the oldest call of them is over.
    pub oldest: Option<Timestamp>,
    /// Notices that the owner has not had.
    pub notices: u64,
}

/// The list of work and its results, in the database. Entries are made in the transaction that writes the end of a
/// call; its card waits for RingCentral's last word on the call, or for `hurry`.
pub trait WorkList: Send + Sync + 'static {
    /// Makes due at once what an earlier process was working on.
    fn release(&self, now: Timestamp) -> PortFuture<Result<(), Error>>;
    /// Makes a call's card due at once: nothing more is to be learnt of it. Gives whether the call is on the list.
    fn hurry(&self, call: &CallId, now: Timestamp) -> PortFuture<Result<bool, Error>>;
    /// Lists what is due in one of these stages, longest due first, at most so many.
    fn due(
        &self,
        now: Timestamp,
        stages: &'static [Stage],
        limit: u64,
    ) -> PortFuture<Result<Vec<Job>, Error>>;
    /// Notes that a stage is begun; it is due again then, should nobody tell how it ended. `false`, and nothing is noted,
    /// where somebody else has begun this try.
    fn begin(&self, job: &Job, again: Timestamp) -> PortFuture<Result<bool, Error>>;
    /// Gives everything that is known of a call; `None` if it has no record.
    fn case(&self, call: &CallId) -> PortFuture<Result<Option<Case>, Error>>;
    /// Writes a card, what the owner is to be told of it, and how the entry goes on. A card that is there is kept.
    fn put_card(&self, job: &Job, card: Card, next: Next) -> PortFuture<Result<(), Error>>;
    /// Writes a recording that lies on the shelf now.
    fn put_recording(
        &self,
        call: &CallId,
        stored: Stored,
        now: Timestamp,
    ) -> PortFuture<Result<(), Error>>;
    /// Writes the final transcript, and how the entry goes on.
    fn put_transcript(
        &self,
        job: &Job,
        transcript: FinalTranscript,
        next: Next,
    ) -> PortFuture<Result<(), Error>>;
    /// Writes how an entry goes on.
    fn put_next(&self, job: &Job, next: Next) -> PortFuture<Result<(), Error>>;
    /// Tells how much waits.
    fn backlog(&self) -> PortFuture<Result<Backlog, Error>>;
    /// Lists recordings stored before a moment and not deleted since.
    fn stored_before(
        &self,
        before: Timestamp,
        limit: u64,
    ) -> PortFuture<Result<Vec<(CallId, Stored)>, Error>>;
    /// Notes that a recording was deleted.
    fn put_deleted(
        &self,
        call: &CallId,
        stored: &Stored,
        now: Timestamp,
    ) -> PortFuture<Result<(), Error>>;
    /// Lists notices that are due, at most so many.
    fn notices_due(&self, now: Timestamp, limit: u64) -> PortFuture<Result<Vec<Notice>, Error>>;
    /// Writes how a notice fared: sent, to be tried again then, or given up.
    fn put_notice(&self, id: &str, fate: Fate) -> PortFuture<Result<(), Error>>;
}
