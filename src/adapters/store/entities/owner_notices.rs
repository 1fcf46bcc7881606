//! Owns the shape of `owner_notices`: what the owner's server is to be told, until it was. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "owner_notices")]
pub struct Model {
    /// Id of the event, the same however often it is sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Call that it is about.
    pub call_id: Option<String>,
    /// JSON to be sent.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// `waiting`, `sent` or `failed`.
    pub status: String,
    /// Times it was tried.
    pub tries: i32,
    /// When it was written.
    pub created_at: DateTimeUtc,
    /// When it is to be tried next.
    pub due_at: DateTimeUtc,
    /// When it arrived.
    pub sent_at: Option<DateTimeUtc>,
    /// Why the last try failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
