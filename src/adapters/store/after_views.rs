//! Owns what the API shows of the work after a call: recordings, final transcript, flags, card. Made by the reading
//! side. Never shows what is not in the database.

use super::entities::{archived_recordings, cards, final_turns, transcript_flags};
use super::time_from_sql;
use super::views::BookingRow;
use jiff::Timestamp;
use serde::Serialize;

/// What was done after the end of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AfterView {
    /// Its recordings.
    pub recordings: Vec<RecordingRow>,
    /// Live and recorded words in one; empty until the recording was written down.
    pub final_transcript: Vec<FinalTurnRow>,
    /// What in the recording differs from the booking.
    pub flags: Vec<FlagRow>,
    /// Its card.
    pub card: Option<CardRow>,
    /// Bookings that it made, as they stand now.
    pub bookings: Vec<BookingRow>,
}

/// A recording as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of archived_recordings, told in entities/archived_recordings.rs"
)]
pub struct RecordingRow {
    pub recording_id: String,
    pub origin: String,
    pub uri: Option<String>,
    pub path: String,
    pub content_type: String,
    pub bytes: i64,
    pub stored_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

/// A part of the final transcript as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of final_turns, told in entities/final_turns.rs"
)]
pub struct FinalTurnRow {
    pub index: i32,
    pub speaker: String,
    pub text: String,
    pub started_ms: i64,
    pub source: String,
    pub recording_text: Option<String>,
}

/// Something that differs from the booking, as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of transcript_flags, told in entities/transcript_flags.rs"
)]
pub struct FlagRow {
    pub turn_index: i32,
    pub kind: String,
    pub booking_number: String,
    pub booked: String,
    pub heard: String,
}

/// A card as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of cards, told in entities/cards.rs"
)]
pub struct CardRow {
    pub call_id: String,
    pub at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub written_at: Option<Timestamp>,
    pub from_number: Option<String>,
    pub name: Option<String>,
    pub wanted: String,
    pub promised: Option<String>,
    pub missing: Option<String>,
    pub outcome: String,
    pub text: String,
    pub model_summary: Option<String>,
}

impl From<archived_recordings::Model> for RecordingRow {
    fn from(row: archived_recordings::Model) -> Self {
        Self {
            recording_id: row.recording_id,
            origin: row.origin,
            uri: row.uri,
            path: row.path,
            content_type: row.content_type,
            bytes: row.bytes,
            stored_at: time_from_sql(row.stored_at),
            deleted_at: row.deleted_at.and_then(time_from_sql),
        }
    }
}

impl From<final_turns::Model> for FinalTurnRow {
    fn from(row: final_turns::Model) -> Self {
        Self {
            index: row.turn_index,
            speaker: row.speaker,
            text: row.text,
            started_ms: row.started_ms,
            source: row.source,
            recording_text: row.recording_text,
        }
    }
}

impl From<transcript_flags::Model> for FlagRow {
    fn from(row: transcript_flags::Model) -> Self {
        Self {
            turn_index: row.turn_index,
            kind: row.kind,
            booking_number: row.booking_number,
            booked: row.booked,
            heard: row.heard,
        }
    }
}

impl From<cards::Model> for CardRow {
    fn from(row: cards::Model) -> Self {
        Self {
            call_id: row.call_id,
            at: time_from_sql(row.at),
            ended_at: time_from_sql(row.ended_at),
            written_at: time_from_sql(row.written_at),
            from_number: row.from_number,
            name: row.name,
            wanted: row.wanted,
            promised: row.promised,
            missing: row.missing,
            outcome: row.outcome,
            text: row.words,
            model_summary: row.model_summary,
        }
    }
}
