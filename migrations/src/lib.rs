//! Owns the database schema: one reversible step per file, run on SQLite and PostgreSQL. Called by
//! `src/adapters/store` when it opens a database. Never touches rows, and never changes a step that was released.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod m20261122_000001_create_calls;
mod m20261122_000002_create_bookings;
mod m20261122_000003_create_outbox;
mod m20261122_000004_extend_bookings;
mod m20261122_000010_create_archive;
mod m20261122_000011_add_outbox_sending;
mod m20261122_000011_create_cards;
mod m20261130_000012_add_recording_consent;
mod m20261130_000013_add_card_summary;

/// Knows every step, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_calls::Migration),
            Box::new(m20261122_000002_create_bookings::Migration),
            Box::new(m20261122_000003_create_outbox::Migration),
            Box::new(m20261122_000004_extend_bookings::Migration),
            Box::new(m20261122_000010_create_archive::Migration),
            Box::new(m20261122_000011_add_outbox_sending::Migration),
            Box::new(m20261122_000011_create_cards::Migration),
            Box::new(m20261130_000012_add_recording_consent::Migration),
            Box::new(m20261130_000013_add_card_summary::Migration),
        ]
    }
}
