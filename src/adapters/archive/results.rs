//! Owns the rows of what the work after a call brings: cards with their notices, recordings, final transcripts. Called
//! by `list` within its transactions. Never reads a file.

use super::jobs::{WAITING, put_state};
use crate::adapters::store::entities::{
    archived_recordings, call_recordings, cards, final_turns, owner_notices, transcript_flags,
};
use crate::adapters::store::{Database, Texts, put_texts, sql_text, time_to_sql};
use jiff::Timestamp;
use maitred_actors::archivist::{Card, FinalTranscript};
use maitred_actors::ports::archive::{Origin, Stored};
use maitred_actors::ports::journal::{OutgoingText, RecordState};
use maitred_actors::types::{CallId, PhoneNumber};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

/// Rows in one statement: SQLite takes 32,766 values.
const ROWS_MAX: usize = 500;

/// Who is told of a card.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Whether the owner's own server is told.
    pub by_webhook: bool,
    /// Number that gets a text.
    pub by_text: Option<PhoneNumber>,
}

/// Writes a card, and what is to be told of it, unless there is one.
pub(super) async fn put_card(
    write: &DatabaseTransaction,
    card: &Card,
    now: Timestamp,
    telling: &Telling,
) -> Result<(), DbErr> {
    let there = cards::Entity::find_by_id(card.call.as_str())
        .count(write)
        .await?;
    if there > 0 {
        return Ok(());
    }
    cards::Entity::insert(card_row(card, now))
        .exec_without_returning(write)
        .await?;
    if telling.by_webhook {
        owner_notices::Entity::insert(notice_row(card, now))
            .exec_without_returning(write)
            .await?;
    }
    if let Some(to) = &telling.by_text {
        let text = OutgoingText {
            key: format!("card/{}", card.call),
            call: card.call.clone(),
            kind: "owner_card",
            to: to.clone(),
            body: card.text(),
            at: now,
        };
        put_texts(write, Texts::from([(text.key.clone(), text)])).await?;
    }
    Ok(())
}

fn card_row(card: &Card, now: Timestamp) -> cards::ActiveModel {
    let text = |value: &Option<String>| value.as_deref().map(sql_text);
    cards::ActiveModel {
        call_id: Set(card.call.as_str().to_owned()),
        at: Set(time_to_sql(card.at)),
        ended_at: Set(time_to_sql(card.ended_at)),
        written_at: Set(time_to_sql(now)),
        from_number: Set(card
            .from_number
            .as_ref()
            .map(|number| number.as_str().to_owned())),
        name: Set(text(&card.name)),
        wanted: Set(sql_text(&card.wanted)),
        promised: Set(text(&card.promised)),
        missing: Set(text(&card.missing)),
        outcome: Set(sql_text(&card.outcome)),
        words: Set(sql_text(&card.text())),
        model_summary: Set(text(&card.model_summary)),
    }
}

fn notice_row(card: &Card, now: Timestamp) -> owner_notices::ActiveModel {
    let id = format!("card/{}", card.call);
    let body = json!({
        "id": id,
        "type": "call.card",
        "created_at": now,
        "data": {
            "call_id": card.call.as_str(),
            "at": card.at,
            "ended_at": card.ended_at,
            "from_number": card.from_number.as_ref().map(PhoneNumber::as_str),
            "name": card.name,
            "wanted": card.wanted,
            "promised": card.promised,
            "missing": card.missing,
            "outcome": card.outcome,
            "text": card.text(),
            "model_summary": card.model_summary,
        },
    });
    owner_notices::ActiveModel {
        id: Set(id),
        call_id: Set(Some(card.call.as_str().to_owned())),
        body: Set(sql_text(&body.to_string())),
        status: Set(WAITING.to_owned()),
        tries: Set(0),
        created_at: Set(time_to_sql(now)),
        due_at: Set(time_to_sql(now)),
        sent_at: Set(None),
        reason: Set(None),
    }
}

/// Writes a recording; the first of a call is the one that its record shows.
pub(super) async fn put_recording(
    write: &DatabaseTransaction,
    call: &CallId,
    one: Stored,
    now: Timestamp,
) -> Result<(), DbErr> {
    use archived_recordings::Column as C;
    let others = archived_recordings::Entity::find()
        .filter(C::CallId.eq(call.as_str()))
        .filter(C::RecordingId.ne(one.id.as_str()))
        .count(write)
        .await?;
    let row = archived_recordings::ActiveModel {
        call_id: Set(call.as_str().to_owned()),
        recording_id: Set(sql_text(&one.id)),
        origin: Set(one.origin.as_str().to_owned()),
        uri: Set(one.uri.as_deref().map(sql_text)),
        path: Set(one.path.clone()),
        content_type: Set(one.content_type),
        bytes: Set(i64::try_from(one.bytes).unwrap_or(i64::MAX)),
        stored_at: Set(time_to_sql(now)),
        deleted_at: Set(None),
    };
    let replaced = OnConflict::columns([C::CallId, C::RecordingId])
        .update_columns([C::Path, C::Uri, C::ContentType, C::Bytes])
        .to_owned();
    archived_recordings::Entity::insert(row)
        .on_conflict(replaced)
        .exec_without_returning(write)
        .await?;
    if others == 0 {
        use call_recordings::Column as R;
        call_recordings::Entity::update_many()
            .col_expr(R::RecordingPath, Expr::value(Some(one.path)))
            .col_expr(R::RecordingUri, Expr::value(one.uri))
            .filter(R::CallId.eq(call.as_str()))
            .exec(write)
            .await?;
    }
    put_state(write, call, RecordState::Recorded).await
}

/// Reads a recording.
pub(super) fn stored(row: archived_recordings::Model) -> Stored {
    Stored {
        id: row.recording_id,
        origin: Origin::parse(&row.origin),
        uri: row.uri,
        path: row.path,
        content_type: row.content_type,
        bytes: row.bytes.unsigned_abs(),
    }
}

pub(super) async fn stored_before(
    database: &Database,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<(CallId, Stored)>, DbErr> {
    use archived_recordings::Column as C;
    let rows = archived_recordings::Entity::find()
        .filter(C::DeletedAt.is_null())
        .filter(C::StoredAt.lt(time_to_sql(before)))
        .order_by_asc(C::StoredAt)
        .limit(limit)
        .all(database.reader())
        .await?;
    let pairs = rows
        .into_iter()
        .map(|row| (CallId::new(row.call_id.clone()), stored(row)));
    Ok(pairs.collect())
}

/// Notes that a recording was deleted, also in the call's record where that showed it.
pub(super) async fn put_deleted(
    write: &DatabaseTransaction,
    call: &CallId,
    one: &Stored,
    now: Timestamp,
) -> Result<(), DbErr> {
    use archived_recordings::Column as C;
    archived_recordings::Entity::update_many()
        .col_expr(C::DeletedAt, Expr::value(Some(time_to_sql(now))))
        .filter(C::CallId.eq(call.as_str()))
        .filter(C::RecordingId.eq(one.id.as_str()))
        .exec(write)
        .await?;
    use call_recordings::Column as R;
    let reason = format!("recording deleted after its time, at {now}");
    call_recordings::Entity::update_many()
        .col_expr(R::RecordingPath, Expr::value(None::<String>))
        .col_expr(R::ArchiveReason, Expr::value(Some(reason)))
        .filter(R::CallId.eq(call.as_str()))
        .filter(R::RecordingPath.eq(one.path.as_str()))
        .exec(write)
        .await
        .map(drop)
}

/// Writes a final transcript in place of the one that is there.
pub(super) async fn put_transcript(
    write: &DatabaseTransaction,
    call: &CallId,
    transcript: FinalTranscript,
) -> Result<(), DbErr> {
    final_turns::Entity::delete_many()
        .filter(final_turns::Column::CallId.eq(call.as_str()))
        .exec(write)
        .await?;
    transcript_flags::Entity::delete_many()
        .filter(transcript_flags::Column::CallId.eq(call.as_str()))
        .exec(write)
        .await?;
    let parts = transcript.parts.into_iter().zip(0_i32..);
    let parts: Vec<_> = parts
        .map(|(part, index)| final_turns::ActiveModel {
            call_id: Set(call.as_str().to_owned()),
            turn_index: Set(index),
            speaker: Set(part.speaker.name()),
            text: Set(sql_text(&part.text)),
            started_ms: Set(part.started_ms),
            source: Set(part.source.as_str().to_owned()),
            recording_text: Set(part.recording_text.as_deref().map(sql_text)),
        })
        .collect();
    for chunk in parts.chunks(ROWS_MAX) {
        final_turns::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(write)
            .await?;
    }
    let flags = transcript.flags.into_iter().zip(0_i32..);
    let flags: Vec<_> = flags
        .map(|(flag, index)| transcript_flags::ActiveModel {
            call_id: Set(call.as_str().to_owned()),
            flag_index: Set(index),
            turn_index: Set(i32::try_from(flag.part).unwrap_or(i32::MAX)),
            kind: Set(flag.kind.to_owned()),
            booking_number: Set(flag.booking),
            booked: Set(sql_text(&flag.booked)),
            heard: Set(sql_text(&flag.heard)),
        })
        .collect();
    for chunk in flags.chunks(ROWS_MAX) {
        transcript_flags::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(write)
            .await?;
    }
    Ok(())
}
