//! Owns the rows that are read off a call's state. Called by the `Call` actor. Written again, a row replaces itself.

use super::state::{CallState, Outcome, Text, Turn};
use crate::ports::journal::{CallRecord, OutgoingText, RecordState, TranscriptTurn, TurnSpeaker};

/// Reads the call's record off its state.
pub fn record(state: &CallState) -> CallRecord {
    let outcome = state.outcome();
    let turns = state
        .transcript
        .iter()
        .filter(|turn| turn.speaker == TurnSpeaker::Caller)
        .count();
    CallRecord {
        call: state.call.clone(),
        session: state.line.session.id().cloned(),
        sip_call_id: state
            .line
            .offer
            .as_ref()
            .map(|offer| offer.sip_call_id.clone()),
        direction: state
            .line
            .session
            .direction()
            .unwrap_or("Inbound")
            .to_owned(),
        from_number: state.line.from().cloned(),
        to_number: state.line.to().cloned(),
        status: state.line.session.last_code().map(str::to_owned),
        state: record_state(state, outcome),
        outcome: outcome.map(|outcome| outcome.as_str().to_owned()),
        mode: state.settings.mode.as_str().to_owned(),
        turns: u32::try_from(turns).unwrap_or(u32::MAX),
        handed_over_to: state
            .handed_over_to
            .as_ref()
            .map(|to| to.as_str().to_owned()),
        recording_path: state.consent.file().cloned(),
        recording_consent: state.consent.as_str().map(str::to_owned),
        started_at: state.started_at,
        ended_at: state.ended_at,
    }
}

/// Reads one turn of the transcript, at its place, off the state.
pub fn turn(state: &CallState, index: usize, turn: &Turn) -> TranscriptTurn {
    let started = turn.at.duration_since(state.started_at).as_millis();
    TranscriptTurn {
        call: state.call.clone(),
        index: u32::try_from(index).unwrap_or(u32::MAX),
        speaker: turn.speaker,
        text: turn.text.clone(),
        started_ms: i64::try_from(started).unwrap_or(i64::MAX),
        latency_ms: turn.latency_ms,
        interrupted: turn.interrupted,
    }
}

/// Reads a text to be sent off the state.
pub fn text(state: &CallState, text: &Text) -> OutgoingText {
    OutgoingText {
        key: format!("{}/{}", state.call, text.kind),
        call: state.call.clone(),
        kind: text.kind,
        to: text.to.clone(),
        body: text.body.clone(),
        at: text.at,
    }
}

/// Tells which way the call went, for the metrics.
pub(super) fn direction(state: &CallState) -> &'static str {
    match state.line.session.direction() {
        Some("Outbound") => "outbound",
        _ => "inbound",
    }
}

fn record_state(state: &CallState, outcome: Option<Outcome>) -> RecordState {
    match outcome {
        Some(Outcome::Failed) => RecordState::Failed,
        Some(_) => RecordState::Completed,
        None if state.answered_at.is_some() || state.phase == super::Phase::Watching => {
            RecordState::InProgress
        }
        None => RecordState::Initiated,
    }
}
