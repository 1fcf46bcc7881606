//! Owns the comparison of a call's rows with those that today's decision would have written: record, transcript, texts.
//! Called by the replay. Never writes.

use super::find::PutText;
use super::replay::Difference;
use super::story::Story;
use crate::adapters::store::{CallRow, TurnRow, sql_text};
use jiff::Timestamp;
use maitred_actors::call::{CallState, Event, record, text, turn};
use maitred_actors::ports::journal::{CallRecord, TurnSpeaker};
use maitred_actors::types::{PhoneNumber, SessionId, SipCallId};

/// Finds what differs from the rows, in that of the possible last states which is nearest to them.
pub(super) fn compare(story: &Story, ends: &[CallState]) -> Vec<Difference> {
    let was_over = story.view.record.ended_at.is_some();
    let Some(last) = ends.last() else {
        return Vec::new();
    };
    if !was_over {
        return if last.is_finished() && ends.len() > 1 {
            vec![differs("record", "the call was not over", "it is over")]
        } else {
            // It is live, or its process died before the rows were written.
            Vec::new()
        };
    }
    let differences = ends.iter().map(|state| of_state(story, state));
    differences.min_by_key(Vec::len).unwrap_or_default()
}

fn of_state(story: &Story, state: &CallState) -> Vec<Difference> {
    let given_up = story
        .entries
        .iter()
        .any(|entry| matches!(entry.event, Event::Abandoned { .. }));
    let mut found = of_record(&story.view.record, state, given_up);
    // A call that was given up did not decide its last entries.
    if !given_up {
        found.extend(of_transcript(&story.view.transcript, state));
        found.extend(of_texts(&story.texts, state));
    }
    found
}

fn of_record(row: &CallRow, state: &CallState, given_up: bool) -> Vec<Difference> {
    let today = record(state);
    let failed = |state: &str| {
        if state == "FAILED" {
            "FAILED"
        } else {
            "served"
        }
        .to_owned()
    };
    let mut pairs = vec![
        (
            "outcome",
            text_or_none(row.outcome.as_deref()),
            text_or_none(today.outcome.as_deref()),
        ),
        // The archive moves the state on after the end, but never out of or into failure.
        ("state", failed(&row.state), failed(today.state.as_str())),
        ("mode", row.mode.clone(), today.mode.clone()),
    ];
    if !given_up {
        pairs.extend(course(row, &today));
    }
    pairs
        .into_iter()
        .filter(|(_, then, today)| then != today)
        .map(|(name, then, today)| {
            differs(
                "record",
                format!("{name} {then}"),
                format!("{name} {today}"),
            )
        })
        .collect()
}

/// Gives what a record tells of the course of a call, then and today.
fn course(row: &CallRow, today: &CallRecord) -> [(&'static str, String, String); 10] {
    let text = text_or_none;
    let number = today.from_number.as_ref();
    [
        ("turns", row.turns.to_string(), today.turns.to_string()),
        (
            "session",
            text(row.rc_call_id.as_deref()),
            text(today.session.as_ref().map(SessionId::as_str)),
        ),
        (
            "sip call-id",
            text(row.sip_call_id.as_deref()),
            text(today.sip_call_id.as_ref().map(SipCallId::as_str)),
        ),
        ("direction", row.direction.clone(), today.direction.clone()),
        (
            "from",
            text(row.from_number.as_deref()),
            text(number.map(PhoneNumber::as_str)),
        ),
        (
            "to",
            text(row.to_number.as_deref()),
            text(today.to_number.as_deref()),
        ),
        (
            "status",
            text(row.status.as_deref()),
            text(today.status.as_deref()),
        ),
        (
            "handed over to",
            text(row.handed_over_to.as_deref()),
            text(today.handed_over_to.as_deref()),
        ),
        ("began", time(row.started_at), time(Some(today.started_at))),
        ("ended", time(row.ended_at), time(today.ended_at)),
    ]
}

fn text_or_none(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), sql_text)
}

/// Tells a time to the microsecond, which is what the rows keep.
fn time(at: Option<Timestamp>) -> String {
    let kept = at.and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok());
    kept.map_or_else(|| "none".to_owned(), |at| at.to_string())
}

fn of_transcript(rows: &[TurnRow], state: &CallState) -> Vec<Difference> {
    let today: Vec<TurnRow> = state
        .transcript
        .iter()
        .enumerate()
        .map(|(index, one)| turn_row(state, index, one))
        .collect();
    let all = rows.len().max(today.len());
    let pairs = (0..all).map(|index| (index, rows.get(index), today.get(index)));
    pairs
        .filter(|(_, then, today)| then != today)
        .map(|(index, then, today)| {
            let (then, today) = (told(then, today), told(today, then));
            differs("transcript", format!("turn {index} {then}"), today)
        })
        .collect()
}

fn turn_row(state: &CallState, index: usize, one: &maitred_actors::call::Turn) -> TurnRow {
    let turn = turn(state, index, one);
    TurnRow {
        index: i32::try_from(turn.index).unwrap_or(i32::MAX),
        speaker: match turn.speaker {
            TurnSpeaker::Caller => "caller",
            TurnSpeaker::Agent => "agent",
        }
        .to_owned(),
        text: sql_text(&turn.text),
        started_ms: turn.started_ms,
        latency_ms: turn.latency_ms,
        interrupted: turn.interrupted,
    }
}

/// Tells a turn, with what differs from the other beside its words.
fn told(turn: Option<&TurnRow>, other: Option<&TurnRow>) -> String {
    let Some(turn) = turn else {
        return "is not there".to_owned();
    };
    let mut told = format!("{}: “{}”", turn.speaker, turn.text);
    if let Some(other) = other {
        if turn.started_ms != other.started_ms {
            told += &format!(" at {} ms", turn.started_ms);
        }
        if turn.latency_ms != other.latency_ms {
            let ms = turn.latency_ms;
            told += &ms.map_or_else(|| " unawaited".to_owned(), |ms| format!(" after {ms} ms"));
        }
        if turn.interrupted != other.interrupted {
            told += if turn.interrupted {
                " cut short"
            } else {
                " whole"
            };
        }
    }
    told
}

fn of_texts(rows: &[PutText], state: &CallState) -> Vec<Difference> {
    let today: Vec<PutText> = state
        .texts
        .iter()
        .map(|one| text(state, one))
        .map(|one| PutText {
            kind: one.kind.to_owned(),
            to: one.to.as_str().to_owned(),
            body: sql_text(&one.body),
        })
        .collect();
    let told = |one: &PutText| format!("{} to {}: “{}”", one.kind, one.to, one.body);
    let gone = rows.iter().filter(|one| !today.contains(one));
    let new = today.iter().filter(|one| !rows.contains(one));
    gone.map(|one| differs("text", told(one), "is not sent"))
        .chain(new.map(|one| differs("text", "was not sent", told(one))))
        .collect()
}

fn differs(about: &'static str, then: impl Into<String>, today: impl Into<String>) -> Difference {
    Difference {
        seq: None,
        about,
        then: then.into(),
        today: today.into(),
    }
}
