//! Owns the card of a call: who called, what was wanted, promised and is missing, by rules from the journal. Called by
//! the archivist's work when a call is over, whatever became of it. Pure; never guesses.

use super::facts::{Done, Facts, is_refused, recordings_seen};
use crate::grammar::Intent;
use crate::ports::archive::Case;
use crate::types::{Booking, CallId, PhoneNumber};
use jiff::Timestamp;

/// Characters of the caller's own words that a card quotes.
const QUOTE_MAX: usize = 200;
/// Characters of a card as a text message; RingCentral takes 1000 UTF-16 units, half with characters beyond the basic
/// plane (RingCentral dossier, 7).
const TEXT_MAX: usize = 480;

/// What the owner needs to know of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The call.
    pub call: CallId,
    /// When it rang.
    pub at: Timestamp,
    /// When it was over.
    pub ended_at: Timestamp,
    /// The caller's number, unless withheld.
    pub from_number: Option<PhoneNumber>,
    /// The caller's name: as it was booked, else as it was heard, else as the line showed it.
    pub name: Option<String>,
    /// What the caller wanted.
    pub wanted: String,
    /// What was promised.
    pub promised: Option<String>,
    /// What is missing: what a person has to see to.
    pub missing: Option<String>,
    /// How the call ended, for example `booked`.
    pub outcome: String,
    /// When it rang, at the business, for example `Sat 28 Nov 2026 18:05`.
    pub when: String,
    /// What a language model makes of the conversation, and no rule vouches for.
    pub model_summary: Option<String>,
}

impl Card {
    /// Writes the card of a call that is over.
    pub fn write(case: &Case) -> Self {
        let facts = Facts::gather(case);
        let record = &case.record;
        let outcome = record
            .outcome
            .clone()
            .unwrap_or_else(|| "unknown".to_owned());
        let at = record.started_at;
        let when = match facts.settings {
            Some(settings) => settings.local(at),
            None => jiff::tz::Offset::UTC.to_datetime(at),
        };
        Self {
            call: record.call.clone(),
            at,
            ended_at: record.ended_at.unwrap_or(at),
            from_number: record.from_number.clone(),
            name: name(&facts),
            wanted: wanted(&facts, &outcome),
            promised: promised(&facts, case, &outcome),
            missing: missing(&facts, case, &outcome),
            outcome,
            when: when.strftime("%a %-d %b %Y %H:%M").to_string(),
            model_summary: None,
        }
    }

    /// Words the card for a text message.
    pub fn text(&self) -> String {
        let number = self.from_number.as_ref().map(PhoneNumber::as_str);
        let who = match (&self.name, number) {
            (Some(name), Some(number)) => format!("{name}, {number}"),
            (Some(name), None) => format!("{name}, number withheld"),
            (None, Some(number)) => number.to_owned(),
            (None, None) => "number withheld".to_owned(),
        };
        let mut lines = vec![
            format!("Call {}: {who}", self.when),
            format!("Wanted: {}", self.wanted),
        ];
        lines.extend(self.promised.iter().map(|text| format!("Promised: {text}")));
        lines.extend(self.missing.iter().map(|text| format!("To do: {text}")));
        lines.push(format!("Outcome: {}", self.outcome.replace('_', " ")));
        let summary = self.model_summary.iter();
        lines.extend(summary.map(|text| format!("Summary by a language model: {text}")));
        shortened(&lines.join("\n"), TEXT_MAX)
    }
}

fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters - 1).collect();
    format!("{kept}…")
}

fn name(facts: &Facts<'_>) -> Option<String> {
    let booked = facts
        .bookings
        .last()
        .map(|(_, booking)| booking.details.name.clone());
    booked
        .or_else(|| facts.name.clone())
        .or_else(|| facts.shown_name.map(str::to_owned))
        .filter(|name| !name.is_empty())
}

fn wanted(facts: &Facts<'_>, outcome: &str) -> String {
    let table = [
        (Intent::CancelBooking, "to cancel a booking"),
        (Intent::ChangeBooking, "to change a booking"),
        (Intent::Book, "a booking"),
        (Intent::TalkToHuman, "to talk to a person"),
        (Intent::AskAvailability, "to know when there is room"),
        (Intent::AskPrice, "to know the price"),
        (Intent::AskMenu, "to know what is offered"),
        (Intent::AskHours, "to know the opening hours"),
    ];
    let known = table.iter().filter(|(intent, _)| facts.has(*intent));
    let mut wanted: Vec<String> = known.map(|(_, words)| (*words).to_owned()).collect();
    let details = facts.details();
    if wanted.is_empty() && !details.is_empty() {
        wanted.push("a booking".to_owned());
    }
    if let Some(last) = wanted.last_mut().filter(|_| !details.is_empty()) {
        *last = format!("{last} ({})", details.join(", "));
    }
    if let Some(message) = facts.message {
        wanted.push(format!("message: \"{}\"", shortened(message, QUOTE_MAX)));
    }
    if !wanted.is_empty() {
        return wanted.join(", ");
    }
    match (facts.last_words, outcome) {
        (Some(words), _) => format!(
            "not understood; last said: \"{}\"",
            shortened(words, QUOTE_MAX)
        ),
        (None, "answered_by_person" | "handed_over" | "forwarded" | "conference" | "parked") => {
            "not known; a person took the call".to_owned()
        }
        (None, "cancelled" | "not_answered" | "missed" | "voicemail" | "rejected" | "replied") => {
            "not known; Maitred did not take the call".to_owned()
        }
        (None, _) => "not known; nothing was heard".to_owned(),
    }
}

fn promised(facts: &Facts<'_>, case: &Case, outcome: &str) -> Option<String> {
    let mut promised: Vec<String> = facts
        .bookings
        .iter()
        .map(|(done, booking)| {
            let number = &booking.number;
            match done {
                Done::Made => format!("booking {number}: {}", booked(booking)),
                Done::Changed => format!("booking {number} changed: {}", booked(booking)),
                Done::Cancelled => format!("booking {number} cancelled"),
            }
        })
        .collect();
    if let Some(to) = &case.record.handed_over_to {
        promised.push(format!("put through to {to}"));
    }
    match outcome {
        "message_taken" => promised.push("to pass the message on, and to get back".to_owned()),
        "replied" => promised.push("to call back".to_owned()),
        _ => {}
    }
    if is_refused(case) {
        promised.push("not to keep a recording: the caller refused to be recorded".to_owned());
    }
    (!promised.is_empty()).then(|| promised.join("; "))
}

fn missing(facts: &Facts<'_>, case: &Case, outcome: &str) -> Option<String> {
    let mut missing: Vec<String> = Vec::new();
    let has_booking = !facts.bookings.is_empty();
    let of_outcome = match outcome {
        "person_wanted" => "call back: the caller wants a person, and nobody took the call",
        "turn_limit" => "call back: the conversation came to no end",
        "message_taken" => "call back: the caller left a message",
        "replied" => "call back: no voice worked, and the caller was told so",
        "failed" | "interrupted" => "call back: the call broke off through no fault of the caller",
        "cancelled" => "call back: the caller hung up before the answer",
        "missed" => "call back: nobody answered",
        "voicemail" => "listen to the voicemail",
        "rejected" => "the call was turned away",
        "silent" => "nothing was heard from the caller",
        "hung_up" if !has_booking => "the caller hung up before the end",
        _ => "",
    };
    missing.extend((!of_outcome.is_empty()).then(|| of_outcome.to_owned()));
    if !has_booking && (facts.has(Intent::Book) || !facts.details().is_empty()) {
        missing.push(format!("no booking was made; {}", not_known(facts)));
    }
    if facts.refused && !has_booking {
        missing.push("the book had no room, or could not be reached".to_owned());
    }
    if facts.transfer_failed && outcome != "person_wanted" {
        missing.push("the transfer did not succeed".to_owned());
    }
    if facts.deaf {
        missing.push("the caller could not be heard for a part of the call".to_owned());
    }
    let has_phone = facts
        .standing()
        .any(|booking| booking.details.phone.is_some());
    if facts.standing().next().is_some() && case.record.from_number.is_none() && !has_phone {
        missing.push("no number to call back".to_owned());
    }
    missing.extend(kept_though_refused(facts, case));
    if !case.journal_whole {
        missing.push("the journal of the call is damaged; this card is incomplete".to_owned());
    }
    (!missing.is_empty()).then(|| missing.join("; "))
}

/// Says what is still there of the sound of a caller who did not want to be recorded, for somebody to delete.
fn kept_though_refused(facts: &Facts<'_>, case: &Case) -> Vec<String> {
    if !is_refused(case) {
        return Vec::new();
    }
    let mut kept = Vec::new();
    if facts.undeleted {
        kept.push("the refused recording could not be deleted yet".to_owned());
    }
    let carriers = recordings_seen(case);
    if !carriers.is_empty() {
        let on = if facts.unpaused {
            ", which could not be paused"
        } else {
            ""
        };
        let ids = carriers.join(", ");
        kept.push(format!("delete RingCentral's recording {ids}{on}"));
    }
    kept
}

fn not_known(facts: &Facts<'_>) -> String {
    let known = [
        (facts.date.is_some(), "day"),
        (facts.time.is_some(), "time"),
        (facts.party_size.is_some(), "number of people"),
        (facts.name.is_some(), "name"),
    ];
    let open: Vec<&str> = known
        .iter()
        .filter(|(known, _)| !known)
        .map(|(_, what)| *what)
        .collect();
    if open.is_empty() {
        "nothing was left to ask".to_owned()
    } else {
        format!("not known: {}", open.join(", "))
    }
}

fn booked(booking: &Booking) -> String {
    let details = &booking.details;
    let starts = details.starts.strftime("%a %-d %b %Y %H:%M");
    format!("{starts}, {} people, {}", details.party_size, details.name)
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
