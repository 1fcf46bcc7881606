//! Owns the rows of the list of work: what is due, what is begun, how it goes on. Called by `list`. Never decides when.

use crate::adapters::store::entities::{archive_jobs, call_recordings, owner_notices};
use crate::adapters::store::{Database, sql_text, time_from_sql, time_to_sql};
use jiff::Timestamp;
use maitred_actors::ports::archive::{Backlog, Fate, Job, Next, Notice, Stage, Track};
use maitred_actors::ports::journal::RecordState;
use maitred_actors::types::CallId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// Status of a notice that is still to be sent.
pub(super) const WAITING: &str = "waiting";

pub(super) async fn release(database: &Database, now: Timestamp) -> Result<(), DbErr> {
    use archive_jobs::Column as C;
    let write = database.begin_write().await?;
    archive_jobs::Entity::update_many()
        .col_expr(C::DueAt, Expr::value(time_to_sql(now)))
        .col_expr(C::IsBegun, Expr::value(false))
        .filter(C::IsBegun.eq(true))
        .exec(&write)
        .await?;
    write.commit().await
}

pub(super) async fn hurry(
    database: &Database,
    call: &CallId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    use archive_jobs::Column as C;
    let write = database.begin_write().await?;
    archive_jobs::Entity::update_many()
        .col_expr(C::DueAt, Expr::value(time_to_sql(now)))
        .filter(C::CallId.eq(call.as_str()))
        .filter(C::Stage.eq(Stage::Card.as_str()))
        .filter(C::IsBegun.eq(false))
        .exec(&write)
        .await?;
    let listed = archive_jobs::Entity::find()
        .filter(C::CallId.eq(call.as_str()))
        .count(&write)
        .await?;
    write.commit().await?;
    Ok(listed > 0)
}

pub(super) async fn due(
    database: &Database,
    now: Timestamp,
    stages: &[Stage],
    limit: u64,
) -> Result<Vec<Job>, DbErr> {
    use archive_jobs::Column as C;
    let rows = archive_jobs::Entity::find()
        .filter(C::Stage.is_in(stages.iter().map(|stage| stage.as_str())))
        .filter(C::DueAt.lte(time_to_sql(now)))
        .order_by_asc(C::DueAt)
        .order_by_asc(C::CallId)
        .limit(limit)
        .all(database.reader())
        .await?;
    Ok(rows.into_iter().filter_map(job).collect())
}

fn job(row: archive_jobs::Model) -> Option<Job> {
    Some(Job {
        call: CallId::new(row.call_id),
        track: Track::parse(&row.track)?,
        stage: Stage::parse(&row.stage)?,
        tries: row.tries.unsigned_abs(),
        since: time_from_sql(row.since_at)?,
        reason: row.reason,
    })
}

/// Begins an entry, unless somebody else has begun this try of it.
pub(super) async fn begin(database: &Database, job: &Job, again: Timestamp) -> Result<bool, DbErr> {
    use archive_jobs::Column as C;
    let tries = i32::try_from(job.tries.saturating_add(1)).unwrap_or(i32::MAX);
    let write = database.begin_write().await?;
    let begun = archive_jobs::Entity::update_many()
        .col_expr(C::Tries, Expr::value(tries))
        .col_expr(C::DueAt, Expr::value(time_to_sql(again)))
        .col_expr(C::IsBegun, Expr::value(true))
        .filter(C::CallId.eq(job.call.as_str()))
        .filter(C::Track.eq(job.track.as_str()))
        .filter(C::Stage.eq(job.stage.as_str()))
        .filter(C::Tries.eq(tries - 1))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(begun.rows_affected > 0)
}

/// Writes how an entry goes on. Where it is about the recording, the call's record is told what is missing; it is complete
/// when nothing more is to come, unless the call had failed.
pub(super) async fn put_next(
    write: &DatabaseTransaction,
    job: &Job,
    next: Next,
) -> Result<(), DbErr> {
    use archive_jobs::Column as C;
    let reason = next.reason.as_deref().map(sql_text);
    archive_jobs::Entity::update_many()
        .col_expr(C::Stage, Expr::value(next.stage.as_str()))
        .col_expr(
            C::Tries,
            Expr::value(i32::try_from(next.tries).unwrap_or(i32::MAX)),
        )
        .col_expr(C::SinceAt, Expr::value(time_to_sql(next.since)))
        .col_expr(C::DueAt, Expr::value(time_to_sql(next.due)))
        .col_expr(C::IsBegun, Expr::value(false))
        .col_expr(C::Reason, Expr::value(reason.clone()))
        .filter(C::CallId.eq(job.call.as_str()))
        .filter(C::Track.eq(job.track.as_str()))
        .exec(write)
        .await?;
    if job.track == Track::Card {
        return Ok(());
    }
    call_recordings::Entity::update_many()
        .col_expr(call_recordings::Column::ArchiveReason, Expr::value(reason))
        .filter(call_recordings::Column::CallId.eq(job.call.as_str()))
        .exec(write)
        .await?;
    if next.stage == Stage::Done {
        put_state(write, &job.call, RecordState::Completed).await?;
    }
    Ok(())
}

/// Sets the state of a call's record, unless the call had failed.
pub(super) async fn put_state(
    write: &DatabaseTransaction,
    call: &CallId,
    state: RecordState,
) -> Result<(), DbErr> {
    call_recordings::Entity::update_many()
        .col_expr(call_recordings::Column::State, Expr::value(state.as_str()))
        .filter(call_recordings::Column::CallId.eq(call.as_str()))
        .filter(call_recordings::Column::State.ne(RecordState::Failed.as_str()))
        .exec(write)
        .await
        .map(drop)
}

pub(super) async fn backlog(database: &Database) -> Result<Backlog, DbErr> {
    use archive_jobs::Column as C;
    // By name, so that the index is of use: most calls are done.
    let waiting = [Stage::Card, Stage::Recording, Stage::Transcript].map(Stage::as_str);
    let open = || archive_jobs::Entity::find().filter(C::Stage.is_in(waiting));
    let entries = open().count(database.reader()).await?;
    let oldest = open()
        .order_by_asc(C::EndedAt)
        .limit(1)
        .one(database.reader())
        .await?;
    let notices = owner_notices::Entity::find()
        .filter(owner_notices::Column::Status.eq(WAITING))
        .count(database.reader())
        .await?;
    Ok(Backlog {
        entries,
        oldest: oldest.and_then(|row| time_from_sql(row.ended_at)),
        notices,
    })
}

pub(super) async fn notices_due(
    database: &Database,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Notice>, DbErr> {
    use owner_notices::Column as C;
    let rows = owner_notices::Entity::find()
        .filter(C::Status.eq(WAITING))
        .filter(C::DueAt.lte(time_to_sql(now)))
        .order_by_asc(C::DueAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .all(database.reader())
        .await?;
    let notice = |row: owner_notices::Model| {
        Some(Notice {
            id: row.id,
            body: row.body,
            tries: row.tries.unsigned_abs(),
            since: time_from_sql(row.created_at)?,
        })
    };
    Ok(rows.into_iter().filter_map(notice).collect())
}

pub(super) async fn put_notice(database: &Database, id: &str, fate: Fate) -> Result<(), DbErr> {
    use owner_notices::Column as C;
    let update = owner_notices::Entity::update_many()
        .col_expr(C::Tries, Expr::col(C::Tries).add(1))
        .filter(C::Id.eq(id));
    let update = match fate {
        Fate::Sent(at) => update
            .col_expr(C::Status, Expr::value("sent"))
            .col_expr(C::SentAt, Expr::value(Some(time_to_sql(at))))
            .col_expr(C::Reason, Expr::value(None::<String>)),
        Fate::Again(at, why) => update
            .col_expr(C::DueAt, Expr::value(time_to_sql(at)))
            .col_expr(C::Reason, Expr::value(Some(sql_text(&why)))),
        Fate::GivenUp(why) => update
            .col_expr(C::Status, Expr::value("failed"))
            .col_expr(C::Reason, Expr::value(Some(sql_text(&why)))),
    };
    let write = database.begin_write().await?;
    update.exec(&write).await?;
    write.commit().await
}
