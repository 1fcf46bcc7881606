//! Owns what a booking says beside time, number of guests and name, the key of each change, and the places that calls hold.
//! Called by the `Migrator`. One column to a statement: SQLite takes no more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, integer, integer_null, string, string_null, text_null, timestamp,
    timestamp_with_time_zone,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden, Clone, Copy)]
enum Bookings {
    Table,
    Phone,
    Children,
    Zip,
    Address,
    Occasion,
    Choices,
    Dietary,
    Email,
    QuotedCents,
}

#[derive(DeriveIden)]
enum BookingChanges {
    Table,
    ChangeKey,
}

#[derive(DeriveIden)]
enum BookingHolds {
    Table,
    CallId,
    StartsLocal,
    PartySize,
    Zip,
    Replaces,
    ExpiresAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in booking_columns() {
            let mut alter = Table::alter();
            alter.table(Bookings::Table).add_column(column);
            manager.alter_table(alter).await?;
        }
        let mut alter = Table::alter();
        alter
            .table(BookingChanges::Table)
            .add_column(string_null(BookingChanges::ChangeKey));
        manager.alter_table(alter).await?;
        let unique = Index::create()
            .name("idx_booking_changes_key")
            .table(BookingChanges::Table)
            .col(BookingChanges::ChangeKey)
            .unique()
            .take();
        manager.create_index(unique).await?;
        let by_phone = Index::create()
            .name("idx_bookings_phone")
            .table(Bookings::Table)
            .col(Bookings::Phone)
            .take();
        manager.create_index(by_phone).await?;
        manager.create_table(booking_holds()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(BookingHolds::Table).take())
            .await?;
        for (name, table) in [
            ("idx_bookings_phone", Bookings::Table.into_table_ref()),
            (
                "idx_booking_changes_key",
                BookingChanges::Table.into_table_ref(),
            ),
        ] {
            let mut index = Index::drop();
            index.name(name).table(table);
            manager.drop_index(index).await?;
        }
        let mut alter = Table::alter();
        alter
            .table(BookingChanges::Table)
            .drop_column(BookingChanges::ChangeKey);
        manager.alter_table(alter).await?;
        for column in BOOKING_COLUMNS {
            let mut alter = Table::alter();
            alter.table(Bookings::Table).drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const BOOKING_COLUMNS: [Bookings; 8] = [
    Bookings::Children,
    Bookings::Zip,
    Bookings::Address,
    Bookings::Occasion,
    Bookings::Choices,
    Bookings::Dietary,
    Bookings::Email,
    Bookings::QuotedCents,
];

fn booking_columns() -> [ColumnDef; 8] {
    [
        integer_null(Bookings::Children),
        string_null(Bookings::Zip),
        text_null(Bookings::Address),
        text_null(Bookings::Occasion),
        text_null(Bookings::Choices),
        text_null(Bookings::Dietary),
        text_null(Bookings::Email),
        big_integer_null(Bookings::QuotedCents),
    ]
}

/// One place a call at most. `replaces` is the number of the booking that would move there.
fn booking_holds() -> TableCreateStatement {
    Table::create()
        .table(BookingHolds::Table)
        .col(string(BookingHolds::CallId).primary_key())
        .col(timestamp(BookingHolds::StartsLocal))
        .col(integer(BookingHolds::PartySize))
        .col(string_null(BookingHolds::Zip))
        .col(string_null(BookingHolds::Replaces))
        .col(timestamp_with_time_zone(BookingHolds::ExpiresAt))
        .take()
}
