//! Owns the tables of calls: the record, the journal and the transcript. Called by the `Migrator`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, string, string_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum CallRecordings {
    Table,
    CallId,
    RcCallId,
    SipCallId,
    Direction,
    FromNumber,
    ToNumber,
    Status,
    State,
    Outcome,
    Mode,
    Turns,
    HandedOverTo,
    RecordingUri,
    RecordingPath,
    DurationSeconds,
    StartedAt,
    EndedAt,
}

#[derive(DeriveIden)]
enum CallEvents {
    Table,
    CallId,
    Seq,
    At,
    Kind,
    Event,
}

#[derive(DeriveIden)]
enum TranscriptTurns {
    Table,
    CallId,
    TurnIndex,
    Speaker,
    Text,
    StartedMs,
    LatencyMs,
    Interrupted,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(call_recordings()).await?;
        for (name, columns) in indexes() {
            let mut index = Index::create();
            index.name(name).table(CallRecordings::Table);
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager.create_table(call_events()).await?;
        manager.create_table(transcript_turns()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            TranscriptTurns::Table.into_iden(),
            CallEvents::Table.into_iden(),
            CallRecordings::Table.into_iden(),
        ] {
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

fn call_recordings() -> TableCreateStatement {
    Table::create()
        .table(CallRecordings::Table)
        .col(string(CallRecordings::CallId).primary_key())
        .col(string_null(CallRecordings::RcCallId))
        .col(string_null(CallRecordings::SipCallId))
        .col(string(CallRecordings::Direction))
        .col(string_null(CallRecordings::FromNumber))
        .col(string_null(CallRecordings::ToNumber))
        .col(string_null(CallRecordings::Status))
        .col(string(CallRecordings::State))
        .col(string_null(CallRecordings::Outcome))
        .col(string(CallRecordings::Mode))
        .col(integer(CallRecordings::Turns))
        .col(string_null(CallRecordings::HandedOverTo))
        .col(text_null(CallRecordings::RecordingUri))
        .col(text_null(CallRecordings::RecordingPath))
        .col(big_integer_null(CallRecordings::DurationSeconds))
        .col(timestamp_with_time_zone(CallRecordings::StartedAt))
        .col(timestamp_with_time_zone_null(CallRecordings::EndedAt))
        .take()
}

fn indexes() -> [(&'static str, Vec<CallRecordings>); 6] {
    use CallRecordings as C;
    [
        ("idx_call_recordings_started", vec![C::StartedAt, C::CallId]),
        ("idx_call_recordings_ended", vec![C::EndedAt]),
        ("idx_call_recordings_rc_call", vec![C::RcCallId]),
        ("idx_call_recordings_sip_call", vec![C::SipCallId]),
        ("idx_call_recordings_state", vec![C::State, C::StartedAt]),
        (
            "idx_call_recordings_outcome",
            vec![C::Outcome, C::StartedAt],
        ),
    ]
}

/// The event is JSON kept as text: PostgreSQL's `jsonb` refuses `\u0000`, which a caller's phone may well send.
fn call_events() -> TableCreateStatement {
    Table::create()
        .table(CallEvents::Table)
        .col(string(CallEvents::CallId))
        .col(big_integer(CallEvents::Seq))
        .col(timestamp_with_time_zone(CallEvents::At))
        .col(string(CallEvents::Kind))
        .col(text(CallEvents::Event))
        .primary_key(Index::create().col(CallEvents::CallId).col(CallEvents::Seq))
        .take()
}

fn transcript_turns() -> TableCreateStatement {
    Table::create()
        .table(TranscriptTurns::Table)
        .col(string(TranscriptTurns::CallId))
        .col(integer(TranscriptTurns::TurnIndex))
        .col(string(TranscriptTurns::Speaker))
        .col(text(TranscriptTurns::Text))
        .col(big_integer(TranscriptTurns::StartedMs))
        .col(big_integer_null(TranscriptTurns::LatencyMs))
        .col(boolean(TranscriptTurns::Interrupted))
        .primary_key(
            Index::create()
                .col(TranscriptTurns::CallId)
                .col(TranscriptTurns::TurnIndex),
        )
        .take()
}
