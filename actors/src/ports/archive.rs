//! Owns the port to what is done for a call after its end: the list of that work, where recordings come from, the shelf
//! they are stored on, who writes them down, and how the owner is told. Implemented by `src/adapters/archive` and
//! beside the vendors; called by the `Archivist`.

use super::PortFuture;
use super::journal::{CallRecord, TranscriptTurn};
use crate::call::Recorded;
use crate::types::{Booking, CallId, PhoneNumber, SessionId};
use jiff::Timestamp;
use std::sync::Arc;

pub use super::work_list::{Backlog, Fate, Job, Next, Notice, Stage, Track, WorkList};

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
    /// Moves a recording that Maitred made to its place; one that was moved already is given. The path is a name within
    /// the folder for recordings, or absolute.
    fn take(&self, trace: &Trace, path: &str) -> PortFuture<Result<Stored, Error>>;
    /// Deletes a recording that Maitred made and that has not been moved to its place; one that is not there counts as
    /// deleted.
    fn discard(&self, path: &str) -> PortFuture<Result<(), Error>>;
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

/// The way to the owner's own server.
pub trait Owner: Send + Sync + 'static {
    /// Delivers a notice, signed with the time given.
    fn tell(&self, notice: &Notice, at: Timestamp) -> PortFuture<Result<(), Error>>;
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
