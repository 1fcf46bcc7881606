//! Owns the course of a turn: which goal it is about, and when the conversation is to end. Called by `decide` in phase
//! talking. Each goal of a caller has a file of its own: `book`, `openings`, `existing`, `questions`, `people`, `message`,
//! `manners`.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::questions::{is_question, plain};
use super::reply::{Next, Reply};
use super::slots::{Problem, Slots};
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::{Intent, OpenQuestion, Slot, Understanding, has_slots};
use jiff::civil::DateTime;

impl Dialogue {
    /// Takes one turn of the caller: the words, and how they are read.
    pub fn heard(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        self.turns += 1;
        self.was_silent = std::mem::take(&mut self.silences) > 0;
        self.begged_for_time = false;
        self.keys.clear();
        self.note_topic(words);
        self.asks = is_question(words);
        self.note_several(words);
        let reply = self
            .about_recording(words, reading, now)
            .unwrap_or_else(|| self.business(words, reading, now));
        self.finish(reply)
    }

    /// Takes what is not about the recording.
    pub(super) fn business(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Reply {
        self.manners(words, reading)
            .or_else(|| self.about_people(words, reading, now))
            .unwrap_or_else(|| self.react(words, reading, now))
    }

    fn react(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        if reading.has(Intent::TalkToHuman) {
            return self.person(Outcome::PersonWanted);
        }
        if let Some(reply) = self.about_existing(words, reading, now) {
            return reply;
        }
        if let Some(reply) = self.choose_by_place(words) {
            return reply;
        }
        let settled = self.without_doubt(words, reading, now);
        let settled = self.without_asking_for_a_name(settled);
        let reading = settled.as_ref();
        if let Some(reply) = self.hour_or_guests(words, reading) {
            return reply;
        }
        let before = self.slots.clone();
        let (changed, problem) = self.slots.take(reading, now, &self.settings);
        if reading.same_number && self.caller.is_some() {
            self.slots.phone.clone_from(&self.caller);
        }
        self.price_wanted |= reading.has(Intent::AskPrice);
        self.note_correction(&before);
        let closed = matches!(problem, Some(Problem::Closed(..)));
        if !closed && let Some(reply) = self.about_openings(words, reading, now) {
            return reply;
        }
        if let Stage::Offering(offers) = self.stage.clone()
            && let Some(reply) = self.choose_offer(&offers, reading)
        {
            return reply;
        }
        if let Some(problem) = problem {
            self.misses = 0;
            return self.ask_about(&problem);
        }
        let needed = self.slots.needed() != before.needed();
        if !needed && let Some(reply) = self.answer(words, reading, now) {
            self.misses = 0;
            return reply;
        }
        let answers = reading.has(Intent::Affirm) || reading.has(Intent::Deny);
        let declines = reading.menu.iter().any(|dish| dish.value.declined);
        let news = changed || declines || says_something(reading) && !answers;
        if news && !self.is_introduction(&before, reading) {
            self.misses = 0;
            return self.go_on();
        }
        self.answered(words, reading)
    }

    /// Takes a yes or a no, where that was asked for.
    fn answered(&mut self, words: &str, reading: &Understanding) -> Reply {
        let (yes, no) = (reading.has(Intent::Affirm), reading.has(Intent::Deny));
        match self.stage.clone() {
            Stage::Confirming(_) if no => self.open(Stage::Changing, None),
            Stage::Confirming(read_back) if yes => self.commit(&read_back),
            Stage::Offering(offers) if no && !offers.is_empty() => {
                self.open(Stage::Offering(Vec::new()), None)
            }
            Stage::Nearest(time) if yes => {
                self.slots.time = Some(time);
                self.go_on()
            }
            Stage::Nearest(_) if no => self.open(Stage::Asking(Slot::Time), None),
            Stage::Recalling(name) if yes => {
                self.slots.name = Some(name);
                self.go_on()
            }
            Stage::Recalling(_) if no => self.go_on(),
            Stage::Asking(Slot::Address) if no && self.too_far => {
                let line = Line::fixed(phrases::TOO_FAR);
                Reply::then(Next::Leave(line, Outcome::NoBooking))
            }
            Stage::Changing if no && matches!(self.goal, Goal::Change(Some(_))) => {
                let line = Line::fixed(phrases::LEFT_AS_IT_IS);
                Reply::then(Next::Leave(line, Outcome::NoBooking))
            }
            Stage::Asking(slot) if self.goes_without(slot, words) => self.go_on(),
            Stage::Changing => match part_named(words).filter(|_| !has_slots(reading)) {
                Some(slot) => self.open(Stage::Asking(slot), None),
                None => self.nothing_new(reading),
            },
            Stage::Greeted
            | Stage::Asking(_)
            | Stage::Offering(_)
            | Stage::Nearest(_)
            | Stage::HourOrGuests(_)
            | Stage::Confirming(_)
            | Stage::Recalling(_)
            | Stage::Finding
            | Stage::Choosing(_)
            | Stage::Cancelling(_)
            | Stage::Reason
            | Stage::CallersName
            | Stage::NobodyCame
            | Stage::Message
            | Stage::MessageFrom(_)
            | Stage::MessageConfirming => self.nothing_new(reading),
        }
    }

    /// Answers words that brought nothing for the booking.
    pub(super) fn nothing_new(&mut self, reading: &Understanding) -> Reply {
        if reading.has(Intent::Goodbye) {
            let line = Line::fixed(phrases::GOODBYE);
            return Reply::then(Next::Leave(line, self.outcome_so_far()));
        }
        if reading.has(Intent::Repeat) {
            return self.repeated();
        }
        // "Yes, I'm here", to the question whether anybody is.
        if self.was_silent && reading.has(Intent::Affirm) {
            return self.put(None);
        }
        let wants_booking = [Intent::Book, Intent::AskAvailability, Intent::Affirm]
            .into_iter()
            .any(|intent| reading.has(intent));
        if reading.open_question == Some(OpenQuestion::Unknown) || self.asks && !wants_booking {
            // It was understood well, so it is no miss.
            return self.put(Some(phrases::NOT_KNOWN.to_owned()));
        }
        if reading.is_sure_of(Intent::OutOfScope) {
            return self.missed(Some(phrases::ONLY_BOOKINGS));
        }
        if matches!(self.stage, Stage::Greeted | Stage::NobodyCame) && wants_booking {
            self.misses = 0;
            return self.go_on();
        }
        if self.stage == Stage::Greeted && reading.has(Intent::Deny) && self.misses <= 1 {
            self.misses += 1;
            return self.put_as(&phrases::what_else(), None);
        }
        // Most first words that say nothing are a greeting.
        let greeting = self.stage == Stage::Greeted && self.misses == 0;
        let sorry = phrases::sorry(self.misses);
        self.missed((!greeting).then_some(sorry))
    }

    /// Tells whether a caller has only said who is calling, and not yet what it is about.
    fn is_introduction(&self, before: &Slots, reading: &Understanding) -> bool {
        let business = [Intent::Book, Intent::AskAvailability, Intent::AskPrice];
        self.stage == Stage::Greeted
            && self.slots.of_the_party() == before.of_the_party()
            && !business.into_iter().any(|intent| reading.has(intent))
    }

    /// Ends a turn: brings the conversation to its end in time, and remembers what is said.
    pub(super) fn finish(&mut self, reply: Reply) -> Reply {
        let reply = self.unless_unheard(reply);
        let reply = self.wrap_up(reply);
        self.note_commitment(&reply);
        self.remember(reply)
    }

    /// Brings the conversation to its end on the turn before the last, unless it ends by itself: with a person, or with a
    /// message on the last turn.
    fn wrap_up(&mut self, reply: Reply) -> Reply {
        let goes_on = match &reply.next {
            Next::Listen => true,
            Next::Ask(ask) => !ask.commits(),
            Next::HandOver(_) | Next::Leave(..) => false,
        };
        match self.turns_left() {
            _ if !goes_on => reply,
            0 => self.end_at_the_limit(),
            1 if self.is_taking_a_message() => reply,
            1 => self.person(Outcome::TurnLimit),
            _ => reply,
        }
    }

    /// Counts the turns that the caller still has.
    pub(super) fn turns_left(&self) -> u32 {
        self.settings.turns_max.saturating_sub(self.turns)
    }

    fn end_at_the_limit(&mut self) -> Reply {
        if self.message.is_some() {
            return self.end_of_message();
        }
        let line = phrases::nobody_there(Outcome::TurnLimit);
        Reply::then(Next::Leave(line, Outcome::TurnLimit))
    }
}

/// Tells whether words hold anything that a booking needs, new or not.
fn says_something(reading: &Understanding) -> bool {
    reading.date.is_some()
        || reading.time.is_some()
        || reading.party_size.is_some()
        || reading.name.is_some()
        || reading.phone.is_some()
}

/// The part of a booking that is named as the one to change: "the name", "just the time".
fn part_named(words: &str) -> Option<Slot> {
    let padded = format!(" {} ", plain(words));
    let parts = [
        ("name", Slot::Name),
        ("time", Slot::Time),
        ("hour", Slot::Time),
        ("day", Slot::Date),
        ("date", Slot::Date),
        ("number of people", Slot::PartySize),
        ("number of guests", Slot::PartySize),
        ("guests", Slot::PartySize),
        ("people", Slot::PartySize),
        ("phone", Slot::Phone),
        ("phone number", Slot::Phone),
        ("address", Slot::Address),
        ("street", Slot::Address),
        ("zip", Slot::Address),
        ("zip code", Slot::Address),
    ];
    let named = parts
        .iter()
        .filter(|(name, _)| padded.contains(&format!(" {name} ")));
    let mut slots = named.map(|(_, slot)| *slot);
    let first = slots.next()?;
    slots.all(|slot| slot == first).then_some(first)
}
