//! Owns the shape of `archive_jobs`: what is still to be done for a call that is over. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_jobs")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// `card` or `sound`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub track: String,
    /// `card`, `recording`, `transcript` or `done`.
    pub stage: String,
    /// Times that the stage was begun.
    pub tries: i32,
    /// When the stage was first possible.
    pub since_at: DateTimeUtc,
    /// When it is to be begun.
    pub due_at: DateTimeUtc,
    /// Whether a process works on it.
    pub is_begun: bool,
    /// Why the last try failed, or what is missing for good.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When the call was over.
    pub ended_at: DateTimeUtc,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
