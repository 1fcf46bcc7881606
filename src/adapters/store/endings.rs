//! Owns the beginning of the work after a call: an entry in the list of work, made in the transaction that writes the
//! call's end, so that no end is without one. Called by the journal. From then on state and recording of the record are
//! the archive's, and the journal's projection leaves them alone.

use super::entities::{archive_jobs, call_recordings};
use super::projections::{ROWS_MAX, Rows};
use chrono::TimeDelta;
use maitred_actors::ports::archive::{Stage, Track};
use maitred_actors::ports::journal::RecordState;
use maitred_actors::types::CallId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};
use std::collections::BTreeSet;

/// How long a card waits for RingCentral's last word on the call, which may change how it ended; the call itself waits
/// for 10 s.
const LAST_WORD: TimeDelta = TimeDelta::seconds(12);

pub(super) type Calls = BTreeSet<String>;

/// Lists the calls of a commit that are over.
pub(super) fn ended(rows: &Rows) -> Calls {
    let over = rows
        .records
        .values()
        .filter(|record| record.ended_at.is_some())
        .map(|record| &record.call);
    over.chain(rows.failures.keys())
        .map(CallId::to_string)
        .collect()
}

/// Tells which of them have an entry already.
pub(super) async fn listed(write: &DatabaseTransaction, calls: &Calls) -> Result<Calls, DbErr> {
    let calls: Vec<&String> = calls.iter().collect();
    let mut listed = Calls::new();
    for chunk in calls.chunks(ROWS_MAX) {
        let found: Vec<String> = archive_jobs::Entity::find()
            .select_only()
            .column(archive_jobs::Column::CallId)
            .filter(archive_jobs::Column::CallId.is_in(chunk.iter().map(|call| call.as_str())))
            .filter(archive_jobs::Column::Track.eq(Track::Card.as_str()))
            .into_tuple()
            .all(write)
            .await?;
        listed.extend(found);
    }
    Ok(listed)
}

/// What may be expected after a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expectation {
    /// Whether the carrier can be asked for recordings.
    pub carrier_records: bool,
    /// How long after a call its recording is first looked for.
    pub first_wait: TimeDelta,
}

/// Makes entries for calls that have none. A recording is expected where Maitred made one, or the carrier can be asked;
/// such a call is not complete yet.
pub(super) async fn list(
    write: &DatabaseTransaction,
    calls: &[&String],
    expectation: Expectation,
) -> Result<(), DbErr> {
    for chunk in calls.chunks(ROWS_MAX) {
        let names = chunk.iter().map(|call| call.as_str());
        let records = call_recordings::Entity::find()
            .filter(call_recordings::Column::CallId.is_in(names))
            .all(write)
            .await?;
        let is_expected = |record: &&call_recordings::Model| {
            expectation.carrier_records || record.recording_path.is_some()
        };
        let cards = records
            .iter()
            .filter_map(|record| job(record, Track::Card, LAST_WORD));
        let sound = records
            .iter()
            .filter(is_expected)
            .filter_map(|record| job(record, Track::Sound, expectation.first_wait));
        let jobs: Vec<_> = cards.chain(sound).collect();
        if jobs.is_empty() {
            continue;
        }
        let there =
            OnConflict::columns([archive_jobs::Column::CallId, archive_jobs::Column::Track])
                .do_nothing()
                .to_owned();
        archive_jobs::Entity::insert_many(jobs)
            .on_conflict(there)
            .exec_without_returning(write)
            .await?;
        let expected = records.iter().filter(is_expected);
        let expected: Vec<&str> = expected.map(|record| record.call_id.as_str()).collect();
        call_recordings::Entity::update_many()
            .col_expr(
                call_recordings::Column::State,
                Expr::value(RecordState::InProgress.as_str()),
            )
            .filter(call_recordings::Column::CallId.is_in(expected))
            .filter(call_recordings::Column::State.eq(RecordState::Completed.as_str()))
            .exec(write)
            .await?;
    }
    Ok(())
}

fn job(
    record: &call_recordings::Model,
    track: Track,
    wait: TimeDelta,
) -> Option<archive_jobs::ActiveModel> {
    let ended = record.ended_at?;
    let stage = match track {
        Track::Card => Stage::Card,
        Track::Sound => Stage::Recording,
    };
    Some(archive_jobs::ActiveModel {
        call_id: Set(record.call_id.clone()),
        track: Set(track.as_str().to_owned()),
        stage: Set(stage.as_str().to_owned()),
        tries: Set(0),
        since_at: Set(ended),
        due_at: Set(ended + wait),
        is_begun: Set(false),
        reason: Set(None),
        ended_at: Set(ended),
    })
}
