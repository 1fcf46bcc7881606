//! Owns "make it seven", which may be the hour or the guests: what settles it, and else the question. Called by the policy.

use super::conversation::Dialogue;
use super::questions::plain;
use super::reply::Reply;
use super::slots::{Slots, hours_on};
use super::stage::Stage;
use crate::grammar::{Slot, Understanding, numbers_in};
use jiff::civil::Time;

/// Words beside the number that do not tell what it counts.
const BESIDE: &str = " no oh actually sorry wait hmm um uh and but yes yeah ok okay can could we you i please let s lets just instead then \
    maybe rather make change switch it that to do ";
/// Words that tell the hour, and those that tell the guests.
const HOUR: [&str; 8] = [
    "o clock", "oclock", "time", "hour", "start", "starts", "starting", "first",
];
const GUESTS: [&str; 7] = [
    "people", "guests", "persons", "guest", "party", "us", "second",
];

impl Dialogue {
    /// Takes a number that may be the hour or the guests; `None` leaves the words to the rest of the policy.
    pub(super) fn hour_or_guests(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        if let Stage::HourOrGuests(number) = self.stage {
            return self.settle_by_words(number, words, reading);
        }
        let words = plain(words);
        let changes = ["make it", "make that", "change it to", "change that to"];
        let changes = changes.iter().any(|change| words.contains(change));
        let fits = match self.stage {
            Stage::Confirming(_) | Stage::Changing => true,
            Stage::Asking(slot) => changes && slot != Slot::Time && slot != Slot::PartySize,
            Stage::Recalling(_) => changes,
            _ => false,
        };
        let number = lone_number(&words).filter(|_| fits && reading.date.is_none())?;
        let (time, guests) = (self.slots.time?, self.slots.party_size?);
        let hour = self.hour(number, time).filter(|hour| *hour != time)?;
        match self.corrected {
            Some(Slot::PartySize) if number != guests => None,
            None if number != guests => Some(self.open(Stage::HourOrGuests(number), None)),
            _ => Some(self.take_hour(hour)),
        }
    }

    /// Notes which of time and guests a turn has changed, for the next number may be another of the same.
    pub(super) fn note_correction(&mut self, before: &Slots) {
        let time = before.time.is_some() && self.slots.time != before.time;
        let guests = before.party_size.is_some() && self.slots.party_size != before.party_size;
        self.corrected = match (time, guests) {
            (true, false) => Some(Slot::Time),
            (false, true) => Some(Slot::PartySize),
            _ => None,
        };
    }

    fn settle_by_words(
        &mut self,
        number: u32,
        words: &str,
        reading: &Understanding,
    ) -> Option<Reply> {
        let words = plain(words);
        let padded = format!(" {words} ");
        let has = |list: &[&str]| list.iter().any(|one| padded.contains(&format!(" {one} ")));
        let counted = reading.party_size.is_some() && has(&GUESTS);
        if reading.time.is_some() || reading.date.is_some() || counted {
            return None;
        }
        match (has(&HOUR), has(&GUESTS)) {
            (true, false) => {
                let hour = self.hour(number, self.slots.time?)?;
                Some(self.take_hour(hour))
            }
            (false, true) => {
                self.misses = 0;
                self.slots.party_size = Some(number);
                Some(self.go_on())
            }
            _ if lone_number(&words).is_some() => Some(self.missed(None)),
            _ => None,
        }
    }

    fn take_hour(&mut self, hour: Time) -> Reply {
        self.misses = 0;
        self.slots.time = Some(hour);
        self.corrected = Some(Slot::Time);
        self.go_on()
    }

    /// Gives the start at such an hour that is nearest to the one that was agreed, where parties start at it at all.
    fn hour(&self, number: u32, agreed: Time) -> Option<Time> {
        let (from, to) = hours_on(self.slots.date, &self.settings);
        let number = i8::try_from(number)
            .ok()
            .filter(|hour| (1..=12).contains(hour))?;
        let halves = [number % 12, number % 12 + 12];
        let starts = halves.map(|hour| Time::constant(hour, 0, 0, 0));
        let open = starts
            .into_iter()
            .filter(|start| (from..=to).contains(start));
        open.min_by_key(|start| (start.hour() - agreed.hour()).abs())
    }
}

/// Gives the number where the words, plain ones, hold nothing else that counts.
fn lone_number(words: &str) -> Option<u32> {
    let mut rest = words
        .split(' ')
        .filter(|word| !BESIDE.contains(&format!(" {word} ")));
    let (Some(word), None) = (rest.next(), rest.next()) else {
        return None;
    };
    let ordinal = ["st", "nd", "rd", "th"]
        .iter()
        .any(|end| word.ends_with(end));
    match numbers_in(word).as_slice() {
        [number] if !ordinal => u32::try_from(*number).ok(),
        _ => None,
    }
}
