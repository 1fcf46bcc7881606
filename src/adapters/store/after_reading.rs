//! Owns the reading of what was done after calls: for one call, and cards as a list. Called by the reading side. Never
//! writes.

use super::Database;
use super::after_views::{AfterView, CardRow};
use super::entities::{archived_recordings, bookings, cards, final_turns, transcript_flags};
use super::reading::{PAGE_MAX, ReadError, Reading, older, page};
use super::views::Page;
use maitred_actors::types::CallId;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Reads what was done after the end of a call.
pub(super) async fn after(database: &Database, call: &CallId) -> Result<AfterView, DbErr> {
    let reader = database.reader();
    let recordings = archived_recordings::Entity::find()
        .filter(archived_recordings::Column::CallId.eq(call.as_str()))
        .order_by_asc(archived_recordings::Column::StoredAt)
        .all(reader)
        .await?;
    let turns = final_turns::Entity::find()
        .filter(final_turns::Column::CallId.eq(call.as_str()))
        .order_by_asc(final_turns::Column::TurnIndex)
        .all(reader)
        .await?;
    let flags = transcript_flags::Entity::find()
        .filter(transcript_flags::Column::CallId.eq(call.as_str()))
        .order_by_asc(transcript_flags::Column::FlagIndex)
        .all(reader)
        .await?;
    let card = cards::Entity::find_by_id(call.as_str()).one(reader).await?;
    let made = bookings::Entity::find()
        .filter(bookings::Column::CallId.eq(call.as_str()))
        .order_by_asc(bookings::Column::CreatedAt)
        .all(reader)
        .await?;
    Ok(AfterView {
        recordings: recordings.into_iter().map(Into::into).collect(),
        final_transcript: turns.into_iter().map(Into::into).collect(),
        flags: flags.into_iter().map(Into::into).collect(),
        card: card.map(Into::into),
        bookings: made.into_iter().map(Into::into).collect(),
    })
}

impl Reading {
    /// Lists cards, the last call first, from the cursor on; a limit beyond 200 is cut.
    pub async fn cards(
        &self,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<CardRow>, ReadError> {
        use cards::Column as C;
        let mut query = cards::Entity::find();
        if let Some(cursor) = cursor {
            query = query.filter(older(C::At, C::CallId, cursor)?);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = query
            .order_by_desc(C::At)
            .order_by_desc(C::CallId)
            .limit(limit + 1)
            .all(self.database().reader())
            .await?;
        Ok(page(rows, limit, |row| (row.at, row.call_id.clone())))
    }
}
