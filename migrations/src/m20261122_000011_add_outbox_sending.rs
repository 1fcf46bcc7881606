//! Owns what is kept of the sending of a text: when it was last tried, the carrier's id of it, and why it is not sent.
//! Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{string_null, timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Outbox {
    Table,
    TriedAt,
    MessageId,
    Reason,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            timestamp_with_time_zone_null(Outbox::TriedAt),
            string_null(Outbox::MessageId),
            string_null(Outbox::Reason),
        ] {
            let table = Table::alter()
                .table(Outbox::Table)
                .add_column(column)
                .take();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Outbox::TriedAt, Outbox::MessageId, Outbox::Reason] {
            let table = Table::alter()
                .table(Outbox::Table)
                .drop_column(column)
                .take();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
