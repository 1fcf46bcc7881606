//! Owns what the API shows of a row: plain values that serialise to JSON. Made by the reading side. Never hides a
//! damaged journal entry: it is shown without its event.

use super::after_views::AfterView;
use super::entities::{booking_changes, bookings, call_events, call_recordings, transcript_turns};
use super::{civil_from_sql, time_from_sql};
use jiff::Timestamp;
use serde::Serialize;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Cursor of the next page; none after the last.
    pub next: Option<String>,
}

/// A call as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of call_recordings, told in entities/call_recordings.rs"
)]
pub struct CallRow {
    pub call_id: String,
    pub rc_call_id: Option<String>,
    pub sip_call_id: Option<String>,
    pub direction: String,
    pub from_number: Option<String>,
    pub to_number: Option<String>,
    pub status: Option<String>,
    pub state: String,
    pub outcome: Option<String>,
    pub mode: String,
    pub turns: i32,
    pub handed_over_to: Option<String>,
    pub recording_uri: Option<String>,
    pub recording_path: Option<String>,
    pub recording_consent: Option<String>,
    pub duration_seconds: Option<i64>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub archive_reason: Option<String>,
}

/// One entry of a call's journal as the API shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JournalRow {
    /// Number within the call.
    pub seq: i64,
    /// When it was learnt of.
    pub at: Option<Timestamp>,
    /// Kind of event.
    pub kind: String,
    /// The event; none if its row is damaged.
    pub event: Option<serde_json::Value>,
}

/// One turn as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of transcript_turns, told in entities/transcript_turns.rs"
)]
pub struct TurnRow {
    pub index: i32,
    pub speaker: String,
    pub text: String,
    pub started_ms: i64,
    pub latency_ms: Option<i64>,
    pub interrupted: bool,
}

/// One call with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallView {
    /// Its record.
    pub record: CallRow,
    /// Its journal, in order.
    pub journal: Vec<JournalRow>,
    /// What was said, in order, as it was heard live.
    pub transcript: Vec<TurnRow>,
    /// What was done after its end.
    #[serde(flatten)]
    pub after: AfterView,
}

/// A booking as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of bookings, told in entities/bookings.rs"
)]
pub struct BookingRow {
    pub number: String,
    pub call_id: String,
    pub starts_local: Option<jiff::civil::DateTime>,
    pub party_size: i32,
    pub name: String,
    pub phone: Option<String>,
    pub status: String,
    pub created_at: Option<Timestamp>,
    pub children: Option<i32>,
    pub zip: Option<String>,
    pub address: Option<String>,
    pub occasion: Option<String>,
    pub choices: serde_json::Value,
    pub dietary: serde_json::Value,
    pub email: Option<String>,
    pub quoted_cents: Option<i64>,
    /// What was changed in it, oldest first.
    pub changes: Vec<ChangeRow>,
}

/// One change of a booking as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeRow {
    /// When.
    pub at: Option<Timestamp>,
    /// Call that asked for it.
    pub call_id: Option<String>,
    /// `changed` or `cancelled`.
    pub kind: String,
    /// What was booked before; none if its row is damaged.
    pub before: Option<serde_json::Value>,
    /// What was booked after; none if its row is damaged.
    pub after: Option<serde_json::Value>,
}

impl From<call_recordings::Model> for CallRow {
    fn from(row: call_recordings::Model) -> Self {
        Self {
            call_id: row.call_id,
            rc_call_id: row.rc_call_id,
            sip_call_id: row.sip_call_id,
            direction: row.direction,
            from_number: row.from_number,
            to_number: row.to_number,
            status: row.status,
            state: row.state,
            outcome: row.outcome,
            mode: row.mode,
            turns: row.turns,
            handed_over_to: row.handed_over_to,
            recording_uri: row.recording_uri,
            recording_path: row.recording_path,
            recording_consent: row.recording_consent,
            duration_seconds: row.duration_seconds,
            started_at: time_from_sql(row.started_at),
            ended_at: row.ended_at.and_then(time_from_sql),
            archive_reason: row.archive_reason,
        }
    }
}

impl From<call_events::Model> for JournalRow {
    fn from(row: call_events::Model) -> Self {
        Self {
            seq: row.seq,
            at: time_from_sql(row.at),
            kind: row.kind,
            event: serde_json::from_str(&row.event).ok(),
        }
    }
}

impl From<transcript_turns::Model> for TurnRow {
    fn from(row: transcript_turns::Model) -> Self {
        Self {
            index: row.turn_index,
            speaker: row.speaker,
            text: row.text,
            started_ms: row.started_ms,
            latency_ms: row.latency_ms,
            interrupted: row.interrupted,
        }
    }
}

impl From<bookings::Model> for BookingRow {
    fn from(row: bookings::Model) -> Self {
        Self {
            number: row.number,
            call_id: row.call_id,
            starts_local: civil_from_sql(row.starts_local),
            party_size: row.party_size,
            name: row.name,
            phone: row.phone,
            status: row.status,
            created_at: time_from_sql(row.created_at),
            children: row.children,
            zip: row.zip,
            address: row.address,
            occasion: row.occasion,
            choices: list(row.choices.as_deref()),
            dietary: list(row.dietary.as_deref()),
            email: row.email,
            quoted_cents: row.quoted_cents,
            changes: Vec::new(),
        }
    }
}

impl From<booking_changes::Model> for ChangeRow {
    fn from(row: booking_changes::Model) -> Self {
        Self {
            at: time_from_sql(row.at),
            call_id: row.call_id,
            kind: row.kind,
            before: row.before.as_deref().and_then(details),
            after: details(&row.after),
        }
    }
}

/// Reads a JSON list; an empty one where there is none.
fn list(text: Option<&str>) -> serde_json::Value {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| serde_json::json!([]))
}

/// Reads what was booked out of a booking in JSON.
fn details(text: &str) -> Option<serde_json::Value> {
    let mut booking: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(booking.get_mut("details")?.take())
}
