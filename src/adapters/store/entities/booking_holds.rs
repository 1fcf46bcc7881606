//! Owns the shape of `booking_holds`: places that calls hold while their callers decide. Called by the ledger. Never holds
//! rules.

use sea_orm::entity::prelude::*;

/// The place that one call holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "booking_holds")]
pub struct Model {
    /// The call.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// Start on the wall clock of the business.
    pub starts_local: DateTime,
    /// Guests.
    pub party_size: i32,
    /// ZIP of the place.
    pub zip: Option<String>,
    /// Number of the booking that would move here.
    pub replaces: Option<String>,
    /// When it runs out.
    pub expires_at: DateTimeUtc,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
