//! Owns the reading of everything that is known of a call that is over. Called by `list`. A damaged row is left out, so
//! that it cannot stand in the way of the rest.

use super::results::stored;
use crate::adapters::booking::read_booking;
use crate::adapters::store::entities::{
    archived_recordings, bookings, call_events, call_recordings, transcript_turns,
};
use crate::adapters::store::{Database, time_from_sql};
use maitred_actors::call::Recorded;
use maitred_actors::ports::archive::Case;
use maitred_actors::ports::journal::{CallRecord, RecordState, TranscriptTurn, TurnSpeaker};
use maitred_actors::types::{CallId, PhoneNumber, SessionId, SipCallId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QueryTrait,
};

/// Status of a booking that stands.
const CONFIRMED: &str = "confirmed";

pub(super) async fn read(database: &Database, call: &CallId) -> Result<Option<Case>, DbErr> {
    let reader = database.reader();
    let record = call_recordings::Entity::find_by_id(call.as_str())
        .one(reader)
        .await?;
    let Some(record) = record.and_then(|row| to_record(call, row)) else {
        return Ok(None);
    };
    let rows = call_events::Entity::find()
        .filter(call_events::Column::CallId.eq(call.as_str()))
        .order_by_asc(call_events::Column::Seq)
        .into_query();
    let rows = reader.query_all(&rows).await?;
    let rows_read = rows.len();
    let journal: Vec<Recorded> = rows
        .iter()
        .filter_map(|row| call_events::Model::from_query_result(row, "").ok())
        .filter_map(|row| to_entry(call, row))
        .collect();
    let turns = transcript_turns::Entity::find()
        .filter(transcript_turns::Column::CallId.eq(call.as_str()))
        .order_by_asc(transcript_turns::Column::TurnIndex)
        .all(reader)
        .await?;
    let made = bookings::Entity::find()
        .filter(bookings::Column::CallId.eq(call.as_str()))
        .filter(bookings::Column::Status.eq(CONFIRMED))
        .order_by_asc(bookings::Column::CreatedAt)
        .all(reader)
        .await?;
    let recordings = archived_recordings::Entity::find()
        .filter(archived_recordings::Column::CallId.eq(call.as_str()))
        .filter(archived_recordings::Column::DeletedAt.is_null())
        .order_by_asc(archived_recordings::Column::StoredAt)
        .order_by_asc(archived_recordings::Column::RecordingId)
        .all(reader)
        .await?;
    Ok(Some(Case {
        record,
        journal_whole: journal.len() == rows_read && rows_read > 0,
        journal,
        turns: turns.into_iter().map(|row| to_turn(call, row)).collect(),
        bookings: made
            .into_iter()
            .filter_map(|row| read_booking(row).ok())
            .collect(),
        recordings: recordings.into_iter().map(stored).collect(),
    }))
}

fn to_record(call: &CallId, row: call_recordings::Model) -> Option<CallRecord> {
    let states = [
        RecordState::Initiated,
        RecordState::InProgress,
        RecordState::Recorded,
        RecordState::Completed,
        RecordState::Failed,
    ];
    let state = states.into_iter().find(|state| state.as_str() == row.state);
    Some(CallRecord {
        call: call.clone(),
        session: row.rc_call_id.map(SessionId::new),
        sip_call_id: row.sip_call_id.map(SipCallId::new),
        direction: row.direction,
        from_number: row.from_number.as_deref().and_then(PhoneNumber::parse),
        to_number: row.to_number,
        status: row.status,
        state: state.unwrap_or(RecordState::InProgress),
        outcome: row.outcome,
        mode: row.mode,
        turns: row.turns.unsigned_abs(),
        handed_over_to: row.handed_over_to,
        recording_path: row.recording_path,
        recording_consent: row.recording_consent,
        started_at: time_from_sql(row.started_at)?,
        ended_at: row.ended_at.and_then(time_from_sql),
    })
}

fn to_entry(call: &CallId, row: call_events::Model) -> Option<Recorded> {
    Some(Recorded {
        call: call.clone(),
        seq: row.seq.unsigned_abs(),
        at: time_from_sql(row.at)?,
        event: serde_json::from_str(&row.event).ok()?,
    })
}

fn to_turn(call: &CallId, row: transcript_turns::Model) -> TranscriptTurn {
    TranscriptTurn {
        call: call.clone(),
        index: row.turn_index.unsigned_abs(),
        speaker: match row.speaker.as_str() {
            "agent" => TurnSpeaker::Agent,
            _ => TurnSpeaker::Caller,
        },
        text: row.text,
        started_ms: row.started_ms,
        latency_ms: row.latency_ms,
        interrupted: row.interrupted,
    }
}
