//! Owns the card of a call: who called, what was wanted, promised and is missing, by rules from the journal. Called by
//! the archivist's work when a call is over, whatever became of it. Pure; never guesses.

use crate::call::Event;
use crate::grammar::{DateReading, Intent, TimeReading, Understanding};
use crate::ports::archive::Case;
use crate::types::{Booking, BookingDetails, CallId, CallSettings, PhoneNumber};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

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
            name: facts.name(case),
            wanted: facts.wanted(&outcome),
            promised: facts.promised(case),
            missing: facts.missing(case, &outcome),
            outcome,
            when: when.strftime("%a %-d %b %Y %H:%M").to_string(),
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
        lines.join("\n")
    }
}

/// What the journal says, the last word of each.
#[derive(Default)]
struct Facts<'a> {
    settings: Option<&'a CallSettings>,
    intents: Vec<Intent>,
    date: Option<Date>,
    time: Option<Time>,
    party_size: Option<u32>,
    name: Option<String>,
    shown_name: Option<&'a str>,
    spoke: bool,
    last_words: Option<&'a str>,
    booking: Option<&'a Booking>,
    taken: bool,
    transfer_failed: bool,
    deaf: bool,
}

impl<'a> Facts<'a> {
    fn gather(case: &'a Case) -> Self {
        let mut facts = Self::default();
        for entry in &case.journal {
            match &entry.event {
                Event::Admitted { settings } => facts.settings = Some(settings),
                Event::Rang { offer } => {
                    facts.shown_name = offer.from_name.as_deref().or(facts.shown_name);
                }
                Event::SessionChanged { status } => {
                    facts.shown_name = status.from_name.as_deref().or(facts.shown_name);
                }
                Event::CallerSaid { utterance, .. } if !utterance.text.trim().is_empty() => {
                    facts.spoke = true;
                    facts.last_words = Some(utterance.text.trim());
                }
                Event::Understood { reading, .. } => facts.take(reading),
                Event::BookingAnswered { result, .. } => match result {
                    Ok(booking) => facts.booking = Some(booking),
                    Err(_) => facts.taken = true,
                },
                Event::TransferAnswered { result, .. } => facts.transfer_failed = result.is_err(),
                Event::EarsFailed { .. } => facts.deaf = true,
                _ => {}
            }
        }
        facts
    }

    fn take(&mut self, reading: &Understanding) {
        self.intents
            .extend(reading.intents.iter().map(|one| one.value));
        if let Some(DateReading::On(date)) = reading.date.as_ref().map(|found| &found.value) {
            self.date = Some(*date);
        }
        if let Some(TimeReading::At { time, .. }) = reading.time.as_ref().map(|found| &found.value)
        {
            self.time = Some(*time);
        }
        if let Some(found) = &reading.party_size {
            self.party_size = Some(found.value.total);
        }
        if let Some(found) = &reading.name {
            let parts = [found.value.first.as_deref(), found.value.last.as_deref()];
            self.name = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
    }

    fn name(&self, case: &Case) -> Option<String> {
        let booked = case.bookings.last().or(self.booking);
        booked
            .map(|booking| booking.details.name.clone())
            .or_else(|| self.name.clone())
            .or_else(|| self.shown_name.map(str::to_owned))
            .filter(|name| !name.is_empty())
    }

    fn has(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }

    fn wanted(&self, outcome: &str) -> String {
        let table: [(Intent, &str); 8] = [
            (Intent::CancelBooking, "to cancel a booking"),
            (Intent::ChangeBooking, "to change a booking"),
            (Intent::Book, "a booking"),
            (Intent::TalkToHuman, "to talk to a person"),
            (Intent::AskAvailability, "to know when there is room"),
            (Intent::AskPrice, "to know the price"),
            (Intent::AskMenu, "to know what is offered"),
            (Intent::AskHours, "to know the opening hours"),
        ];
        let mut wanted: Vec<String> = table
            .iter()
            .filter(|(intent, _)| self.has(*intent))
            .map(|(_, words)| (*words).to_owned())
            .collect();
        let details = self.details();
        if wanted.is_empty() && !details.is_empty() {
            wanted.push("a booking".to_owned());
        }
        if wanted.is_empty() {
            return match (self.last_words, outcome) {
                (Some(words), _) => format!("not understood; last said: \"{words}\""),
                (None, "cancelled" | "not_answered") => {
                    "not known; the call was not taken by Maitred".to_owned()
                }
                (None, _) => "not known; nothing was heard".to_owned(),
            };
        }
        let wanted = wanted.join(", ");
        if details.is_empty() {
            wanted
        } else {
            format!("{wanted} ({})", details.join(", "))
        }
    }

    /// What was said about a booking.
    fn details(&self) -> Vec<String> {
        let date = self
            .date
            .map(|date| date.strftime("%a %-d %b %Y").to_string());
        let time = self.time.map(|time| time.strftime("%H:%M").to_string());
        let people = self.party_size.map(|people| format!("{people} people"));
        [date, time, people].into_iter().flatten().collect()
    }

    fn promised(&self, case: &Case) -> Option<String> {
        let mut promised: Vec<String> = case
            .bookings
            .iter()
            .map(|booking| format!("booking {}: {}", booking.number, booked(&booking.details)))
            .collect();
        if let Some(booking) = self.booking.filter(|_| promised.is_empty()) {
            promised.push(format!(
                "booking {}: {}",
                booking.number,
                booked(&booking.details)
            ));
        }
        if let Some(to) = &case.record.handed_over_to {
            promised.push(format!("put through to {to}"));
        }
        (!promised.is_empty()).then(|| promised.join("; "))
    }

    fn missing(&self, case: &Case, outcome: &str) -> Option<String> {
        let mut missing: Vec<String> = Vec::new();
        let has_booking = self.booking.is_some() || !case.bookings.is_empty();
        let wants_booking = self.has(Intent::Book) || !self.details().is_empty();
        match outcome {
            "person_wanted" | "turn_limit" => missing
                .push("call back: the caller wants a person, and nobody took the call".to_owned()),
            "failed" | "interrupted" => missing
                .push("call back: the call broke off through no fault of the caller".to_owned()),
            "cancelled" => {
                missing.push("call back: the caller hung up before the answer".to_owned())
            }
            "hung_up" if !has_booking => {
                missing.push("the caller hung up before the end".to_owned())
            }
            "silent" => missing.push("nothing was heard from the caller".to_owned()),
            _ => {}
        }
        if wants_booking && !has_booking {
            let known = [
                (self.date.is_some(), "day"),
                (self.time.is_some(), "time"),
                (self.party_size.is_some(), "number of people"),
                (self.name.is_some(), "name"),
            ];
            let open: Vec<&str> = known
                .iter()
                .filter(|(known, _)| !known)
                .map(|(_, what)| *what)
                .collect();
            let left = if open.is_empty() {
                "nothing was left to ask".to_owned()
            } else {
                format!("not known: {}", open.join(", "))
            };
            missing.push(format!("no booking was made; {left}"));
        }
        if self.taken && !has_booking {
            missing.push("what was wanted was taken".to_owned());
        }
        if self.transfer_failed && outcome != "person_wanted" {
            missing.push("the transfer did not succeed".to_owned());
        }
        if self.deaf {
            missing.push("the caller could not be heard for a part of the call".to_owned());
        }
        if has_booking && case.record.from_number.is_none() && !self.has_phone(case) {
            missing.push("no number to call back".to_owned());
        }
        if !case.journal_whole {
            missing.push("the journal of the call is damaged; this card is incomplete".to_owned());
        }
        (!missing.is_empty()).then(|| missing.join("; "))
    }

    fn has_phone(&self, case: &Case) -> bool {
        let made = case.bookings.iter().chain(self.booking);
        made.into_iter()
            .any(|booking| booking.details.phone.is_some())
    }
}

fn booked(details: &BookingDetails) -> String {
    let starts = details.starts.strftime("%a %-d %b %Y %H:%M");
    format!("{starts}, {} people, {}", details.party_size, details.name)
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
