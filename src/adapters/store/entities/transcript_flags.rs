//! Owns the shape of `transcript_flags`: what in a recording differs from the booking. Called by the archive and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transcript_flags")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// Position among the flags of the call, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub flag_index: i32,
    /// Position of the part in `final_turns`.
    pub turn_index: i32,
    /// `date`, `time`, `party_size`, `name` or `phone`.
    pub kind: String,
    /// Confirmation number of the booking.
    pub booking_number: String,
    /// What was booked.
    #[sea_orm(column_type = "Text")]
    pub booked: String,
    /// What the recording says.
    #[sea_orm(column_type = "Text")]
    pub heard: String,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
