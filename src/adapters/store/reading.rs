//! Owns the read side for the API: calls, one call with its journal and transcript, bookings. Called by the HTTP
//! routes. Never writes.

use super::after_reading::after;
use super::entities::{booking_changes, bookings, call_events, call_recordings, transcript_turns};
use super::search::CallFilter;
use super::views::{BookingRow, CallRow, CallView, JournalRow, Page};
use super::{Database, time_to_sql};
use jiff::Timestamp;
use maitred_actors::types::CallId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait,
};

/// Rows of one page at most.
pub(super) const PAGE_MAX: u64 = 200;

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

/// Shows a row of the journal, whatever it holds: one with a column of the wrong type stands without its event.
fn journal_row((row, place): (&QueryResult, i64)) -> JournalRow {
    match call_events::Model::from_query_result(row, "") {
        Ok(model) => model.into(),
        Err(_) => JournalRow {
            seq: row.try_get("", "seq").unwrap_or(place),
            at: None,
            kind: "unreadable".to_owned(),
            event: None,
        },
    }
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

    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// Lists calls, newest first, from the cursor on; a limit beyond 200 is cut.
    pub async fn calls(
        &self,
        filter: CallFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<CallRow>, ReadError> {
        use call_recordings::Column as C;
        let mut query = call_recordings::Entity::find().filter(filter.condition());
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
        Ok(page(rows, limit, |row| {
            (row.started_at, row.call_id.clone())
        }))
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
            .into_query();
        let journal = reader.query_all(&journal).await?;
        let transcript = transcript_turns::Entity::find()
            .filter(transcript_turns::Column::CallId.eq(call.as_str()))
            .order_by_asc(transcript_turns::Column::TurnIndex)
            .all(reader)
            .await?;
        Ok(Some(CallView {
            record: record.into(),
            journal: journal.iter().zip(1..).map(journal_row).collect(),
            transcript: transcript.into_iter().map(Into::into).collect(),
            after: after(&self.database, call).await?,
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
        let mut page: Page<BookingRow> =
            page(rows, limit, |row| (row.created_at, row.number.clone()));
        self.add_changes(&mut page.items).await?;
        Ok(page)
    }

    /// Adds what was changed in each booking.
    async fn add_changes(&self, items: &mut [BookingRow]) -> Result<(), DbErr> {
        use booking_changes::Column as C;
        let numbers = items.iter().map(|booking| booking.number.as_str());
        let changes = booking_changes::Entity::find()
            .filter(C::BookingNumber.is_in(numbers))
            .order_by_asc(C::Id)
            .all(self.database.reader())
            .await?;
        for change in changes {
            let of = |booking: &&mut BookingRow| booking.number == change.booking_number;
            if let Some(booking) = items.iter_mut().find(of) {
                booking.changes.push(change.into());
            }
        }
        Ok(())
    }
}

/// Finds the rows that come after the cursor, `<microseconds>.<key>` of the last row seen.
pub(super) fn older<C: ColumnTrait>(time: C, key: C, cursor: &str) -> Result<Condition, ReadError> {
    let (micros, last) = cursor.split_once('.').ok_or(ReadError::Cursor)?;
    let micros: i64 = micros.parse().map_err(|_| ReadError::Cursor)?;
    let at = Timestamp::from_microsecond(micros).map_err(|_| ReadError::Cursor)?;
    let at = time_to_sql(at);
    let same = Condition::all().add(time.eq(at)).add(key.lt(last));
    Ok(Condition::any().add(time.lt(at)).add(same))
}

/// Cuts the row that only tells that there are more.
pub(super) fn page<M, T: From<M>>(
    mut rows: Vec<M>,
    limit: u64,
    place: impl Fn(&M) -> (sea_orm::prelude::DateTimeUtc, String),
) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| {
        let (at, key) = place(row);
        format!("{}.{key}", at.timestamp_micros())
    });
    Page {
        items: rows.into_iter().map(T::from).collect(),
        next,
    }
}
