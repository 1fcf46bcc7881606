//! Owns the rows that are projected from the journal: call records and turns, put whole, the last one winning.
//! Called by the journal within its transaction. Never touches what others keep in the same rows.

use super::endings::Calls;
use super::entities::{call_recordings, outbox, transcript_turns};
use super::{sql_text, time_to_sql};
use maitred_actors::ports::journal::{
    CallRecord, OutgoingText, Projection, TranscriptTurn, TurnSpeaker,
};
use maitred_actors::types::CallId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IdenStatic, QueryFilter,
};
use std::collections::BTreeMap;

/// Rows in one statement: SQLite takes 32,766 values, PostgreSQL 65,535.
pub(super) const ROWS_MAX: usize = 500;

pub(super) type Records = BTreeMap<CallId, CallRecord>;
pub(super) type Turns = BTreeMap<(CallId, u32), TranscriptTurn>;
pub(super) type Failures = BTreeMap<CallId, jiff::Timestamp>;
pub(crate) type Texts = BTreeMap<String, OutgoingText>;

/// The rows of one commit, each once.
#[derive(Default)]
pub(super) struct Rows {
    pub records: Records,
    pub turns: Turns,
    pub failures: Failures,
    pub texts: Texts,
}

/// Keeps the last of each row: PostgreSQL refuses a statement that puts one row twice.
pub(super) fn latest(projections: Vec<Projection>) -> Rows {
    let mut rows = Rows::default();
    for projection in projections {
        match projection {
            Projection::Record(record) => {
                rows.records.insert(record.call.clone(), *record);
            }
            Projection::Turn(turn) => {
                rows.turns.insert((turn.call.clone(), turn.index), turn);
            }
            Projection::Text(text) => {
                rows.texts.insert(text.key.clone(), text);
            }
            Projection::Failed { call, at } => {
                rows.failures.insert(call, at);
            }
        }
    }
    rows
}

/// Adds texts to be sent; one that is there already, sent or not, is left as it is.
pub(crate) async fn put_texts(write: &DatabaseTransaction, texts: Texts) -> Result<(), DbErr> {
    let untouched = OnConflict::column(outbox::Column::SendKey)
        .do_nothing()
        .to_owned();
    let rows: Vec<_> = texts.into_values().map(text_row).collect();
    for chunk in rows.chunks(ROWS_MAX) {
        outbox::Entity::insert_many(chunk.to_vec())
            .on_conflict(untouched.clone())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

fn text_row(text: OutgoingText) -> outbox::ActiveModel {
    let at = time_to_sql(text.at);
    outbox::ActiveModel {
        send_key: Set(text.key),
        call_id: Set(Some(text.call.as_str().to_owned())),
        kind: Set(text.kind.to_owned()),
        to_number: Set(text.to.as_str().to_owned()),
        body: Set(sql_text(&text.body)),
        status: Set("waiting".to_owned()),
        attempts: Set(0),
        created_at: Set(at),
        due_at: Set(at),
        ..Default::default()
    }
}

/// Columns of a record that the archive owns once it is at work for the call.
const ARCHIVE_OWNS: [call_recordings::Column; 2] = [
    call_recordings::Column::State,
    call_recordings::Column::RecordingPath,
];

/// Puts records; of calls in `archived` without what the archive owns.
pub(super) async fn put_records(
    write: &DatabaseTransaction,
    records: Records,
    archived: &Calls,
) -> Result<(), DbErr> {
    use call_recordings::Column as C;
    // `recording_uri` belongs to whoever fetches recordings and is always left alone.
    let all = [
        C::RcCallId,
        C::SipCallId,
        C::Direction,
        C::FromNumber,
        C::ToNumber,
        C::Status,
        C::State,
        C::Outcome,
        C::Mode,
        C::Turns,
        C::HandedOverTo,
        C::RecordingPath,
        C::RecordingConsent,
        C::DurationSeconds,
        C::StartedAt,
        C::EndedAt,
    ];
    let ours = all.into_iter().filter(|column| {
        !ARCHIVE_OWNS
            .iter()
            .any(|owned| owned.as_str() == column.as_str())
    });
    let (theirs, live): (Vec<_>, Vec<_>) = records
        .into_values()
        .partition(|record| archived.contains(record.call.as_str()));
    put_columns(write, live, all.to_vec()).await?;
    put_columns(write, theirs, ours.collect()).await
}

async fn put_columns(
    write: &DatabaseTransaction,
    records: Vec<CallRecord>,
    columns: Vec<call_recordings::Column>,
) -> Result<(), DbErr> {
    let replaced = OnConflict::column(call_recordings::Column::CallId)
        .update_columns(columns)
        .to_owned();
    let rows: Vec<_> = records.into_iter().map(record_row).collect();
    for chunk in rows.chunks(ROWS_MAX) {
        call_recordings::Entity::insert_many(chunk.to_vec())
            .on_conflict(replaced.clone())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

fn record_row(record: CallRecord) -> call_recordings::ActiveModel {
    let text = |value: Option<String>| value.map(|value| sql_text(&value));
    let seconds = record
        .ended_at
        .map(|ended| ended.as_second() - record.started_at.as_second());
    call_recordings::ActiveModel {
        call_id: Set(record.call.as_str().to_owned()),
        rc_call_id: Set(record.session.map(|id| sql_text(id.as_str()))),
        sip_call_id: Set(record.sip_call_id.map(|id| sql_text(id.as_str()))),
        direction: Set(sql_text(&record.direction)),
        from_number: Set(record.from_number.map(|number| number.as_str().to_owned())),
        to_number: Set(text(record.to_number)),
        status: Set(text(record.status)),
        state: Set(record.state.as_str().to_owned()),
        outcome: Set(text(record.outcome)),
        mode: Set(sql_text(&record.mode)),
        turns: Set(i32::try_from(record.turns).unwrap_or(i32::MAX)),
        handed_over_to: Set(text(record.handed_over_to)),
        recording_path: Set(text(record.recording_path)),
        recording_consent: Set(text(record.recording_consent)),
        duration_seconds: Set(seconds.map(|seconds| seconds.max(0))),
        started_at: Set(time_to_sql(record.started_at)),
        ended_at: Set(record.ended_at.map(time_to_sql)),
        ..Default::default()
    }
}

pub(super) async fn put_turns(write: &DatabaseTransaction, turns: Turns) -> Result<(), DbErr> {
    use transcript_turns::Column as C;
    let replaced = OnConflict::columns([C::CallId, C::TurnIndex])
        .update_columns([
            C::Speaker,
            C::Text,
            C::StartedMs,
            C::LatencyMs,
            C::Interrupted,
        ])
        .to_owned();
    let rows: Vec<_> = turns.into_values().map(turn_row).collect();
    for chunk in rows.chunks(ROWS_MAX) {
        transcript_turns::Entity::insert_many(chunk.to_vec())
            .on_conflict(replaced.clone())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}

fn turn_row(turn: TranscriptTurn) -> transcript_turns::ActiveModel {
    let speaker = match turn.speaker {
        TurnSpeaker::Caller => "caller",
        TurnSpeaker::Agent => "agent",
    };
    transcript_turns::ActiveModel {
        call_id: Set(turn.call.as_str().to_owned()),
        turn_index: Set(i32::try_from(turn.index).unwrap_or(i32::MAX)),
        speaker: Set(speaker.to_owned()),
        text: Set(sql_text(&turn.text)),
        started_ms: Set(turn.started_ms),
        latency_ms: Set(turn.latency_ms),
        interrupted: Set(turn.interrupted),
    }
}

/// Ends the records of calls that could not be saved, whatever else stands in them.
pub(super) async fn put_failures(
    write: &DatabaseTransaction,
    failures: Failures,
) -> Result<(), DbErr> {
    for (call, at) in failures {
        call_recordings::Entity::update_many()
            .col_expr(call_recordings::Column::State, Expr::value("FAILED"))
            .col_expr(call_recordings::Column::Outcome, Expr::value("failed"))
            .col_expr(
                call_recordings::Column::EndedAt,
                Expr::value(time_to_sql(at)),
            )
            .filter(call_recordings::Column::CallId.eq(call.as_str()))
            .exec(write)
            .await?;
    }
    Ok(())
}
