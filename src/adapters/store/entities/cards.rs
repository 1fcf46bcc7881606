//! Owns the shape of `cards`: one row for each caller, for the owner. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cards")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// When it rang.
    pub at: DateTimeUtc,
    /// When it was over.
    pub ended_at: DateTimeUtc,
    /// When the card was written.
    pub written_at: DateTimeUtc,
    /// Caller's number.
    pub from_number: Option<String>,
    /// Caller's name.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// What was wanted.
    #[sea_orm(column_type = "Text")]
    pub wanted: String,
    /// What was promised.
    #[sea_orm(column_type = "Text", nullable)]
    pub promised: Option<String>,
    /// What is missing.
    #[sea_orm(column_type = "Text", nullable)]
    pub missing: Option<String>,
    /// How the call ended.
    pub outcome: String,
    /// The whole card as a text message.
    #[sea_orm(column_type = "Text")]
    pub words: String,
    /// What a language model makes of the conversation.
    #[sea_orm(column_type = "Text", nullable)]
    pub model_summary: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
