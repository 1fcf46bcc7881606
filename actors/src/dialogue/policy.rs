//! Owns the course of a turn: which goal it is about, and when the conversation is to end. Called by `decide` in phase
//! talking. Each goal of a caller has a file of its own: `book`, `existing`, `questions`, `people`, `manners`.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::{Intent, OpenQuestion, Understanding};
use jiff::civil::DateTime;

impl Dialogue {
    /// Takes one turn of the caller: the words, and how they are read.
    pub fn heard(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        self.turns += 1;
        self.silences = 0;
        self.keys.clear();
        let reply = self
            .about_recording(words, reading, now)
            .unwrap_or_else(|| self.business(words, reading, now));
        let reply = self.wrap_up(reply);
        let reply = self.unless_unheard(reply);
        self.remember(reply)
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
        if let Some(reply) = self.about_existing(reading, now) {
            return reply;
        }
        let before = self.slots.clone();
        let (changed, problem) = self.slots.take(reading, now, &self.settings);
        if reading.same_number && self.caller.is_some() {
            self.slots.phone.clone_from(&self.caller);
        }
        self.price_wanted |= reading.has(Intent::AskPrice);
        if let Some(problem) = problem {
            self.misses = 0;
            return self.ask_about(&problem);
        }
        if let Some(reply) = self.about_availability(reading) {
            return reply;
        }
        let needed = self.slots.needed() != before.needed();
        if !needed && let Some(reply) = self.answer(words, reading, now) {
            self.misses = 0;
            return reply;
        }
        if changed {
            self.misses = 0;
            return self.go_on();
        }
        self.answered(reading)
    }

    /// Takes a yes, a no, or a choice, where that was asked for.
    fn answered(&mut self, reading: &Understanding) -> Reply {
        let (yes, no) = (reading.has(Intent::Affirm), reading.has(Intent::Deny));
        match self.stage.clone() {
            Stage::Confirming if no => {
                self.stage = Stage::Changing;
                Reply::say(Line::fixed(phrases::WHAT_TO_CHANGE))
            }
            Stage::Confirming if yes => self.commit(),
            Stage::Recalling(name) if yes => {
                self.slots.name = Some(name);
                self.go_on()
            }
            Stage::Recalling(_) if no => self.go_on(),
            Stage::Offering(offers) => self.answer_to_offer(&offers, reading),
            Stage::Greeted
            | Stage::Asking(_)
            | Stage::Confirming
            | Stage::Changing
            | Stage::Recalling(_)
            | Stage::Finding
            | Stage::Choosing(_)
            | Stage::Cancelling(_)
            | Stage::Reason
            | Stage::CallersName
            | Stage::NobodyCame
            | Stage::Message => self.nothing_new(reading),
        }
    }

    /// Answers words that brought nothing for the booking.
    pub(super) fn nothing_new(&mut self, reading: &Understanding) -> Reply {
        if reading.has(Intent::Goodbye) {
            return Reply::then(Next::Leave(
                Line::fixed(phrases::GOODBYE),
                Outcome::NoBooking,
            ));
        }
        if reading.has(Intent::Repeat) {
            return Reply::say(self.last_line.clone());
        }
        if reading.open_question == Some(OpenQuestion::Unknown) {
            return self.missed(|_, question| phrases::not_known(question));
        }
        if reading.has(Intent::OutOfScope) {
            return self.missed(|_, question| phrases::only_bookings(question));
        }
        let wants_booking = [Intent::Book, Intent::AskAvailability, Intent::Affirm]
            .into_iter()
            .any(|intent| reading.has(intent));
        if matches!(self.stage, Stage::Greeted | Stage::NobodyCame) && wants_booking {
            self.misses = 0;
            return self.go_on();
        }
        if self.stage == Stage::Greeted && self.misses == 0 {
            // Most first words that say nothing are a greeting.
            return self.missed(|_, question| question.clone());
        }
        self.missed(phrases::sorry)
    }

    /// Brings the conversation to its end on the turn before the last, unless it ends by itself.
    pub(super) fn wrap_up(&self, reply: Reply) -> Reply {
        let last = self.turns + 1 >= self.settings.turns_max;
        let goes_on = match &reply.next {
            Next::Listen => true,
            Next::Ask(ask) => !ask.commits(),
            Next::HandOver(_) | Next::Leave(..) => false,
        };
        if !(last && goes_on) {
            return reply;
        }
        if self.person_tried {
            let line = phrases::nobody_there(Outcome::TurnLimit);
            return Reply::then(Next::Leave(line, Outcome::TurnLimit));
        }
        Reply::then(Next::HandOver(Outcome::TurnLimit))
    }
}
