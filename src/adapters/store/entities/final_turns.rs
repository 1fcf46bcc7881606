//! Owns the shape of `final_turns`: the transcript that is kept, part by part. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "final_turns")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// Position in the call, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub turn_index: i32,
    /// `caller`, `agent` or `speaker_1` and so on.
    pub speaker: String,
    /// What was said.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Milliseconds after the call's start.
    pub started_ms: i64,
    /// `live`, `recording` or `both`.
    pub source: String,
    /// What the recording says, where its words are others.
    #[sea_orm(column_type = "Text", nullable)]
    pub recording_text: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
