//! Owns the shape of `booking_changes`: what was changed in a booking. Called by the ledger and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One change of a booking.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "booking_changes")]
pub struct Model {
    /// Row number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Booking that was changed.
    pub booking_number: String,
    /// Call that changed it.
    pub call_id: Option<String>,
    /// When.
    pub at: DateTimeUtc,
    /// `changed` or `cancelled`.
    pub kind: String,
    /// The booking before, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    /// The booking after, as JSON.
    #[sea_orm(column_type = "Text")]
    pub after: String,
    /// Key under which it was asked for.
    #[sea_orm(unique)]
    pub change_key: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
