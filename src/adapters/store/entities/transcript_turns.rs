//! Owns the shape of `transcript_turns`: what was said. Called by the journal and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One turn of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transcript_turns")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// Position in the call, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub turn_index: i32,
    /// `caller` or `agent`.
    pub speaker: String,
    /// What was said.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Milliseconds after the call rang.
    pub started_ms: i64,
    /// Milliseconds from the end of the caller's turn to the first sound of the reply.
    pub latency_ms: Option<i64>,
    /// Whether it was cut short.
    pub interrupted: bool,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
