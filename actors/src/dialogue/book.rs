//! Owns the way to a booking, new or changed: what is asked for next, what the book says to it, the read-back and the
//! commitment. Called by the policy and by `decide` with the book's answers.

use super::conversation::Dialogue;
use super::phrases;
use super::reply::{Ask, Next, Reply};
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::Slot;
use crate::ports::booking::{self, Refusal, Search, Wanted};
use crate::types::{Booking, BookingDetails};
use jiff::civil::DateTime;

impl Dialogue {
    /// Takes the book's answer to `Next::Hold`.
    pub fn slot_checked(&mut self, result: &Result<(), booking::Error>) -> Reply {
        let reply = match result {
            Ok(()) => {
                self.held = self.holding.take();
                self.go_on()
            }
            Err(error) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Book` and `Next::Change`.
    pub fn booking_answered(&mut self, result: &Result<Booking, booking::Error>) -> Reply {
        self.unanswered.take_if(|_| !is_unknown(result));
        let reply = match (result, &self.goal) {
            (Ok(booking), Goal::Change(_)) => Reply::then(Next::Leave(
                phrases::changed(booking),
                Outcome::BookingChanged,
            )),
            (Ok(booking), Goal::Book | Goal::Cancel) => {
                self.made += 1;
                self.next_booking(booking).unwrap_or_else(|| {
                    Reply::then(Next::Leave(phrases::booked(booking), Outcome::Booked))
                })
            }
            (Err(error), _) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Goes to the next thing that the booking needs.
    pub(super) fn go_on(&mut self) -> Reply {
        if let Some(wanted) = self.wanted()
            && self.held.as_ref() != Some(&wanted)
        {
            self.holding = Some(wanted.clone());
            return Reply::ask(Ask::Hold(wanted));
        }
        if let Some(price) = self.price() {
            self.price_wanted = false;
            return self.next_question(Some(price));
        }
        if let Some(reply) = self.recall() {
            return reply;
        }
        if matches!(self.goal, Goal::Change(None) | Goal::Cancel) {
            return self.look_for_the_booking();
        }
        self.next_question(None)
    }

    /// Asks for what is missing, or reads the whole back.
    pub(super) fn next_question(&mut self, first: Option<String>) -> Reply {
        if let Some(slot) = self.slots.missing(&self.settings) {
            return self.open(Stage::Asking(slot), first);
        }
        self.take_stock();
        self.put(first)
    }

    /// Makes what is agreed now what is read back.
    pub(super) fn take_stock(&mut self) {
        if let Some(Ok(quote)) = self.slots.quote(&self.settings.profile) {
            self.slots.quoted = Some(quote.total);
        }
        self.stage = match self.slots.complete() {
            Some(details) => Stage::Confirming(Box::new(details)),
            None => Stage::Changing,
        };
    }

    /// Commits what was read back and affirmed. Where anything else is agreed by now, that is read back first.
    pub(super) fn commit(&mut self, read_back: &BookingDetails) -> Reply {
        if self.slots.complete().as_ref() != Some(read_back) {
            return self.go_on();
        }
        let unsure = self.unanswered.as_ref();
        if unsure.is_some_and(|unsure| unsure != read_back) {
            // Whether the first was made is not known; a second one could be one too many.
            return self.person(Outcome::PersonWanted);
        }
        let details = read_back.clone();
        match &self.goal {
            Goal::Change(Some(booking)) => Reply::ask(Ask::Change {
                number: booking.number.clone(),
                details,
            }),
            Goal::Book | Goal::Change(None) | Goal::Cancel => Reply::ask(Ask::Book(details)),
        }
    }

    /// Notes what the book is asked to commit, until it answers.
    pub(super) fn note_commitment(&mut self, reply: &Reply) {
        let Next::Ask(ask) = &reply.next else {
            return;
        };
        let details = match (ask.as_ref(), &self.stage) {
            (Ask::Book(details) | Ask::Change { details, .. }, _) => details.clone(),
            (Ask::Cancel { .. }, Stage::Cancelling(booking)) => booking.details.clone(),
            _ => return,
        };
        self.unanswered = Some(details);
    }

    /// Says what the book does not allow, and what it does.
    pub(super) fn refused(&mut self, error: &booking::Error) -> Reply {
        self.held = None;
        self.holding = None;
        let starts = self.slots.starts();
        match (error, starts) {
            (booking::Error::Taken { alternatives }, Some(starts)) => {
                self.slots.time = None;
                let first = Some(phrases::taken(starts));
                self.open(Stage::Offering(alternatives.clone()), first)
            }
            (booking::Error::Refused { why, alternatives }, _) => {
                self.against_the_rules(why, alternatives)
            }
            (booking::Error::NoSuchBooking, _) => self.person(Outcome::PersonWanted),
            _ => {
                self.book_is_down = true;
                let words = match self.unanswered {
                    Some(_) => phrases::BOOK_UNSURE,
                    None => phrases::BOOK_CLOSED,
                };
                let reply = self.person(Outcome::PersonWanted);
                reply.beginning(words)
            }
        }
    }

    fn against_the_rules(&mut self, why: &Refusal, alternatives: &[DateTime]) -> Reply {
        let area = &self.settings.profile.area.description;
        let first = Some(phrases::against_the_rules(why, area));
        let stage = match why {
            Refusal::Closed | Refusal::TooSoon { .. } | Refusal::TooFar { .. } => {
                self.slots.time = None;
                Stage::Offering(alternatives.to_vec())
            }
            Refusal::TooManyGuests { .. } => {
                self.slots.party_size = None;
                self.slots.children = None;
                Stage::Asking(Slot::PartySize)
            }
            Refusal::OutOfArea => {
                self.too_far = true;
                self.slots.place = crate::types::Place::default();
                Stage::Asking(Slot::Address)
            }
        };
        self.open(stage, first)
    }

    pub(super) fn ask_about(&mut self, problem: &super::Problem) -> Reply {
        self.stage = match problem {
            super::Problem::NoSuchDay
            | super::Problem::WeekdayDisagrees(..)
            | super::Problem::Past
            | super::Problem::WhichDay => Stage::Asking(Slot::Date),
            super::Problem::WhichTime => Stage::Asking(Slot::Time),
            super::Problem::Closed(_, nearest) => Stage::Nearest(*nearest),
            super::Problem::PartySize => Stage::Asking(Slot::PartySize),
        };
        let question = phrases::problem(problem, &self.settings);
        self.put_as(&question, None)
    }

    /// Tells whether the booking can do without what was asked for, where the caller does not know it.
    pub(super) fn goes_without(&mut self, slot: Slot, words: &str) -> bool {
        const NOT_KNOWN: [&str; 6] = [
            "don't know",
            "not sure",
            "do not know",
            "later",
            "don't have",
            "no idea",
        ];
        let words = words.to_lowercase();
        let known = !NOT_KNOWN.iter().any(|phrase| words.contains(phrase));
        if slot != Slot::Address || known {
            return false;
        }
        self.slots.address_later = true;
        self.slots.missing(&self.settings) != Some(Slot::Address)
    }

    /// Asks the book once who has called from this number before, when the name is what is missing.
    fn recall(&mut self) -> Option<Reply> {
        let name_is_next = self.slots.missing(&self.settings) == Some(Slot::Name);
        let caller = self.caller.clone()?;
        if self.recalled || !name_is_next || self.goal != Goal::Book {
            return None;
        }
        self.recalled = true;
        Some(Reply::ask(Ask::Find(Search {
            phone: Some(caller),
            past: true,
            ..Search::default()
        })))
    }

    /// Offers the name of the caller's last party.
    pub(super) fn recalled(&mut self, found: &[Booking]) -> Reply {
        match found.first() {
            Some(booking) if self.slots.name.is_none() => {
                let name = booking.details.name.clone();
                self.open(Stage::Recalling(name), None)
            }
            _ => self.next_question(None),
        }
    }

    pub(super) fn wanted(&self) -> Option<Wanted> {
        let replaces = match &self.goal {
            Goal::Change(Some(booking)) => Some(booking.number.clone()),
            Goal::Book => None,
            Goal::Change(None) | Goal::Cancel => return None,
        };
        self.slots.wanted(replaces)
    }
}

/// Tells whether it is not known what became of a commitment.
pub(super) fn is_unknown(result: &Result<Booking, booking::Error>) -> bool {
    matches!(result, Err(booking::Error::Unavailable(_)))
}
