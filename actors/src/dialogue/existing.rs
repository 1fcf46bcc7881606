//! Owns the goals about a booking that stands: finding it, reading it back, changing it, cancelling it. Called by the
//! policy and by `decide` with what the book found.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Ask, Next, Reply};
use super::slots::Slots;
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::{DateReading, Intent, Understanding};
use crate::ports::booking::{self, Search};
use crate::types::{Booking, PhoneNumber};
use jiff::civil::{Date, DateTime};

/// Times that a booking is looked for before a person takes over.
const SEARCHES_MAX: u32 = 3;

impl Dialogue {
    /// Takes a turn that is about a booking that stands; `None` leaves it to the rest of the policy.
    pub(super) fn about_existing(
        &mut self,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        match self.stage.clone() {
            Stage::Finding => return Some(self.find_by(reading)),
            Stage::Choosing(found) => return Some(self.choose(&found, reading)),
            Stage::Cancelling(booking) => return self.cancel_or_not(&booking, reading, now),
            _ => {}
        }
        let cancels = reading.has(Intent::CancelBooking);
        let changes = reading.has(Intent::ChangeBooking);
        if !(cancels || changes) || matches!(self.goal, Goal::Change(Some(_))) {
            return None;
        }
        self.misses = 0;
        self.goal = if cancels {
            Goal::Cancel
        } else {
            Goal::Change(None)
        };
        Some(self.look_for_the_booking())
    }

    /// Looks for the booking by the number that calls, else asks which it is.
    pub(super) fn look_for_the_booking(&mut self) -> Reply {
        match self.caller.clone().filter(|_| self.searches == 0) {
            Some(caller) => self.search(Search {
                phone: Some(caller),
                ..Search::default()
            }),
            None => {
                self.stage = Stage::Finding;
                Reply::say(Line::fixed(phrases::WHICH_BOOKING))
            }
        }
    }

    /// Takes the book's answer to `Next::Find`.
    pub fn bookings_found(&mut self, result: &Result<Vec<Booking>, booking::Error>) -> Reply {
        let reply = match (result, &self.goal) {
            (Ok(found), Goal::Book) => self.recalled(found),
            // Whether the caller is known is not worth a word about the book's trouble.
            (Err(_), Goal::Book) => self.recalled(&[]),
            (Ok(found), Goal::Change(_) | Goal::Cancel) => self.found(found),
            (Err(error), Goal::Change(_) | Goal::Cancel) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Cancel`.
    pub fn booking_cancelled(&mut self, result: &Result<Booking, booking::Error>) -> Reply {
        let reply = match result {
            Ok(booking) => Reply::then(Next::Leave(
                phrases::cancelled(booking),
                Outcome::BookingCancelled,
            )),
            Err(error) => self.refused(error),
        };
        self.remember(reply)
    }

    pub(super) fn search(&mut self, search: Search) -> Reply {
        self.searches += 1;
        Reply::ask(Ask::Find(search))
    }

    fn found(&mut self, found: &[Booking]) -> Reply {
        match found {
            [] if self.searches >= SEARCHES_MAX => self.person(Outcome::PersonWanted),
            [] => {
                self.stage = Stage::Finding;
                let line = Line::fixed(phrases::WHICH_BOOKING);
                let again = self.searches > 1;
                Reply::say(if again {
                    line.after(phrases::NOT_FOUND)
                } else {
                    line
                })
            }
            [only] => self.take_up(only.clone()),
            several => {
                self.stage = Stage::Choosing(several.to_vec());
                Reply::say(phrases::choose(several))
            }
        }
    }

    /// Reads the booking back and asks what is to become of it.
    fn take_up(&mut self, booking: Booking) -> Reply {
        if self.goal == Goal::Cancel {
            let line = phrases::cancel_this(&booking);
            self.stage = Stage::Cancelling(Box::new(booking));
            return Reply::say(line);
        }
        let line = phrases::change_this(&booking);
        self.slots = Slots::of(&booking.details);
        self.held = None;
        self.goal = Goal::Change(Some(Box::new(booking)));
        self.stage = Stage::Changing;
        Reply::say(line)
    }

    /// Looks for the booking by what the caller says of it.
    fn find_by(&mut self, reading: &Understanding) -> Reply {
        let search = Search {
            number: None,
            phone: reading
                .phone
                .as_ref()
                .and_then(|found| PhoneNumber::parse(&found.value)),
            name: reading.name.as_ref().map(|name| name.value.full()),
            day: day(reading),
            past: false,
        };
        if search == Search::default() {
            return self.missed(phrases::sorry);
        }
        self.misses = 0;
        self.search(search)
    }

    fn choose(&mut self, found: &[Booking], reading: &Understanding) -> Reply {
        let wanted = day(reading);
        let mut fitting = found
            .iter()
            .filter(|booking| Some(booking.details.starts.date()) == wanted);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => self.take_up(only.clone()),
            _ => self.missed(phrases::sorry),
        }
    }

    /// Takes the yes or no to a booking that was read back to be cancelled.
    fn cancel_or_not(
        &mut self,
        booking: &Booking,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        if reading.has(Intent::Affirm) {
            let number = booking.number.clone();
            return Some(Reply::ask(Ask::Cancel { number }));
        }
        if reading.has(Intent::ChangeBooking)
            || self.slots.clone().take(reading, now, &self.settings).0
        {
            // Not cancelled, but moved: "no, make it Sunday".
            self.goal = Goal::Change(None);
            let reply = self.take_up(booking.clone());
            let (changed, problem) = self.slots.take(reading, now, &self.settings);
            return Some(match problem {
                Some(problem) => self.ask_about(&problem),
                None if changed => self.go_on(),
                None => reply,
            });
        }
        if reading.has(Intent::Deny) {
            let outcome = Outcome::NoBooking;
            return Some(Reply::then(Next::Leave(
                Line::fixed(phrases::LEFT_AS_IT_IS),
                outcome,
            )));
        }
        None
    }
}

/// Gives the one day that was said.
fn day(reading: &Understanding) -> Option<Date> {
    match reading.date.as_ref()?.value {
        DateReading::On(date) => Some(date),
        _ => None,
    }
}
