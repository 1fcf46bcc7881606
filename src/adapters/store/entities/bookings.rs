//! Owns the shape of `bookings`, the book. Called by the ledger and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One booking.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bookings")]
pub struct Model {
    /// Confirmation number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    /// Key under which it was asked for.
    #[sea_orm(unique)]
    pub booking_key: String,
    /// Call that made it.
    pub call_id: String,
    /// Start on the wall clock of the business.
    pub starts_local: DateTime,
    /// Guests.
    pub party_size: i32,
    /// Name it goes under.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Number to call back.
    pub phone: Option<String>,
    /// `confirmed`, or what became of it.
    pub status: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
