//! Owns the port to what is done for a call after its end: the list of that work, where recordings come from, the shelf
//! they are stored on, who writes them down, and how the owner is told. Implemented by `src/adapters/archive` and
//! beside the vendors; called by the `Archivist`.

use super::PortFuture;
use super::journal::{CallRecord, TranscriptTurn};
use crate::archivist::{Card, FinalTranscript};
use crate::call::Recorded;
use crate::types::{Booking, CallId, PhoneNumber, SessionId};
use jiff::Timestamp;
use std::sync::Arc;

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

/// Everything that is known of a call that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its record.
    pub record: CallRecord,
    /// Its journal, as far as it can be read.
    pub journal: Vec<Recorded>,
    /// Whether the journal could be read to its end.
    pub journal_whole: bool,
    /// The live transcript.
    pub turns: Vec<TranscriptTurn>,
    /// Bookings that it made, as they stand now.
    pub bookings: Vec<Booking>,
    /// Its recordings on the shelf.
    pub recordings: Vec<Stored>,
}

/// Who made a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// RingCentral; who speaks on which channel is not known.
    Carrier,
    /// Maitred itself: stereo, the caller left.
    Own,
}

impl Origin {
    /// Gives the name used in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carrier => "carrier",
            Self::Own => "own",
        }
    }

    /// Reads the name; anything but `own` is the carrier's.
    pub fn parse(text: &str) -> Self {
        match text {
            "own" => Self::Own,
            _ => Self::Carrier,
        }
    }
}

/// A recording on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// RingCentral's id, or a name of our own.
    pub id: String,
    /// Who made it.
    pub origin: Origin,
    /// Where RingCentral keeps it.
    pub uri: Option<String>,
    /// Where it lies.
    pub path: String,
    /// `audio/mpeg` or `audio/wav`, by its first bytes.
    pub content_type: String,
    /// Its size.
    pub bytes: u64,
}

/// By what a call is found in the carrier's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The call.
    pub call: CallId,
    /// RingCentral's session, if known.
    pub session: Option<SessionId>,
    /// The other side's number.
    pub from: Option<PhoneNumber>,
    /// When it rang.
    pub started: Timestamp,
    /// When it was over.
    pub ended: Timestamp,
}

/// What the carrier's log says of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// These recordings were made.
    Found(Vec<String>),
    /// There is no entry yet. The reason is a label.
    NotYet(&'static str),
    /// There is an entry, and no recording in it: it may still come.
    Without,
    /// There is no recording and will be none. The reason is a label.
    Nothing(&'static str),
}

/// Why a step was not done. `reason` is a label: one of few, and nothing of a caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// May succeed later.
    #[error("{reason}: {detail}")]
    Passing {
        /// Label.
        reason: &'static str,
        /// What happened, for the record.
        detail: String,
    },
    /// Will never succeed.
    #[error("{reason}: {detail}")]
    Final {
        /// Label.
        reason: &'static str,
        /// What happened, for the record.
        detail: String,
    },
}

impl Error {
    /// Makes an error that may pass.
    pub fn passing(reason: &'static str, detail: impl ToString) -> Self {
        Self::Passing {
            reason,
            detail: detail.to_string(),
        }
    }

    /// Makes an error for good.
    pub fn last(reason: &'static str, detail: impl ToString) -> Self {
        Self::Final {
            reason,
            detail: detail.to_string(),
        }
    }

    /// Gives the label.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Passing { reason, .. } | Self::Final { reason, .. } => reason,
        }
    }
}

/// Recordings that the carrier makes.
pub trait Recordings: Send + Sync + 'static {
    /// Looks a call up in the carrier's log.
    fn find(&self, trace: &Trace) -> PortFuture<Result<Search, Error>>;
    /// Fetches a recording to the shelf, from where an earlier try broke off; one that lies there already is given.
    fn fetch(&self, trace: &Trace, id: &str) -> PortFuture<Result<Stored, Error>>;
}

/// Where recordings lie.
pub trait Shelf: Send + Sync + 'static {
    /// Moves a recording that Maitred made to its place; one that was moved already is given.
    fn take(&self, trace: &Trace, path: &str) -> PortFuture<Result<Stored, Error>>;
    /// Takes away parts of recordings of a call that are given up.
    fn clear(&self, trace: &Trace) -> PortFuture<Result<(), Error>>;
    /// Deletes a recording; one that is not there any more counts as deleted.
    fn delete(&self, stored: &Stored) -> PortFuture<Result<(), Error>>;
}

/// Something that was said in a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Who: a channel, or a speaker that was told from the others, counted from 0.
    pub voice: u32,
    /// Beginning in milliseconds of the recording.
    pub from_ms: i64,
    /// End in milliseconds of the recording.
    pub to_ms: i64,
    /// What was said.
    pub text: String,
}

/// Writes recordings down.
pub trait Transcriber: Send + Sync + 'static {
    /// Names it, for metrics and errors, for example `deepgram_prerecorded`.
    fn name(&self) -> &'static str;
    /// Writes a recording down, in order of time. Never takes from live calls what they need.
    fn transcribe(&self, stored: &Stored) -> PortFuture<Result<Vec<Spoken>, Error>>;
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

/// The way to the owner's own server.
pub trait Owner: Send + Sync + 'static {
    /// Delivers a notice, signed with the time given.
    fn tell(&self, notice: &Notice, at: Timestamp) -> PortFuture<Result<(), Error>>;
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
    /// Notes that a stage is begun; it is due again then, should nobody tell how it ended.
    fn begin(&self, job: &Job, again: Timestamp) -> PortFuture<Result<(), Error>>;
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

/// What the archivist works with.
#[derive(Clone)]
pub struct Archive {
    /// The list of work.
    pub list: Arc<dyn WorkList>,
    /// Where recordings lie.
    pub shelf: Arc<dyn Shelf>,
    /// The carrier's recordings, where it can be asked.
    pub recordings: Option<Arc<dyn Recordings>>,
    /// Who writes recordings down.
    pub transcriber: Option<Arc<dyn Transcriber>>,
    /// The way to the owner's own server, where one is configured.
    pub owner: Option<Arc<dyn Owner>>,
    /// How patiently all of it is done.
    pub patience: Patience,
}

/// How patiently recordings are looked for, and how long they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Wait before the first try; later waits are multiples of it.
    pub first_wait: jiff::SignedDuration,
    /// When a stage that never succeeds is given up.
    pub longest: jiff::SignedDuration,
    /// How long recordings are kept; `None` for ever.
    pub kept_for: Option<jiff::SignedDuration>,
}
