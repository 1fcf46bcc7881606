//! Owns the shape of `call_events`, the journal. Called by the journal and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_events")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// Number within the call, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// When it was learnt of.
    pub at: DateTimeUtc,
    /// Kind of event.
    pub kind: String,
    /// The event as JSON.
    #[sea_orm(column_type = "Text")]
    pub event: String,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
