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
    /// `confirmed` or `cancelled`.
    pub status: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Children among the guests.
    pub children: Option<i32>,
    /// ZIP of the place.
    pub zip: Option<String>,
    /// Address of the place.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// What is celebrated.
    #[sea_orm(column_type = "Text", nullable)]
    pub occasion: Option<String>,
    /// Proteins and upgrades, as a JSON list of `Choice`.
    #[sea_orm(column_type = "Text", nullable)]
    pub choices: Option<String>,
    /// Diets and allergies, as a JSON list of texts.
    #[sea_orm(column_type = "Text", nullable)]
    pub dietary: Option<String>,
    /// E-mail address.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// Total that the caller was told, in cents.
    pub quoted_cents: Option<i64>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
