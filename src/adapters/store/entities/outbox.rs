//! Owns the shape of `outbox`: texts on their way. Called by the journal, which puts them, by the sender's side of the
//! store, and by the check at start. Never holds rules.

use sea_orm::entity::prelude::*;

/// One message on its way.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Row number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Key under which it is sent once.
    #[sea_orm(unique)]
    pub send_key: String,
    /// Call that asked for it.
    pub call_id: Option<String>,
    /// What it is for, such as `booking_confirmation`.
    pub kind: String,
    /// Number it goes to.
    pub to_number: String,
    /// What it says.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// `waiting`, `sending`, `checking`, `sent`, `failed`, `uncertain` or `skipped`.
    pub status: String,
    /// Times it was tried.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// When it is to be tried next.
    pub due_at: DateTimeUtc,
    /// When it was sent.
    pub sent_at: Option<DateTimeUtc>,
    /// When it was last tried.
    pub tried_at: Option<DateTimeUtc>,
    /// The carrier's id of it.
    pub message_id: Option<String>,
    /// Why it is not sent, or nobody knows.
    pub reason: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
