//! Owns the tables of cards, and of what the owner's server is still to be told. Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, string, string_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Cards {
    Table,
    CallId,
    At,
    EndedAt,
    WrittenAt,
    FromNumber,
    Name,
    Wanted,
    Promised,
    Missing,
    Outcome,
    Words,
}

#[derive(DeriveIden)]
enum OwnerNotices {
    Table,
    Id,
    CallId,
    Body,
    Status,
    Tries,
    CreatedAt,
    DueAt,
    SentAt,
    Reason,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(cards()).await?;
        manager.create_table(notices()).await?;
        let at = Index::create()
            .name("idx_cards_at")
            .table(Cards::Table)
            .col(Cards::At)
            .col(Cards::CallId)
            .take();
        manager.create_index(at).await?;
        let due = Index::create()
            .name("idx_owner_notices_due")
            .table(OwnerNotices::Table)
            .col(OwnerNotices::Status)
            .col(OwnerNotices::DueAt)
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [OwnerNotices::Table.into_iden(), Cards::Table.into_iden()] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn cards() -> TableCreateStatement {
    Table::create()
        .table(Cards::Table)
        .col(string(Cards::CallId).primary_key())
        .col(timestamp_with_time_zone(Cards::At))
        .col(timestamp_with_time_zone(Cards::EndedAt))
        .col(timestamp_with_time_zone(Cards::WrittenAt))
        .col(string_null(Cards::FromNumber))
        .col(text_null(Cards::Name))
        .col(text(Cards::Wanted))
        .col(text_null(Cards::Promised))
        .col(text_null(Cards::Missing))
        .col(string(Cards::Outcome))
        .col(text(Cards::Words))
        .take()
}

fn notices() -> TableCreateStatement {
    Table::create()
        .table(OwnerNotices::Table)
        .col(string(OwnerNotices::Id).primary_key())
        .col(string_null(OwnerNotices::CallId))
        .col(text(OwnerNotices::Body))
        .col(string(OwnerNotices::Status))
        .col(integer(OwnerNotices::Tries))
        .col(timestamp_with_time_zone(OwnerNotices::CreatedAt))
        .col(timestamp_with_time_zone(OwnerNotices::DueAt))
        .col(timestamp_with_time_zone_null(OwnerNotices::SentAt))
        .col(text_null(OwnerNotices::Reason))
        .take()
}
