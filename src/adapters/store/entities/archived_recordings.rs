//! Owns the shape of `archived_recordings`: one row for each recording on the shelf. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archived_recordings")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// RingCentral's id, or a name of our own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recording_id: String,
    /// `carrier` or `own`.
    pub origin: String,
    /// Where RingCentral keeps it.
    #[sea_orm(column_type = "Text", nullable)]
    pub uri: Option<String>,
    /// Where it lies.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// `audio/mpeg` or `audio/wav`.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// When it was stored.
    pub stored_at: DateTimeUtc,
    /// When it was deleted.
    pub deleted_at: Option<DateTimeUtc>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
