//! Owns the course of a conversation about a booking: what was agreed, what was asked, what comes next. Called by
//! `decide` in phase talking.

use super::phrases::{self, Line};
use super::slots::Slots;
use crate::call::Outcome;
use crate::grammar::{Context, Intent, Slot, Understanding};
use crate::ports::booking;
use crate::types::{Booking, BookingDetails, CallSettings, PhoneNumber};
use jiff::civil::DateTime;
use std::collections::BTreeMap;

/// How often a silent caller is asked before the call is ended.
const SILENCES_MAX: u32 = 2;
/// How often in a row the caller may not be understood before the call goes to a person.
const MISSES_MAX: u32 = 3;

/// What to do once the line has been handed to the voice.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Wait for the caller.
    Listen,
    /// Ask the book whether a start is free.
    Check(DateTime),
    /// Make the booking.
    Book(BookingDetails),
    /// Hand the caller to a person; the outcome to note if there is none.
    HandOver(Outcome),
    /// Say a last line and end the call.
    Leave(Line, Outcome),
}

/// What the dialogue answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What to say now.
    pub say: Option<Line>,
    /// What to do then.
    pub next: Next,
}

impl Reply {
    pub(super) fn say(line: Line) -> Self {
        Self {
            say: Some(line),
            next: Next::Listen,
        }
    }

    pub(super) fn then(next: Next) -> Self {
        Self { say: None, next }
    }
}

/// Where the conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// The caller was greeted and has not said what it is about.
    Greeted,
    /// Something was asked for.
    Asking(Slot),
    /// Other starts were offered.
    Offering(Vec<DateTime>),
    /// The booking was read back.
    Confirming,
    /// The read-back was denied.
    Changing,
    /// In triage, the reason of the call was asked for.
    Reason,
    /// In triage, the caller's name was asked for.
    CallersName,
    /// No person took the call; the caller chooses between a booking and a message.
    NobodyCame,
    /// A message was asked for.
    Message,
}

/// A conversation about a booking.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    pub(super) settings: CallSettings,
    pub(super) caller: Option<PhoneNumber>,
    pub(super) slots: Slots,
    checked: Option<DateTime>,
    pub(super) stage: Stage,
    asked: BTreeMap<&'static str, u32>,
    keys: String,
    silences: u32,
    pub(super) misses: u32,
    turns: u32,
    last_line: Line,
    /// Why the caller calls, in the caller's words.
    pub(super) reason: Option<String>,
    /// What the caller wants passed on.
    pub(super) message: Option<String>,
    /// Whether a person was called and did not come.
    pub(super) person_tried: bool,
}

impl Dialogue {
    /// Begins after the greeting. The caller's number, if known, is the one to call back.
    pub fn new(settings: &CallSettings, caller: Option<PhoneNumber>) -> Self {
        Self {
            slots: Slots {
                phone: caller.clone(),
                ..Slots::default()
            },
            last_line: Line::fixed(&settings.greeting),
            settings: settings.clone(),
            caller,
            checked: None,
            stage: Stage::Greeted,
            asked: BTreeMap::new(),
            keys: String::new(),
            silences: 0,
            misses: 0,
            turns: 0,
            reason: None,
            message: None,
            person_tried: false,
        }
    }

    /// Gives what is agreed so far.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Gives how often in a row the caller was not understood.
    pub fn misses(&self) -> u32 {
        self.misses
    }

    /// Gives the number of turns that the caller took.
    pub fn turns(&self) -> u32 {
        self.turns
    }

    /// Tells in what light the caller's next words are to be read.
    pub fn context(&self, now: DateTime) -> Context {
        let context = Context::new(now).open(self.settings.opens, self.settings.closes);
        match &self.stage {
            Stage::Greeted
            | Stage::Changing
            | Stage::Reason
            | Stage::NobodyCame
            | Stage::Message => context,
            Stage::CallersName => context.asking(Slot::Name),
            Stage::Asking(slot) => context.asking(*slot),
            Stage::Offering(offers) if offers.len() == 1 => context.asking(Slot::Time).confirming(),
            Stage::Offering(_) => context.asking(Slot::Time),
            Stage::Confirming => context.confirming(),
        }
    }

    /// Takes one turn of the caller: the words, and how they are read.
    pub fn heard(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        self.turns += 1;
        self.silences = 0;
        self.keys.clear();
        let reply = match self.about_people(words, reading, now) {
            Some(reply) => reply,
            None => self.react(reading, now),
        };
        let reply = self.wrap_up(reply);
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Check`.
    pub fn slot_checked(&mut self, result: &Result<(), booking::Error>) -> Reply {
        let reply = match result {
            Ok(()) => {
                self.checked = self.slots.starts();
                self.go_on()
            }
            Err(error) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Book`.
    pub fn booking_answered(&mut self, result: &Result<Booking, booking::Error>) -> Reply {
        let reply = match result {
            Ok(booking) => Reply::then(Next::Leave(phrases::booked(booking), Outcome::Booked)),
            Err(error) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes a silence after our words.
    pub fn silence(&mut self) -> Reply {
        let nth = self.silences;
        self.silences += 1;
        if nth >= SILENCES_MAX {
            let outcome = if self.turns == 0 {
                Outcome::Silent
            } else {
                Outcome::NoBooking
            };
            return Reply::then(Next::Leave(Line::fixed(phrases::SILENT_GOODBYE), outcome));
        }
        Reply::say(phrases::still_there(nth, &self.question()))
    }

    /// Takes a key: `0` asks for a person; digits answer what was asked for, ended by `#` or by their number.
    pub fn key(&mut self, key: char) -> Option<Reply> {
        let Stage::Asking(slot) = self.stage else {
            return (key == '0').then(|| self.person(Outcome::PersonWanted));
        };
        if key.is_ascii_digit() {
            self.keys.push(key);
        }
        let complete = match slot {
            Slot::Phone => self.keys.len() == 10 || key == '#',
            Slot::PartySize => key == '#' || self.keys.len() == 3,
            Slot::Date | Slot::Time | Slot::Name | Slot::Email | Slot::Address => {
                return (key == '0').then(|| self.person(Outcome::PersonWanted));
            }
        };
        if key == '0' && self.keys == "0" {
            return Some(self.person(Outcome::PersonWanted));
        }
        complete.then(|| self.keyed(slot))
    }

    /// Gives the last line once more.
    pub fn repeat(&self) -> Line {
        self.last_line.clone()
    }

    fn react(&mut self, reading: &Understanding, now: DateTime) -> Reply {
        if reading.has(Intent::TalkToHuman) {
            return self.person(Outcome::PersonWanted);
        }
        let (changed, problem) = self.slots.take(reading, now, &self.settings);
        if reading.same_number && self.caller.is_some() {
            self.slots.phone.clone_from(&self.caller);
        }
        if let Some(problem) = problem {
            self.misses = 0;
            return self.ask_about(&problem);
        }
        if changed {
            self.misses = 0;
            return self.go_on();
        }
        match &self.stage {
            Stage::Confirming if reading.has(Intent::Deny) => {
                self.stage = Stage::Changing;
                Reply::say(Line::fixed(phrases::WHAT_TO_CHANGE))
            }
            Stage::Confirming if reading.has(Intent::Affirm) => match self.slots.complete() {
                Some(details) => Reply::then(Next::Book(details)),
                None => self.go_on(),
            },
            Stage::Offering(offers) => {
                let offers = offers.clone();
                self.answer_to_offer(&offers, reading)
            }
            Stage::Greeted
            | Stage::Asking(_)
            | Stage::Confirming
            | Stage::Changing
            | Stage::Reason
            | Stage::CallersName
            | Stage::NobodyCame
            | Stage::Message => self.nothing_new(reading),
        }
    }

    fn answer_to_offer(&mut self, offers: &[DateTime], reading: &Understanding) -> Reply {
        match offers {
            [only] if reading.has(Intent::Affirm) => {
                self.slots.date = Some(only.date());
                self.slots.time = Some(only.time());
                self.go_on()
            }
            _ if reading.has(Intent::Deny) => {
                self.stage = Stage::Asking(Slot::Date);
                Reply::say(Line::fixed(phrases::ANOTHER_DAY))
            }
            _ => self.nothing_new(reading),
        }
    }

    /// Answers words that brought nothing for the booking.
    fn nothing_new(&mut self, reading: &Understanding) -> Reply {
        if reading.has(Intent::Goodbye) {
            return Reply::then(Next::Leave(
                Line::fixed(phrases::GOODBYE),
                Outcome::NoBooking,
            ));
        }
        if reading.has(Intent::Repeat) {
            return Reply::say(self.last_line.clone());
        }
        if reading.has(Intent::AskHours) {
            self.misses = 0;
            let question = self.question();
            return Reply::say(phrases::hours(&self.settings, &question));
        }
        let elsewhere = [Intent::AskPrice, Intent::AskMenu, Intent::OutOfScope];
        if elsewhere.into_iter().any(|intent| reading.has(intent)) {
            return self.missed(|_, question| phrases::only_bookings(question));
        }
        let existing = [Intent::ChangeBooking, Intent::CancelBooking];
        if existing.into_iter().any(|intent| reading.has(intent)) {
            return self.person(Outcome::PersonWanted);
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

    /// Counts words that led nowhere, and asks again in the given way or hands over.
    fn missed(&mut self, say: impl FnOnce(u32, &Line) -> Line) -> Reply {
        let nth = self.misses;
        self.misses += 1;
        if self.misses >= MISSES_MAX {
            return self.person(Outcome::PersonWanted);
        }
        let question = self.question();
        Reply::say(say(nth, &question))
    }

    /// Goes to the next thing that the booking needs.
    pub(super) fn go_on(&mut self) -> Reply {
        if let Some(starts) = self.slots.starts()
            && self.checked != Some(starts)
        {
            return Reply::then(Next::Check(starts));
        }
        match (self.slots.missing(), self.slots.complete()) {
            (None, Some(details)) => {
                self.stage = Stage::Confirming;
                Reply::say(phrases::read_back(&details, self.caller.as_ref()))
            }
            (Some(slot), _) => {
                self.stage = Stage::Asking(slot);
                Reply::say(self.ask(slot))
            }
            (None, None) => self.missed(phrases::sorry),
        }
    }

    fn refused(&mut self, error: &booking::Error) -> Reply {
        match (error, self.slots.starts()) {
            (booking::Error::Taken { alternatives }, Some(starts)) => {
                self.slots.time = None;
                self.checked = None;
                self.stage = Stage::Offering(alternatives.clone());
                Reply::say(phrases::taken(starts, alternatives))
            }
            _ => Reply {
                say: Some(Line::fixed(phrases::BOOK_CLOSED)),
                next: Next::HandOver(Outcome::PersonWanted),
            },
        }
    }

    fn ask_about(&mut self, problem: &super::Problem) -> Reply {
        let slot = match problem {
            super::Problem::NoSuchDay
            | super::Problem::WeekdayDisagrees(..)
            | super::Problem::Past
            | super::Problem::WhichDay => Slot::Date,
            super::Problem::WhichTime | super::Problem::Closed => Slot::Time,
            super::Problem::PartySize => Slot::PartySize,
        };
        self.stage = Stage::Asking(slot);
        Reply::say(phrases::problem(problem, &self.settings))
    }

    fn keyed(&mut self, slot: Slot) -> Reply {
        let keys = std::mem::take(&mut self.keys);
        match slot {
            Slot::Phone => self.slots.phone = PhoneNumber::parse(&keys),
            Slot::PartySize => {
                self.slots.party_size = keys
                    .parse()
                    .ok()
                    .filter(|n| (1..=super::slots::PARTY_MAX).contains(n));
            }
            Slot::Date | Slot::Time | Slot::Name | Slot::Email | Slot::Address => {}
        }
        self.turns += 1;
        let reply = self.go_on();
        self.remember(reply)
    }

    /// Gives the open question in its next wording.
    fn question(&mut self) -> Line {
        match self.stage.clone() {
            Stage::Asking(slot) => self.ask(slot),
            Stage::Greeted => phrases::ask_goal(self.misses + self.silences),
            Stage::Changing => Line::fixed(phrases::WHAT_TO_CHANGE),
            Stage::Offering(_) => Line::fixed(phrases::ANOTHER_DAY),
            Stage::Reason => Line::fixed(phrases::WHAT_ABOUT),
            Stage::CallersName => Line::fixed(phrases::WHO_IS_CALLING),
            Stage::NobodyCame => Line::fixed(phrases::NOBODY_CAME),
            Stage::Message => Line::fixed(phrases::WHAT_MESSAGE),
            Stage::Confirming => match self.slots.complete() {
                Some(details) => phrases::read_back(&details, self.caller.as_ref()),
                None => Line::fixed(phrases::WHAT_TO_CHANGE),
            },
        }
    }

    fn ask(&mut self, slot: Slot) -> Line {
        let name = match slot {
            Slot::Date => "date",
            Slot::Time => "time",
            Slot::PartySize => "party_size",
            Slot::Name => "name",
            Slot::Phone => "phone",
            Slot::Email => "email",
            Slot::Address => "address",
        };
        let nth = self.asked.entry(name).or_default();
        let line = phrases::ask(slot, *nth, &self.slots);
        *nth += 1;
        line
    }

    /// Brings the conversation to its end on the turn before the last, unless it ends by itself.
    fn wrap_up(&self, reply: Reply) -> Reply {
        let last = self.turns + 1 >= self.settings.turns_max;
        match reply.next {
            Next::Listen | Next::Check(_) if last && self.person_tried => {
                let line = phrases::nobody_there(Outcome::TurnLimit);
                Reply::then(Next::Leave(line, Outcome::TurnLimit))
            }
            Next::Listen | Next::Check(_) if last => {
                Reply::then(Next::HandOver(Outcome::TurnLimit))
            }
            Next::Listen | Next::Check(_) | Next::Book(_) | Next::HandOver(_) | Next::Leave(..) => {
                reply
            }
        }
    }

    pub(super) fn remember(&mut self, reply: Reply) -> Reply {
        if let Some(line) = &reply.say {
            self.last_line = line.clone();
        }
        reply
    }
}
