//! Owns the journal in SQL: entries and the rows projected from them, in one transaction. Called by the `Scribe`
//! through `ports::journal::Journal`. Never changes an entry that is there.

use super::endings::Expectation;
use super::entities::{call_events, call_recordings};
use super::projections::{ROWS_MAX, latest, put_failures, put_records, put_texts, put_turns};
use super::{Database, endings, time_from_sql, time_to_sql};
use chrono::TimeDelta;
use jiff::SignedDuration;
use maitred_actors::call::{Event, Recorded};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::journal::{Error, Journal, OpenCall, Projection, RecordState};
use maitred_actors::types::{AiMode, CallId, PhoneNumber, SessionId, SipCallId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QueryResult, QueryTrait, Statement,
};
use std::sync::Arc;
use tokio::sync::Notify;

/// The calls whose record has no end, oldest first, with the number of their last entry.
const OPEN_CALLS: &str = "SELECT r.call_id AS call_id, r.sip_call_id AS sip_call_id, \
     r.rc_call_id AS rc_call_id, r.from_number AS from_number, MAX(e.seq) AS last \
     FROM call_recordings r LEFT JOIN call_events e ON e.call_id = r.call_id \
     WHERE r.ended_at IS NULL GROUP BY r.call_id, r.sip_call_id, r.rc_call_id, \
     r.from_number, r.started_at ORDER BY r.started_at, r.call_id";

/// The journal in SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlJournal {
    database: Database,
    texts_put: Arc<Notify>,
    expectation: Expectation,
}

impl SqlJournal {
    /// Keeps the journal in this database.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            texts_put: Arc::default(),
            expectation: Expectation {
                carrier_records: false,
                first_wait: TimeDelta::seconds(20),
            },
        }
    }

    /// Gives what is notified when a commit has put texts.
    pub fn texts_put(&self) -> Arc<Notify> {
        Arc::clone(&self.texts_put)
    }

    /// Says whether the carrier can be asked for recordings, so that a call that is over waits for one, and how long
    /// after a call that is first done.
    #[must_use]
    pub fn expecting_recordings(
        mut self,
        carrier_records: bool,
        first_wait: SignedDuration,
    ) -> Self {
        self.expectation = Expectation {
            carrier_records,
            first_wait: TimeDelta::milliseconds(first_wait.as_millis() as i64),
        };
        self
    }
}

impl Journal for SqlJournal {
    fn commit(
        &self,
        entries: Vec<Recorded>,
        projections: Vec<Projection>,
    ) -> PortFuture<Result<(), Error>> {
        let (database, texts_put) = (self.database.clone(), self.texts_put());
        let expectation = self.expectation;
        Box::pin(async move {
            // Found before the write begins, so that one bad entry costs nothing.
            let rows = entries
                .iter()
                .map(entry_row)
                .collect::<Result<Vec<_>, _>>()?;
            let openings = entries
                .iter()
                .filter(|entry| entry.seq == 1)
                .map(opening_row)
                .collect();
            let projected = latest(projections);
            let has_texts = !projected.texts.is_empty();
            let write = database.begin_write().await.map_err(unavailable)?;
            insert_openings(&write, openings)
                .await
                .map_err(unavailable)?;
            insert_entries(&write, rows).await.map_err(unavailable)?;
            let ended = endings::ended(&projected);
            let listed = endings::listed(&write, &ended).await.map_err(unavailable)?;
            put_records(&write, projected.records, &listed)
                .await
                .map_err(unavailable)?;
            put_turns(&write, projected.turns)
                .await
                .map_err(unavailable)?;
            put_failures(&write, projected.failures)
                .await
                .map_err(unavailable)?;
            let fresh: Vec<&String> = ended.difference(&listed).collect();
            endings::list(&write, &fresh, expectation)
                .await
                .map_err(unavailable)?;
            put_texts(&write, projected.texts)
                .await
                .map_err(unavailable)?;
            write.commit().await.map_err(unavailable)?;
            if has_texts {
                texts_put.notify_one();
            }
            Ok(())
        })
    }

    fn read(&self, call: &CallId) -> PortFuture<Result<Vec<Recorded>, Error>> {
        let (database, call) = (self.database.clone(), call.clone());
        Box::pin(async move {
            let query = call_events::Entity::find()
                .filter(call_events::Column::CallId.eq(call.as_str()))
                .order_by_asc(call_events::Column::Seq)
                .into_query();
            let rows = database
                .reader()
                .query_all(&query)
                .await
                .map_err(unavailable)?;
            rows.iter()
                .zip(1_u64..)
                .map(|(row, seq)| read_entry(&call, seq, row))
                .collect()
        })
    }

    fn open_calls(&self) -> PortFuture<Result<Vec<OpenCall>, Error>> {
        let database = self.database.clone();
        Box::pin(async move {
            let query = Statement::from_string(database.backend(), OPEN_CALLS);
            let rows = database
                .reader()
                .query_all_raw(query)
                .await
                .map_err(unavailable)?;
            rows.iter()
                .map(|row| open_call(row).map_err(unavailable))
                .collect()
        })
    }
}

fn unavailable(error: DbErr) -> Error {
    Error::Unavailable(error.to_string())
}

fn open_call(row: &QueryResult) -> Result<OpenCall, DbErr> {
    let call: String = row.try_get("", "call_id")?;
    let last: Option<i64> = row.try_get("", "last")?;
    let text = |column| row.try_get::<Option<String>>("", column);
    Ok(OpenCall {
        call: CallId::new(call),
        last: last.unwrap_or(0).unsigned_abs(),
        sip_call_id: text("sip_call_id")?.map(SipCallId::new),
        session: text("rc_call_id")?.map(SessionId::new),
        from: text("from_number")?.as_deref().and_then(PhoneNumber::parse),
    })
}

fn entry_row(entry: &Recorded) -> Result<call_events::ActiveModel, Error> {
    let damaged = |why: String| Error::Damaged {
        call: entry.call.clone(),
        seq: entry.seq,
        why,
    };
    let event = serde_json::to_string(&entry.event).map_err(|_| {
        damaged(format!(
            "event `{}` has no form in json",
            entry.event.kind()
        ))
    })?;
    let seq = i64::try_from(entry.seq).map_err(|_| damaged("number is too large".into()))?;
    Ok(call_events::ActiveModel {
        call_id: Set(entry.call.as_str().to_owned()),
        seq: Set(seq),
        at: Set(time_to_sql(entry.at)),
        kind: Set(entry.event.kind().to_owned()),
        event: Set(event),
    })
}

/// The record that stands from the first entry on, so that a process that dies before the first projection still
/// finds the call among the open ones.
fn opening_row(entry: &Recorded) -> call_recordings::ActiveModel {
    let mode = match &entry.event {
        Event::Admitted { settings } => settings.mode,
        _ => AiMode::default(),
    };
    let mode = match mode {
        AiMode::FullAuto => "full_auto",
        AiMode::Triage => "triage",
        AiMode::HumanOnly => "human_only",
    };
    call_recordings::ActiveModel {
        call_id: Set(entry.call.as_str().to_owned()),
        direction: Set("Inbound".to_owned()),
        state: Set(RecordState::Initiated.as_str().to_owned()),
        mode: Set(mode.to_owned()),
        turns: Set(0),
        started_at: Set(time_to_sql(entry.at)),
        ..Default::default()
    }
}

async fn insert_openings(
    write: &DatabaseTransaction,
    rows: Vec<call_recordings::ActiveModel>,
) -> Result<(), DbErr> {
    let there = OnConflict::column(call_recordings::Column::CallId)
        .do_nothing()
        .to_owned();
    for chunk in rows.chunks(ROWS_MAX) {
        call_recordings::Entity::insert_many(chunk.to_vec())
            .on_conflict(there.clone())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

async fn insert_entries(
    write: &DatabaseTransaction,
    rows: Vec<call_events::ActiveModel>,
) -> Result<(), DbErr> {
    let there = OnConflict::columns([call_events::Column::CallId, call_events::Column::Seq])
        .do_nothing()
        .to_owned();
    for chunk in rows.chunks(ROWS_MAX) {
        call_events::Entity::insert_many(chunk.to_vec())
            .on_conflict(there.clone())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

/// Reads one row that ought to have this number. What is wrong with it is told without what it holds.
fn read_entry(call: &CallId, seq: u64, row: &QueryResult) -> Result<Recorded, Error> {
    let damaged = |why: String| Error::Damaged {
        call: call.clone(),
        seq,
        why,
    };
    let model = call_events::Model::from_query_result(row, "")
        .map_err(|_| damaged("a column has the wrong type".into()))?;
    if model.seq.unsigned_abs() != seq {
        return Err(damaged(format!(
            "it is missing; the next one is number {}",
            model.seq
        )));
    }
    let at = time_from_sql(model.at).ok_or_else(|| damaged("its time is out of range".into()))?;
    let event = serde_json::from_str(&model.event).map_err(|error| {
        let (kind, column) = (&model.kind, error.column());
        let what = if error.is_data() {
            "is not that event"
        } else {
            "is not json"
        };
        damaged(format!(
            "text of event `{kind}` {what} (at column {column})"
        ))
    })?;
    Ok(Recorded {
        call: call.clone(),
        seq,
        at,
        event,
    })
}
