//! Owns the tables of what is done after a call: the list of work, the recordings on the shelf, the final transcript
//! and what in it differs from the booking. Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, string, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum CallRecordings {
    Table,
    ArchiveReason,
}

#[derive(DeriveIden)]
enum ArchiveJobs {
    Table,
    CallId,
    Track,
    Stage,
    Tries,
    SinceAt,
    DueAt,
    IsBegun,
    Reason,
    EndedAt,
}

#[derive(DeriveIden)]
enum ArchivedRecordings {
    Table,
    CallId,
    RecordingId,
    Origin,
    Uri,
    Path,
    ContentType,
    Bytes,
    StoredAt,
    DeletedAt,
}

#[derive(DeriveIden)]
enum FinalTurns {
    Table,
    CallId,
    TurnIndex,
    Speaker,
    Text,
    StartedMs,
    Source,
    RecordingText,
}

#[derive(DeriveIden)]
enum TranscriptFlags {
    Table,
    CallId,
    FlagIndex,
    TurnIndex,
    Kind,
    BookingNumber,
    Booked,
    Heard,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reason = Table::alter()
            .table(CallRecordings::Table)
            .add_column(text_null(CallRecordings::ArchiveReason))
            .take();
        manager.alter_table(reason).await?;
        for table in [jobs(), recordings(), turns(), flags()] {
            manager.create_table(table).await?;
        }
        let due = Index::create()
            .name("idx_archive_jobs_due")
            .table(ArchiveJobs::Table)
            .col(ArchiveJobs::Stage)
            .col(ArchiveJobs::DueAt)
            .take();
        manager.create_index(due).await?;
        let stored = Index::create()
            .name("idx_archived_recordings_stored")
            .table(ArchivedRecordings::Table)
            .col(ArchivedRecordings::DeletedAt)
            .col(ArchivedRecordings::StoredAt)
            .take();
        manager.create_index(stored).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            TranscriptFlags::Table.into_iden(),
            FinalTurns::Table.into_iden(),
            ArchivedRecordings::Table.into_iden(),
            ArchiveJobs::Table.into_iden(),
        ] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        let reason = Table::alter()
            .table(CallRecordings::Table)
            .drop_column(CallRecordings::ArchiveReason)
            .take();
        manager.alter_table(reason).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table(ArchiveJobs::Table)
        .col(string(ArchiveJobs::CallId))
        .col(string(ArchiveJobs::Track))
        .col(string(ArchiveJobs::Stage))
        .col(integer(ArchiveJobs::Tries))
        .col(timestamp_with_time_zone(ArchiveJobs::SinceAt))
        .col(timestamp_with_time_zone(ArchiveJobs::DueAt))
        .col(boolean(ArchiveJobs::IsBegun))
        .col(text_null(ArchiveJobs::Reason))
        .col(timestamp_with_time_zone(ArchiveJobs::EndedAt))
        .primary_key(
            Index::create()
                .col(ArchiveJobs::CallId)
                .col(ArchiveJobs::Track),
        )
        .take()
}

fn recordings() -> TableCreateStatement {
    use ArchivedRecordings as C;
    Table::create()
        .table(C::Table)
        .col(string(C::CallId))
        .col(string(C::RecordingId))
        .col(string(C::Origin))
        .col(text_null(C::Uri))
        .col(text(C::Path))
        .col(string(C::ContentType))
        .col(big_integer(C::Bytes))
        .col(timestamp_with_time_zone(C::StoredAt))
        .col(timestamp_with_time_zone_null(C::DeletedAt))
        .primary_key(Index::create().col(C::CallId).col(C::RecordingId))
        .take()
}

fn turns() -> TableCreateStatement {
    use FinalTurns as C;
    Table::create()
        .table(C::Table)
        .col(string(C::CallId))
        .col(integer(C::TurnIndex))
        .col(string(C::Speaker))
        .col(text(C::Text))
        .col(big_integer(C::StartedMs))
        .col(string(C::Source))
        .col(text_null(C::RecordingText))
        .primary_key(Index::create().col(C::CallId).col(C::TurnIndex))
        .take()
}

fn flags() -> TableCreateStatement {
    use TranscriptFlags as C;
    Table::create()
        .table(C::Table)
        .col(string(C::CallId))
        .col(integer(C::FlagIndex))
        .col(integer(C::TurnIndex))
        .col(string(C::Kind))
        .col(string(C::BookingNumber))
        .col(text(C::Booked))
        .col(text(C::Heard))
        .primary_key(Index::create().col(C::CallId).col(C::FlagIndex))
        .take()
}
