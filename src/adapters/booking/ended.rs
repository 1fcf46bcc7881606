//! Owns the letting go of what ended calls still hold: their end was written, and the process died before they let go. Called
//! at start, before calls are taken up again. Never touches what an open call holds.

use crate::adapters::store::Database;
use crate::adapters::store::entities::{booking_holds, call_recordings};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Lets go what calls hold that are over, and tells how many did.
pub async fn let_go_of_ended(database: &Database) -> Result<u64, DbErr> {
    let ended = call_recordings::Entity::find()
        .select_only()
        .column(call_recordings::Column::CallId)
        .filter(call_recordings::Column::EndedAt.is_not_null())
        .into_query();
    let write = database.begin_write().await?;
    let gone = booking_holds::Entity::delete_many()
        .filter(booking_holds::Column::CallId.in_subquery(ended))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(gone.rows_affected)
}
