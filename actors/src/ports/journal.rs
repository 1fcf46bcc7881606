//! Owns the port to the journal and the rows that are projected from it. Implemented by `src/adapters/store`;
//! called by the `Scribe`.

use super::PortFuture;
use crate::call::Recorded;
use crate::types::{CallId, PhoneNumber, SessionId, SipCallId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// State of a call record: `INITIATED → IN_PROGRESS → RECORDED → COMPLETED`, or `FAILED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecordState {
    /// The call rings.
    Initiated,
    /// The call was answered, or its end is being worked on.
    InProgress,
    /// The recording is stored.
    Recorded,
    /// Nothing more is to come; what is missing has a reason beside it.
    Completed,
    /// The call could not be served.
    Failed,
}

impl RecordState {
    /// Gives the name used in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "INITIATED",
            Self::InProgress => "IN_PROGRESS",
            Self::Recorded => "RECORDED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// One row of `call_recordings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// RingCentral's session, once known (`rc_call_id`).
    pub session: Option<SessionId>,
    /// SIP dialog, once known.
    pub sip_call_id: Option<SipCallId>,
    /// `Inbound` or `Outbound`.
    pub direction: String,
    /// Caller's number.
    pub from_number: Option<PhoneNumber>,
    /// Number that was called.
    pub to_number: Option<String>,
    /// Last RingCentral status seen.
    pub status: Option<String>,
    /// State of the record.
    pub state: RecordState,
    /// How the call ended, for example `booked`.
    pub outcome: Option<String>,
    /// AI mode with which it began.
    pub mode: String,
    /// Turns that the caller took.
    pub turns: u32,
    /// Whom it was handed to.
    pub handed_over_to: Option<String>,
    /// Where the local recording lies; until it is in its place, its name.
    pub recording_path: Option<String>,
    /// What became of consent to be recorded: `told`, `not_heard` or `refused`; none where it was never in question.
    #[serde(default)]
    pub recording_consent: Option<String>,
    /// When it rang.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnSpeaker {
    /// The caller.
    Caller,
    /// Maitred.
    Agent,
}

/// One row of `transcript_turns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptTurn {
    /// The call.
    pub call: CallId,
    /// Position in the call, from 0.
    pub index: u32,
    /// Who spoke.
    pub speaker: TurnSpeaker,
    /// What was said, or as much of it as was heard.
    pub text: String,
    /// Milliseconds after `started_at` of the record.
    pub started_ms: i64,
    /// For a reply: milliseconds from the end of the caller's turn to its first sound.
    pub latency_ms: Option<i64>,
    /// Whether it was cut short.
    pub interrupted: bool,
}

/// One row of `outbox`: a text message to be sent once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingText {
    /// Key under which it is sent once; a second row with the same key is dropped.
    pub key: String,
    /// The call that wants it sent.
    pub call: CallId,
    /// What it is for: `booking_confirmation`, `missed_call`, `triage_summary`.
    pub kind: &'static str,
    /// Where it goes.
    pub to: PhoneNumber,
    /// The words.
    pub body: String,
    /// When it was decided on.
    pub at: Timestamp,
}

/// A row to be written beside the journal; written again, it replaces the former one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// The call's record.
    Record(Box<CallRecord>),
    /// One turn of its transcript.
    Turn(TranscriptTurn),
    /// A text to be sent. Unlike the others it never replaces a row.
    Text(OutgoingText),
    /// The call failed in a way that its state cannot tell of: only state, outcome and end of its record are set.
    Failed {
        /// The call.
        call: CallId,
        /// When it was given up.
        at: Timestamp,
    },
}

/// A call that an earlier process left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// The call.
    pub call: CallId,
    /// Number of its last entry.
    pub last: u64,
    /// Its dialog, if the record has it.
    pub sip_call_id: Option<SipCallId>,
    /// Its session, if the record has it.
    pub session: Option<SessionId>,
    /// The caller's number, if the record has it.
    pub from: Option<PhoneNumber>,
}

/// Why the journal could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Busy, locked or not reachable: the same write may succeed later.
    #[error("journal not available: {0}")]
    Unavailable(String),
    /// A row that cannot be read back.
    #[error("journal row of {call} number {seq} is damaged: {why}")]
    Damaged {
        /// The call.
        call: CallId,
        /// Its number within the call.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// The journal: everything that happened to a call, in order.
pub trait Journal: Send + Sync + 'static {
    /// Writes entries and projections in one transaction. An entry that is there already (same call and number) is
    /// left as it is, so that a write whose answer was lost can be repeated.
    fn commit(
        &self,
        entries: Vec<Recorded>,
        projections: Vec<Projection>,
    ) -> PortFuture<Result<(), Error>>;
    /// Reads a call's entries in order.
    fn read(&self, call: &CallId) -> PortFuture<Result<Vec<Recorded>, Error>>;
    /// Lists the calls whose record has no end, oldest first.
    fn open_calls(&self) -> PortFuture<Result<Vec<OpenCall>, Error>>;
}
