//! Owns the tables of bookings: the book, and what was changed in it. Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_pk_auto, integer, string, string_null, string_uniq, text, text_null, timestamp,
    timestamp_with_time_zone,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Bookings {
    Table,
    Number,
    BookingKey,
    CallId,
    StartsLocal,
    PartySize,
    Name,
    Phone,
    Status,
    CreatedAt,
}

#[derive(DeriveIden)]
enum BookingChanges {
    Table,
    Id,
    BookingNumber,
    CallId,
    At,
    Kind,
    Before,
    After,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bookings()).await?;
        for (name, columns) in [
            ("idx_bookings_starts", vec![Bookings::StartsLocal]),
            ("idx_bookings_call", vec![Bookings::CallId]),
            (
                "idx_bookings_created",
                vec![Bookings::CreatedAt, Bookings::Number],
            ),
        ] {
            let mut index = Index::create();
            index.name(name).table(Bookings::Table);
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager.create_table(booking_changes()).await?;
        let index = Index::create()
            .name("idx_booking_changes_booking")
            .table(BookingChanges::Table)
            .col(BookingChanges::BookingNumber)
            .take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(BookingChanges::Table).take())
            .await?;
        manager
            .drop_table(Table::drop().table(Bookings::Table).take())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// `starts_local` is the wall clock of the business: a party at six stays at six when the rules of time change.
fn bookings() -> TableCreateStatement {
    Table::create()
        .table(Bookings::Table)
        .col(string(Bookings::Number).primary_key())
        .col(string_uniq(Bookings::BookingKey))
        .col(string(Bookings::CallId))
        .col(timestamp(Bookings::StartsLocal))
        .col(integer(Bookings::PartySize))
        .col(text(Bookings::Name))
        .col(string_null(Bookings::Phone))
        .col(string(Bookings::Status))
        .col(timestamp_with_time_zone(Bookings::CreatedAt))
        .take()
}

fn booking_changes() -> TableCreateStatement {
    Table::create()
        .table(BookingChanges::Table)
        .col(big_pk_auto(BookingChanges::Id))
        .col(string(BookingChanges::BookingNumber))
        .col(string_null(BookingChanges::CallId))
        .col(timestamp_with_time_zone(BookingChanges::At))
        .col(string(BookingChanges::Kind))
        .col(text_null(BookingChanges::Before))
        .col(text(BookingChanges::After))
        .foreign_key(
            ForeignKey::create()
                .name("fk_booking_changes_booking")
                .from(BookingChanges::Table, BookingChanges::BookingNumber)
                .to(Bookings::Table, Bookings::Number),
        )
        .take()
}
