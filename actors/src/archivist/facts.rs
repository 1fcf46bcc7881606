//! Owns what the journal of a call that is over says for its card: what was understood, agreed and went wrong, the last
//! word of each. Called by `card`, and by the archivist's work for the bookings. Pure; never guesses.

use crate::call::consent::REFUSED_KEY;
use crate::call::{Event, PartyStatus};
use crate::dialogue::phrases;
use crate::grammar::{DateReading, Intent, TimeReading, Understanding, refuses_recording};
use crate::ports::archive::Case;
use crate::ports::journal::TurnSpeaker;
use crate::types::{Booking, CallSettings};
use jiff::civil::{Date, Time};

/// What was done to a booking in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Made,
    Changed,
    Cancelled,
}

/// What the journal says.
#[derive(Default)]
pub(super) struct Facts<'a> {
    pub settings: Option<&'a CallSettings>,
    pub intents: Vec<Intent>,
    pub date: Option<Date>,
    pub time: Option<Time>,
    pub party_size: Option<u32>,
    pub name: Option<String>,
    /// Name that the line showed.
    pub shown_name: Option<&'a str>,
    pub last_words: Option<&'a str>,
    pub message: Option<&'a str>,
    /// Bookings of the call, each once, and what was last done to it.
    pub bookings: Vec<(Done, Booking)>,
    /// The book refused something.
    pub refused: bool,
    pub transfer_failed: bool,
    /// Nobody heard the caller for a part of the call.
    pub deaf: bool,
    /// The caller's last words were that.
    refusing: bool,
    /// The caller did not want to be recorded, and what was recorded could not be deleted so far.
    pub undeleted: bool,
    /// The same, and RingCentral went on recording.
    pub unpaused: bool,
}

impl<'a> Facts<'a> {
    pub fn gather(case: &'a Case) -> Self {
        let mut facts = Self::default();
        for entry in &case.journal {
            facts.take(&entry.event);
        }
        if facts.bookings.is_empty() {
            let made = case.bookings.iter().cloned();
            facts.bookings = made.map(|booking| (Done::Made, booking)).collect();
        }
        if case.record.outcome.as_deref() == Some("message_taken") {
            facts.message = message(case).or(facts.last_words);
        }
        facts
    }

    fn take(&mut self, event: &'a Event) {
        match event {
            Event::Admitted { settings } => self.settings = Some(settings),
            Event::Rang { offer } => self.show(offer.from_name.as_deref()),
            Event::SessionChanged { status } => self.show(status.from_name.as_deref()),
            Event::CallerSaid { utterance, .. } if !utterance.text.trim().is_empty() => {
                self.last_words = Some(utterance.text.trim());
                self.refusing = refuses_recording(&utterance.text, false);
            }
            Event::Understood { reading, .. } => self.understand(reading),
            Event::BookingAnswered { result, .. } => self.book(Done::Made, result.as_ref().ok()),
            Event::BookingChanged { result, .. } => self.book(Done::Changed, result.as_ref().ok()),
            Event::BookingCancelled { result, .. } => {
                self.book(Done::Cancelled, result.as_ref().ok());
            }
            Event::TransferAnswered { result, .. } => self.transfer_failed = result.is_err(),
            Event::EarsFailed { .. } => self.deaf = true,
            Event::RecordingDiscarded { result, .. } => self.undeleted = result.is_err(),
            Event::CommandAnswered {
                key: Some(key),
                result: Err(_),
                ..
            } if key.starts_with(REFUSED_KEY) => self.unpaused = true,
            _ => {}
        }
    }

    fn show(&mut self, name: Option<&'a str>) {
        self.shown_name = name.or(self.shown_name);
    }

    fn understand(&mut self, reading: &Understanding) {
        // "Cancel the recording" is no wish to cancel a booking.
        let is_meant = |intent: &Intent| {
            !self.refusing || !matches!(intent, Intent::CancelBooking | Intent::ChangeBooking)
        };
        let intents = reading.intents.iter().map(|one| one.value);
        self.intents.extend(intents.filter(is_meant));
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
            self.name = Some(found.value.full());
        }
    }

    /// Notes what was done to a booking; `None`: the book refused.
    fn book(&mut self, done: Done, booking: Option<&Booking>) {
        let Some(booking) = booking else {
            self.refused = true;
            return;
        };
        let known = self
            .bookings
            .iter()
            .position(|(_, known)| known.number == booking.number);
        match known {
            // A booking that was made in this call and changed in it is a booking that was made.
            Some(place) if done == Done::Changed => self.bookings[place].1 = booking.clone(),
            Some(place) => self.bookings[place] = (done, booking.clone()),
            None => self.bookings.push((done, booking.clone())),
        }
    }

    pub fn has(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }

    /// Gives the bookings that stand after the call.
    pub fn standing(&self) -> impl Iterator<Item = &Booking> {
        let stands = |done: &Done| *done != Done::Cancelled;
        let kept = self.bookings.iter().filter(move |(done, _)| stands(done));
        kept.map(|(_, booking)| booking)
    }

    /// Says what was told of a booking.
    pub fn details(&self) -> Vec<String> {
        let date = self
            .date
            .map(|date| date.strftime("%a %-d %b %Y").to_string());
        let time = self.time.map(|time| time.strftime("%H:%M").to_string());
        let people = self.party_size.map(|people| format!("{people} people"));
        [date, time, people].into_iter().flatten().collect()
    }
}

/// Finds the message in the transcript: what the caller answered when asked for it the last time.
fn message(case: &Case) -> Option<&str> {
    let asks = phrases::what_message();
    let is_asked = |text: &str| {
        asks.wordings()
            .iter()
            .any(|wording| text.ends_with(&wording.text))
    };
    let asked = case
        .turns
        .iter()
        .rposition(|turn| turn.speaker == TurnSpeaker::Agent && is_asked(&turn.text))?;
    let mut said = case.turns[asked..].iter();
    said.find(|turn| turn.speaker == TurnSpeaker::Caller)
        .map(|turn| turn.text.as_str())
}

/// Tells whether the caller did not want to be recorded: by the record, else by the caller's words.
pub(super) fn is_refused(case: &Case) -> bool {
    let said = |event: &Event| match event {
        Event::CallerSaid { utterance, .. } => refuses_recording(&utterance.text, false),
        _ => false,
    };
    case.record.recording_consent.as_deref() == Some("refused")
        || case.journal.iter().any(|entry| said(&entry.event))
}

/// Lists the recordings that RingCentral's events, and its answers to us, told of.
pub(super) fn recordings_seen(case: &Case) -> Vec<String> {
    let of_party = |party: &PartyStatus| -> Vec<String> {
        party.recordings.iter().map(|one| one.id.clone()).collect()
    };
    let mut seen: Vec<String> = Vec::new();
    for entry in &case.journal {
        let ids = match &entry.event {
            Event::SessionChanged { status } => of_party(status),
            Event::SessionRead {
                result: Ok(parties),
                ..
            } => parties.iter().flat_map(of_party).collect(),
            Event::CommandAnswered {
                result: Ok(done), ..
            } => done.recording.iter().cloned().collect(),
            _ => continue,
        };
        for id in ids {
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
    }
    seen
}
