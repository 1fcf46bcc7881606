//! Owns the way to a booking, new or changed: what is asked for next, what the book says to it, the read-back and the
//! commitment. Called by the policy and by `decide` with the book's answers.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Ask, Next, Reply};
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::{Intent, Slot, Understanding};
use crate::ports::booking::{self, Refusal, Search, Wanted};
use crate::types::Booking;
use jiff::civil::DateTime;

/// Openings that are told at a time.
const OPENINGS_TOLD: usize = 3;

impl Dialogue {
    /// Takes the book's answer to `Next::Hold`.
    pub fn slot_checked(&mut self, result: &Result<(), booking::Error>) -> Reply {
        let reply = match result {
            Ok(()) => {
                self.held = self.wanted();
                self.go_on()
            }
            Err(error) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Openings`.
    pub fn openings_found(&mut self, result: &Result<Vec<DateTime>, booking::Error>) -> Reply {
        let reply = match (result, self.slots.date) {
            (Ok(openings), Some(date)) => {
                let told = spread(openings);
                self.stage = if told.is_empty() {
                    self.slots.date = None;
                    Stage::Asking(Slot::Date)
                } else {
                    Stage::Offering(told.clone())
                };
                Reply::say(phrases::openings(date, &told))
            }
            (Err(error), _) => self.refused(error),
            (Ok(_), None) => self.go_on(),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Book` and `Next::Change`.
    pub fn booking_answered(&mut self, result: &Result<Booking, booking::Error>) -> Reply {
        let reply = match (result, &self.goal) {
            (Ok(booking), Goal::Change(_)) => Reply::then(Next::Leave(
                phrases::changed(booking),
                Outcome::BookingChanged,
            )),
            (Ok(booking), Goal::Book | Goal::Cancel) => {
                Reply::then(Next::Leave(phrases::booked(booking), Outcome::Booked))
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
            return Reply::ask(Ask::Hold(wanted));
        }
        if let Some(line) = self.price() {
            self.price_wanted = false;
            let question = self.next_question();
            return Reply::say(question.after(&line));
        }
        if let Some(reply) = self.recall() {
            return reply;
        }
        if matches!(self.goal, Goal::Change(None) | Goal::Cancel) {
            return self.look_for_the_booking();
        }
        let line = self.next_question();
        Reply::say(line)
    }

    /// Asks for what is missing, or reads the whole back.
    pub(super) fn next_question(&mut self) -> Line {
        match self.slots.missing(&self.settings) {
            Some(slot) => {
                self.stage = Stage::Asking(slot);
                self.ask(slot)
            }
            None => {
                self.stage = Stage::Confirming;
                self.read_back()
            }
        }
    }

    /// Reads back what would be booked.
    pub(super) fn read_back(&mut self) -> Line {
        if let Some(Ok(quote)) = self.slots.quote(&self.settings.profile) {
            self.slots.quoted = Some(quote.total);
        }
        match self.slots.complete() {
            Some(details) => phrases::read_back(&details, self.caller.as_ref()),
            None => Line::fixed(phrases::WHAT_TO_CHANGE),
        }
    }

    /// Commits what was read back and affirmed.
    pub(super) fn commit(&mut self) -> Reply {
        let Some(details) = self.slots.complete() else {
            return self.go_on();
        };
        match &self.goal {
            Goal::Change(Some(booking)) => Reply::ask(Ask::Change {
                number: booking.number.clone(),
                details,
            }),
            Goal::Book | Goal::Change(None) | Goal::Cancel => Reply::ask(Ask::Book(details)),
        }
    }

    pub(super) fn answer_to_offer(
        &mut self,
        offers: &[DateTime],
        reading: &Understanding,
    ) -> Reply {
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

    /// Tells what is free on a day, where the caller asks for that and names no time.
    pub(super) fn about_availability(&mut self, reading: &Understanding) -> Option<Reply> {
        let asks = reading.has(Intent::AskAvailability) && self.slots.time.is_none();
        let date = self.slots.date.filter(|_| asks)?;
        self.misses = 0;
        Some(Reply::ask(Ask::Openings(Wanted {
            starts: date.to_datetime(self.settings.opens),
            guests: self.slots.party_size.unwrap_or(1),
            zip: self.slots.place.zip.clone(),
            replaces: None,
        })))
    }

    /// Says what the book does not allow, and what it does.
    pub(super) fn refused(&mut self, error: &booking::Error) -> Reply {
        self.held = None;
        let starts = self.slots.starts();
        match (error, starts) {
            (booking::Error::Taken { alternatives }, Some(starts)) => {
                self.slots.time = None;
                self.stage = Stage::Offering(alternatives.clone());
                Reply::say(phrases::taken(starts, alternatives))
            }
            (booking::Error::Refused { why, alternatives }, _) => {
                self.against_the_rules(why, alternatives)
            }
            (booking::Error::NoSuchBooking, _) => self.person(Outcome::PersonWanted),
            _ => Reply {
                say: Some(Line::fixed(phrases::BOOK_CLOSED)),
                next: Next::HandOver(Outcome::PersonWanted),
            },
        }
    }

    fn against_the_rules(&mut self, why: &Refusal, alternatives: &[DateTime]) -> Reply {
        match why {
            Refusal::Closed | Refusal::TooSoon { .. } | Refusal::TooFar { .. } => {
                self.slots.time = None;
                self.stage = Stage::Offering(alternatives.to_vec());
            }
            Refusal::TooManyGuests { .. } => {
                self.slots.party_size = None;
                self.slots.children = None;
                self.stage = Stage::Asking(Slot::PartySize);
            }
            Refusal::OutOfArea => {
                self.slots.place.zip = None;
                self.stage = Stage::Asking(Slot::Address);
            }
        }
        let area = &self.settings.profile.area.description;
        Reply::say(phrases::against_the_rules(why, alternatives, area))
    }

    pub(super) fn ask_about(&mut self, problem: &super::Problem) -> Reply {
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
                self.stage = Stage::Recalling(name.clone());
                Reply::say(phrases::recall(&name))
            }
            _ => {
                let line = self.next_question();
                Reply::say(line)
            }
        }
    }

    fn wanted(&self) -> Option<Wanted> {
        let replaces = match &self.goal {
            Goal::Change(Some(booking)) => Some(booking.number.clone()),
            Goal::Book => None,
            Goal::Change(None) | Goal::Cancel => return None,
        };
        self.slots.wanted(replaces)
    }
}

/// Picks a few openings that are spread over the day.
fn spread(openings: &[DateTime]) -> Vec<DateTime> {
    let last = openings.len().saturating_sub(1);
    let mut told: Vec<DateTime> = (0..OPENINGS_TOLD)
        .filter_map(|nth| openings.get(nth * last / (OPENINGS_TOLD - 1)).copied())
        .collect();
    told.dedup();
    told
}
