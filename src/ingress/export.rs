//! Owns a call as readable text: who, when, what came of it, what was said, what happened. Called by the read API. Shows
//! what the JSON shows, for people.

use crate::adapters::store::{CallRow, CallView, FinalTurnRow, TurnRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// Writes a call down.
pub(super) fn text(call: &CallView, zone: &TimeZone) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = write(&mut out, call, zone);
    out
}

fn write(out: &mut String, call: &CallView, zone: &TimeZone) -> std::fmt::Result {
    head(out, &call.record, zone)?;
    for one in &call.after.recordings {
        let deleted = if one.deleted_at.is_some() {
            ", deleted"
        } else {
            ""
        };
        let (path, kind, bytes) = (&one.path, &one.content_type, one.bytes);
        writeln!(out, "Recording: {path} ({kind}, {bytes} bytes{deleted})")?;
    }
    if let Some(card) = &call.after.card {
        writeln!(out, "\nCard")?;
        card.text
            .lines()
            .try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    if !call.after.bookings.is_empty() {
        writeln!(out, "\nBookings")?;
    }
    for one in &call.after.bookings {
        let starts = one
            .starts_local
            .map(|at| at.strftime("%a %-d %b %Y %H:%M").to_string());
        let (starts, phone) = (
            starts.unwrap_or_default(),
            one.phone.as_deref().unwrap_or("no number"),
        );
        writeln!(
            out,
            "  {} {}: {starts}, {} people, {}, {phone}",
            one.number, one.status, one.party_size, one.name
        )?;
    }
    writeln!(out, "\nTranscript")?;
    if call.after.final_transcript.is_empty() {
        call.transcript
            .iter()
            .try_for_each(|turn| live(out, turn))?;
    } else {
        call.after
            .final_transcript
            .iter()
            .try_for_each(|part| merged(out, part))?;
    }
    if !call.after.flags.is_empty() {
        writeln!(out, "\nTo be looked at")?;
    }
    for flag in &call.after.flags {
        let (kind, number) = (flag.kind.replace('_', " "), &flag.booking_number);
        let (booked, heard) = (&flag.booked, &flag.heard);
        writeln!(
            out,
            "  {kind} of {number}: booked {booked}, the recording says {heard}"
        )?;
    }
    writeln!(out, "\nTimeline")?;
    for entry in &call.journal {
        writeln!(
            out,
            "  {} {}",
            clock(entry.at, zone),
            entry.kind.replace('_', " ")
        )?;
    }
    Ok(())
}

fn head(out: &mut String, record: &CallRow, zone: &TimeZone) -> std::fmt::Result {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    writeln!(out, "Call {}", record.call_id)?;
    writeln!(
        out,
        "{} from {} to {}",
        record.direction,
        text(&record.from_number),
        text(&record.to_number)
    )?;
    let day = record.started_at.map(|at| {
        let local = at.to_zoned(zone.clone());
        local.strftime("%a %-d %b %Y %H:%M:%S %Z").to_string()
    });
    let seconds = record.duration_seconds.unwrap_or_default();
    writeln!(out, "Rang {}, {seconds} s", text(&day))?;
    let (state, outcome, mode) = (&record.state, text(&record.outcome), &record.mode);
    writeln!(out, "State {state}, outcome {outcome}, mode {mode}")?;
    if let Some(to) = &record.handed_over_to {
        writeln!(out, "Handed over to {to}")?;
    }
    match record.recording_consent.as_deref() {
        Some("told") => writeln!(out, "Recorded: the caller was told")?,
        Some("refused") => writeln!(out, "Not recorded: the caller refused")?,
        Some(_) => writeln!(out, "Not recorded: the caller never heard the sentence")?,
        None => {}
    }
    match &record.archive_reason {
        Some(reason) => writeln!(out, "Missing: {reason}"),
        None => Ok(()),
    }
}

fn live(out: &mut String, turn: &TurnRow) -> std::fmt::Result {
    let cut = if turn.interrupted { " (cut short)" } else { "" };
    let (at, who) = (minutes(turn.started_ms), who(&turn.speaker));
    writeln!(out, "  [{at}] {who}: {}{cut}", turn.text)
}

fn merged(out: &mut String, part: &FinalTurnRow) -> std::fmt::Result {
    let (at, who, source) = (minutes(part.started_ms), who(&part.speaker), &part.source);
    writeln!(out, "  [{at}] {who} ({source}): {}", part.text)?;
    match &part.recording_text {
        Some(other) => writeln!(out, "          recording: {other}"),
        None => Ok(()),
    }
}

fn who(speaker: &str) -> String {
    match speaker {
        "caller" => "Caller".to_owned(),
        "agent" => "Maitred".to_owned(),
        other => other.replace('_', " "),
    }
}

fn minutes(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

fn clock(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(
        || "unknown time".to_owned(),
        |at| {
            at.to_zoned(zone.clone())
                .strftime("%H:%M:%S%.3f")
                .to_string()
        },
    )
}
