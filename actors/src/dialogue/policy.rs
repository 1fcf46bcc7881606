//! Owns the course of a conversation: what was asked, what the caller's turn means for it, when it is to end. Called by
//! `decide` in phase talking. Each goal of a caller has a file of its own: `book`, `existing`, `questions`, `people`,
//! `manners`.

use super::phrases::{self, Line};
use super::slots::Slots;
use crate::call::Outcome;
use crate::grammar::{Context, Intent, Slot, Understanding, Vocabulary};
use crate::ports::booking::{Search, Wanted};
use crate::ports::hearing::Patience;
use crate::types::{Booking, BookingDetails, CallSettings, Dish, PhoneNumber, Profile};
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
    /// Ask the book.
    Ask(Box<Ask>),
    /// Hand the caller to a person; the outcome to note if there is none.
    HandOver(Outcome),
    /// Say a last line and end the call.
    Leave(Line, Outcome),
}

/// What the book is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Have the book hold a place for the caller.
    Hold(Wanted),
    /// Ask the book which starts of a day are free.
    Openings(Wanted),
    /// Look for bookings.
    Find(Search),
    /// Make the booking.
    Book(BookingDetails),
    /// Change a booking.
    Change {
        /// Its number.
        number: String,
        /// What was confirmed, whole.
        details: BookingDetails,
    },
    /// Cancel a booking.
    Cancel {
        /// Its number.
        number: String,
    },
}

/// What the dialogue answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What to say now.
    pub say: Option<Line>,
    /// What to do then.
    pub next: Next,
}

impl Ask {
    /// Tells whether the answer settles the call, so that it is waited for.
    pub(super) fn commits(&self) -> bool {
        match self {
            Self::Book(_) | Self::Change { .. } | Self::Cancel { .. } => true,
            Self::Hold(_) | Self::Openings(_) | Self::Find(_) => false,
        }
    }
}

impl Reply {
    pub(super) fn say(line: Line) -> Self {
        Self {
            say: Some(line),
            next: Next::Listen,
        }
    }

    pub(super) fn ask(ask: Ask) -> Self {
        Self::then(Next::Ask(Box::new(ask)))
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
    /// The read-back was denied, or a booking was found that is to be changed.
    Changing,
    /// The name of an earlier booking was offered.
    Recalling(String),
    /// Which booking it is about was asked for.
    Finding,
    /// Several bookings were found and told.
    Choosing(Vec<Booking>),
    /// A booking was read back, to be cancelled.
    Cancelling(Box<Booking>),
    /// In triage, the reason of the call was asked for.
    Reason,
    /// In triage, the caller's name was asked for.
    CallersName,
    /// No person took the call; the caller chooses between a booking and a message.
    NobodyCame,
    /// A message was asked for.
    Message,
}

/// What is to become of the slots once they are complete.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goal {
    /// A new booking.
    Book,
    /// Another shape of a booking, once it is found.
    Change(Option<Box<Booking>>),
    /// No booking any more, once it is found.
    Cancel,
}

/// A conversation with a caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    pub(super) settings: CallSettings,
    pub(super) caller: Option<PhoneNumber>,
    pub(super) slots: Slots,
    /// What the book holds for this call.
    pub(super) held: Option<Wanted>,
    pub(super) goal: Goal,
    pub(super) stage: Stage,
    asked: BTreeMap<&'static str, u32>,
    /// Digits that were pressed and not taken yet.
    pub(super) keys: String,
    pub(super) silences: u32,
    pub(super) misses: u32,
    pub(super) turns: u32,
    pub(super) last_line: Line,
    /// Whether the caller has heard it.
    pub(super) line_heard: bool,
    /// Why the caller calls, in the caller's words.
    pub(super) reason: Option<String>,
    /// What the caller wants passed on.
    pub(super) message: Option<String>,
    /// Whether a person was called and did not come.
    pub(super) person_tried: bool,
    /// Whether the book was asked who has called from this number before.
    pub(super) recalled: bool,
    /// Times that bookings were looked for.
    pub(super) searches: u32,
    /// Whether the price was asked for and has not been told yet.
    pub(super) price_wanted: bool,
    /// Whether the caller was rude before.
    pub(super) was_rude: bool,
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
            line_heard: false,
            held: None,
            goal: Goal::Book,
            stage: Stage::Greeted,
            asked: BTreeMap::new(),
            keys: String::new(),
            silences: 0,
            misses: 0,
            turns: 0,
            reason: None,
            message: None,
            person_tried: false,
            recalled: false,
            searches: 0,
            price_wanted: false,
            was_rude: false,
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
        let mut context = Context::new(now).open(self.settings.opens, self.settings.closes);
        context.vocabulary = vocabulary(&self.settings.profile);
        match &self.stage {
            Stage::Greeted
            | Stage::Changing
            | Stage::Reason
            | Stage::NobodyCame
            | Stage::Finding
            | Stage::Choosing(_)
            | Stage::Message => context,
            Stage::Recalling(_) => context.asking(Slot::Name).confirming(),
            Stage::Cancelling(_) => context.confirming(),
            Stage::CallersName => context.asking(Slot::Name),
            Stage::Asking(slot) => context.asking(*slot),
            Stage::Offering(offers) if offers.len() == 1 => context.asking(Slot::Time).confirming(),
            Stage::Offering(_) => context.asking(Slot::Time),
            Stage::Confirming => context.confirming(),
        }
    }

    /// Tells how long the answer to what was asked may take: who looks for a number, or dictates, needs time.
    pub fn patience(&self) -> Patience {
        match self.stage {
            Stage::Asking(Slot::Phone | Slot::Email | Slot::Address)
            | Stage::Finding
            | Stage::Message => Patience::Long,
            _ => Patience::Usual,
        }
    }

    /// Takes one turn of the caller: the words, and how they are read.
    pub fn heard(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        self.turns += 1;
        self.silences = 0;
        self.keys.clear();
        let reply = self
            .manners(words, reading)
            .or_else(|| self.about_people(words, reading, now))
            .unwrap_or_else(|| self.react(words, reading, now));
        let reply = self.wrap_up(reply);
        let reply = self.unless_unheard(reply);
        self.remember(reply)
    }

    /// Takes a silence after our words.
    pub fn silence(&mut self) -> Reply {
        if let Some(reply) = self.keys_are_over() {
            return reply;
        }
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

    /// Counts words that led nowhere, and asks again in the given way or hands over.
    pub(super) fn missed(&mut self, say: impl FnOnce(u32, &Line) -> Line) -> Reply {
        let nth = self.misses;
        self.misses += 1;
        if self.misses >= MISSES_MAX {
            return self.person(Outcome::PersonWanted);
        }
        let question = self.question();
        Reply::say(say(nth, &question))
    }

    /// Gives the open question in its next wording.
    pub(super) fn question(&mut self) -> Line {
        match self.stage.clone() {
            Stage::Asking(slot) => self.ask(slot),
            Stage::Greeted => phrases::ask_goal(self.misses + self.silences),
            Stage::Changing => Line::fixed(phrases::WHAT_TO_CHANGE),
            Stage::Offering(_) => Line::fixed(phrases::ANOTHER_DAY),
            Stage::Reason => Line::fixed(phrases::WHAT_ABOUT),
            Stage::CallersName => Line::fixed(phrases::WHO_IS_CALLING),
            Stage::NobodyCame => Line::fixed(phrases::NOBODY_CAME),
            Stage::Recalling(name) => phrases::recall(&name),
            Stage::Finding => Line::fixed(phrases::WHICH_BOOKING),
            Stage::Choosing(found) => phrases::choose(&found),
            Stage::Cancelling(booking) => phrases::cancel_this(&booking),
            Stage::Message => Line::fixed(phrases::WHAT_MESSAGE),
            Stage::Confirming => self.read_back(),
        }
    }

    pub(super) fn ask(&mut self, slot: Slot) -> Line {
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

    pub(super) fn remember(&mut self, reply: Reply) -> Reply {
        if let Some(line) = &reply.say {
            self.last_line = line.clone();
            self.line_heard = false;
        }
        reply
    }
}

/// Gives the business's own words as the grammar wants them.
fn vocabulary(profile: &Profile) -> Vocabulary {
    let names = |dishes: &[Dish]| {
        let named =
            |dish: &Dish| std::iter::once(dish.name.to_lowercase()).chain(dish.words.clone());
        dishes.iter().flat_map(named).collect()
    };
    Vocabulary {
        proteins: names(&profile.menu.proteins),
        upgrades: names(&profile.menu.upgrades),
        dietary: profile.vocabulary.dietary.clone(),
        occasions: profile.vocabulary.occasions.clone(),
        other: profile.vocabulary.other.clone(),
    }
}
