//! Owns the wish for more than one booking in a call: it is noted when it is said, and the next one begins when one was made.
//! Called by the policy and by `book`.

use super::conversation::Dialogue;
use super::phrases;
use super::questions::plain;
use super::reply::Reply;
use super::slots::Slots;
use super::stage::Stage;
use crate::grammar::Slot;
use crate::types::Booking;

/// What is booked, as a caller names it who wants more than one.
const NAMES: [&str; 5] = ["parties", "bookings", "reservations", "events", "dinners"];
const COUNTS: [&str; 3] = ["two", "2", "both"];
const FURTHER: [&str; 6] = [
    "another party",
    "a second party",
    "one more party",
    "a second booking",
    "one more booking",
    "another booking as well",
];

impl Dialogue {
    /// Notes that a caller wants two bookings.
    pub(super) fn note_several(&mut self, words: &str) {
        let words = plain(words);
        let counted = words
            .split(' ')
            .zip(words.split(' ').skip(1))
            .any(|(count, name)| COUNTS.contains(&count) && NAMES.contains(&name));
        let wanted = counted || FURTHER.iter().any(|said| words.contains(said));
        self.another_wanted |= wanted && self.made == 0;
    }

    /// Begins the next booking after one was made, where the caller wants two; who books and where is kept.
    pub(super) fn next_booking(&mut self, made: &Booking) -> Option<Reply> {
        if !std::mem::take(&mut self.another_wanted) {
            return None;
        }
        self.slots = Slots {
            name: self.slots.name.take(),
            phone: self.slots.phone.take(),
            email: self.slots.email.take(),
            place: std::mem::take(&mut self.slots.place),
            address_later: self.slots.address_later,
            ..Slots::default()
        };
        self.held = None;
        self.holding = None;
        self.doubt = None;
        self.misses = 0;
        let first = phrases::booked_first(made);
        Some(self.open(Stage::Asking(Slot::Date), Some(first)))
    }

    /// Counts the bookings that were made.
    pub fn made(&self) -> u32 {
        self.made
    }
}
