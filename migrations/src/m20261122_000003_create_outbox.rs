//! Owns the table of what is still to be sent: texts and calls back. Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_pk_auto, integer, string, string_null, string_uniq, text, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Outbox {
    Table,
    Id,
    SendKey,
    CallId,
    Kind,
    ToNumber,
    Body,
    Status,
    Attempts,
    CreatedAt,
    DueAt,
    SentAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Outbox::Table)
            .col(big_pk_auto(Outbox::Id))
            .col(string_uniq(Outbox::SendKey))
            .col(string_null(Outbox::CallId))
            .col(string(Outbox::Kind))
            .col(string(Outbox::ToNumber))
            .col(text(Outbox::Body))
            .col(string(Outbox::Status))
            .col(integer(Outbox::Attempts))
            .col(timestamp_with_time_zone(Outbox::CreatedAt))
            .col(timestamp_with_time_zone(Outbox::DueAt))
            .col(timestamp_with_time_zone_null(Outbox::SentAt))
            .take();
        manager.create_table(table).await?;
        let due = Index::create()
            .name("idx_outbox_due")
            .table(Outbox::Table)
            .col(Outbox::Status)
            .col(Outbox::DueAt)
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Outbox::Table).take())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
