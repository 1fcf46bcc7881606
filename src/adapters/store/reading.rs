//! Owns the read side for the API: calls, one call with its journal and transcript, bookings. Called by the HTTP
//! routes. Never writes, and shows a damaged row as damaged instead of hiding the rest.

use super::entities::{bookings, call_events, call_recordings, transcript_turns};
use super::{Database, civil_from_sql, time_from_sql, time_to_sql};
use jiff::Timestamp;
use maitred_actors::types::CallId;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

/// Rows of one page at most.
const PAGE_MAX: u64 = 200;

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The cursor is none that a page gave.
    #[error("cursor is not one that a page gave")]
    Cursor,
    /// The database does not answer.
    #[error("database not available: {0}")]
    Unavailable(String),
}

impl From<DbErr> for ReadError {
    fn from(error: DbErr) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Cursor of the next page; none after the last.
    pub next: Option<String>,
}

/// Which calls are wanted.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Only calls in this state, for example `COMPLETED`.
    pub state: Option<String>,
    /// Only calls with this outcome, for example `booked`.
    pub outcome: Option<String>,
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
    pub duration_seconds: Option<i64>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
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
    /// What was said, in order.
    pub transcript: Vec<TurnRow>,
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
}

/// Reads for the API.
#[derive(Clone, Debug)]
pub struct Reading {
    database: Database,
}

impl Reading {
    /// Reads from this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Lists calls, newest first, from the cursor on; a limit beyond 200 is cut.
    pub async fn calls(
        &self,
        filter: CallFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<CallRow>, ReadError> {
        use call_recordings::Column as C;
        let mut query = call_recordings::Entity::find();
        if let Some(state) = filter.state {
            query = query.filter(C::State.eq(state));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(C::Outcome.eq(outcome));
        }
        if let Some(cursor) = cursor {
            query = query.filter(older(C::StartedAt, C::CallId, cursor)?);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = query
            .order_by_desc(C::StartedAt)
            .order_by_desc(C::CallId)
            .limit(limit + 1)
            .all(self.database.reader())
            .await?;
        Ok(page(
            rows,
            limit,
            |row| (row.started_at, row.call_id.clone()),
            call_row,
        ))
    }

    /// Gives one call with its journal and transcript, or none.
    pub async fn call(&self, call: &CallId) -> Result<Option<CallView>, ReadError> {
        let reader = self.database.reader();
        let record = call_recordings::Entity::find_by_id(call.as_str())
            .one(reader)
            .await?;
        let Some(record) = record else {
            return Ok(None);
        };
        let journal = call_events::Entity::find()
            .filter(call_events::Column::CallId.eq(call.as_str()))
            .order_by_asc(call_events::Column::Seq)
            .all(reader)
            .await?;
        let transcript = transcript_turns::Entity::find()
            .filter(transcript_turns::Column::CallId.eq(call.as_str()))
            .order_by_asc(transcript_turns::Column::TurnIndex)
            .all(reader)
            .await?;
        Ok(Some(CallView {
            record: call_row(record),
            journal: journal.into_iter().map(journal_row).collect(),
            transcript: transcript.into_iter().map(turn_row).collect(),
        }))
    }

    /// Lists bookings, the last made first, from the cursor on; a limit beyond 200 is cut.
    pub async fn bookings(
        &self,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<BookingRow>, ReadError> {
        use bookings::Column as C;
        let mut query = bookings::Entity::find();
        if let Some(cursor) = cursor {
            query = query.filter(older(C::CreatedAt, C::Number, cursor)?);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = query
            .order_by_desc(C::CreatedAt)
            .order_by_desc(C::Number)
            .limit(limit + 1)
            .all(self.database.reader())
            .await?;
        Ok(page(
            rows,
            limit,
            |row| (row.created_at, row.number.clone()),
            booking_row,
        ))
    }
}

/// Finds the rows that come after the cursor, `<microseconds>.<key>` of the last row seen.
fn older<C: ColumnTrait>(time: C, key: C, cursor: &str) -> Result<Condition, ReadError> {
    let (micros, last) = cursor.split_once('.').ok_or(ReadError::Cursor)?;
    let micros: i64 = micros.parse().map_err(|_| ReadError::Cursor)?;
    let at = Timestamp::from_microsecond(micros).map_err(|_| ReadError::Cursor)?;
    let at = time_to_sql(at);
    let same = Condition::all().add(time.eq(at)).add(key.lt(last));
    Ok(Condition::any().add(time.lt(at)).add(same))
}

/// Cuts the row that only tells that there are more.
fn page<M, T>(
    mut rows: Vec<M>,
    limit: u64,
    place: impl Fn(&M) -> (sea_orm::prelude::DateTimeUtc, String),
    show: impl Fn(M) -> T,
) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| {
        let (at, key) = place(row);
        format!("{}.{key}", at.timestamp_micros())
    });
    Page {
        items: rows.into_iter().map(show).collect(),
        next,
    }
}

fn call_row(row: call_recordings::Model) -> CallRow {
    CallRow {
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
        duration_seconds: row.duration_seconds,
        started_at: time_from_sql(row.started_at),
        ended_at: row.ended_at.and_then(time_from_sql),
    }
}

fn journal_row(row: call_events::Model) -> JournalRow {
    JournalRow {
        seq: row.seq,
        at: time_from_sql(row.at),
        kind: row.kind,
        event: serde_json::from_str(&row.event).ok(),
    }
}

fn turn_row(row: transcript_turns::Model) -> TurnRow {
    TurnRow {
        index: row.turn_index,
        speaker: row.speaker,
        text: row.text,
        started_ms: row.started_ms,
        latency_ms: row.latency_ms,
        interrupted: row.interrupted,
    }
}

fn booking_row(row: bookings::Model) -> BookingRow {
    BookingRow {
        number: row.number,
        call_id: row.call_id,
        starts_local: civil_from_sql(row.starts_local),
        party_size: row.party_size,
        name: row.name,
        phone: row.phone,
        status: row.status,
        created_at: time_from_sql(row.created_at),
    }
}
