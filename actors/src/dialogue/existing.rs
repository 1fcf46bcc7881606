//! Owns the goals about a booking that stands: finding it, reading it back, changing it, cancelling it. Called by the
//! policy and by `decide` with what the book found.
//!
//! Who calls from the number of a booking is told of it. Anybody else must name both name and day before anything is told.

use super::book::is_unknown;
use super::conversation::{Dialogue, Said};
use super::phrases::{self, Line};
use super::reply::{Ask, Next, Reply};
use super::slots::Slots;
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::{DateReading, Intent, TimeReading, Understanding, has_slots, understand};
use crate::ports::booking::{self, Search};
use crate::types::Booking;
use jiff::civil::{Date, DateTime};

/// Times that a booking is looked for before a person takes over.
const SEARCHES_MAX: u32 = 3;

impl Dialogue {
    /// Takes a turn that is about a booking that stands; `None` leaves it to the rest of the policy.
    pub(super) fn about_existing(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        let cancels = reading.has(Intent::CancelBooking);
        let changes = reading.has(Intent::ChangeBooking);
        match self.stage.clone() {
            Stage::Finding => return self.find_by(reading),
            Stage::Choosing(found) => return Some(self.choose(&found, reading, now)),
            Stage::Cancelling(booking) => return self.cancel_or_not(&booking, words, reading, now),
            // What is only being agreed on is not in the book yet.
            Stage::Confirming(_) if cancels && self.goal == Goal::Book => {
                let first = Some(phrases::NOTHING_BOOKED.to_owned());
                return Some(self.open(Stage::Changing, first));
            }
            _ => {}
        }
        if changes && !cancels && self.is_agreeing(reading) {
            let told = has_slots(reading);
            return (!told).then(|| self.open(Stage::Changing, None));
        }
        let is_changing = matches!(self.goal, Goal::Change(Some(_)));
        if !(cancels || changes && !is_changing) {
            return None;
        }
        self.misses = 0;
        self.keep(words, reading);
        self.sought.name = reading.name.as_ref().map(|name| name.value.full());
        self.goal = if cancels {
            Goal::Cancel
        } else {
            Goal::Change(None)
        };
        Some(self.look_for_the_booking())
    }

    /// Tells whether a change is one of what is being agreed on, and not of a booking that stands.
    fn is_agreeing(&self, reading: &Understanding) -> bool {
        let under_way = self.goal == Goal::Book && self.slots.date.is_some();
        match self.stage {
            Stage::Confirming(_) | Stage::Changing => under_way,
            Stage::Asking(_) | Stage::Offering(_) | Stage::Nearest(_) | Stage::Recalling(_) => {
                under_way && has_slots(reading)
            }
            _ => false,
        }
    }

    /// Looks for the booking by the number that calls, else asks which it is.
    pub(super) fn look_for_the_booking(&mut self) -> Reply {
        match self.caller.clone().filter(|_| self.searches == 0) {
            Some(caller) => self.search(Search {
                phone: Some(caller),
                ..Search::default()
            }),
            None => self.open(Stage::Finding, None),
        }
    }

    /// Takes the book's answer to `Next::Find`.
    pub fn bookings_found(
        &mut self,
        result: &Result<Vec<Booking>, booking::Error>,
        now: DateTime,
    ) -> Reply {
        let reply = match (result, &self.goal) {
            (Ok(found), Goal::Book) => self.recalled(found),
            // Whether the caller is known is not worth a word about the book's trouble.
            (Err(_), Goal::Book) => self.recalled(&[]),
            (Ok(found), Goal::Change(_) | Goal::Cancel) => self.found(found, now),
            (Err(error), Goal::Change(_) | Goal::Cancel) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Takes the book's answer to `Next::Cancel`.
    pub fn booking_cancelled(&mut self, result: &Result<Booking, booking::Error>) -> Reply {
        self.unanswered.take_if(|_| !is_unknown(result));
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

    fn found(&mut self, found: &[Booking], now: DateTime) -> Reply {
        match found {
            [] if self.searches >= SEARCHES_MAX => self.person(Outcome::PersonWanted),
            [] => {
                // A name told with the first wish is kept until it was looked for.
                let whole = self.sought.name.is_some() && self.sought.day.is_some();
                let again = whole || self.sought.phone.is_some();
                if again {
                    self.sought = Search::default();
                }
                let first = again.then(|| phrases::NOT_FOUND.to_owned());
                self.open(Stage::Finding, first)
            }
            [only] => self.take_up(only.clone(), now),
            several => {
                let said = self.said_before.as_deref();
                match said.and_then(|said| one_of(several, &said.reading)) {
                    Some(one) => self.take_up(one, now),
                    None => self.open(Stage::Choosing(several.to_vec()), None),
                }
            }
        }
    }

    /// Reads the booking back and asks what is to become of it, or goes on with what was said of that before.
    fn take_up(&mut self, booking: Booking, now: DateTime) -> Reply {
        let said = self.said_before.take();
        if self.goal == Goal::Cancel {
            return self.open(Stage::Cancelling(Box::new(booking)), None);
        }
        let first = phrases::i_have(&booking);
        self.slots = Slots::of(&booking.details);
        self.held = None;
        self.goal = Goal::Change(Some(Box::new(booking)));
        self.stage = Stage::Changing;
        if let Some(said) = said {
            let reading = self.in_its_light(*said, now);
            let (changed, problem) = self.slots.take(&reading, now, &self.settings);
            match problem {
                Some(problem) => return self.ask_about(&problem),
                None if changed => return self.go_on(),
                None => {}
            }
        }
        self.put_as(&phrases::change_what(), Some(first))
    }

    fn keep(&mut self, words: &str, reading: &Understanding) {
        let (words, reading) = (words.to_owned(), reading.clone());
        self.said_before = Some(Box::new(Said { words, reading }));
    }

    /// Reads again what was said before the booking was known, for what counts from it: "a week later", "two more".
    fn in_its_light(&self, said: Said, now: DateTime) -> Understanding {
        let again = understand(&said.words, &[], &self.context(now));
        Understanding {
            date: again.date.or(said.reading.date),
            time: again.time.or(said.reading.time),
            party_size: again.party_size.or(said.reading.party_size),
            ..said.reading
        }
    }

    /// Looks for the booking by what the caller says of it, once both name and day are known; `None`: it is about another.
    fn find_by(&mut self, reading: &Understanding) -> Option<Reply> {
        let (name, day) = (&reading.name, day(reading));
        if name.is_none() && day.is_none() {
            let another = reading.has(Intent::Book) && !reading.has(Intent::ChangeBooking);
            if another && !reading.has(Intent::CancelBooking) {
                self.goal = Goal::Book;
                self.misses = 0;
                return None;
            }
            return Some(self.nothing_new(reading));
        }
        self.misses = 0;
        if let Some(name) = name {
            self.sought.name = Some(name.value.full());
        }
        self.sought.day = day.or(self.sought.day);
        if self.sought.name.is_none() || self.sought.day.is_none() {
            return Some(self.put(None));
        }
        Some(self.search(self.sought.clone()))
    }

    fn choose(&mut self, found: &[Booking], reading: &Understanding, now: DateTime) -> Reply {
        match one_of(found, reading) {
            Some(one) => self.take_up(one, now),
            None => self.nothing_new(reading),
        }
    }

    /// Takes the yes or no to a booking that was read back to be cancelled.
    fn cancel_or_not(
        &mut self,
        booking: &Booking,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        let mut moved = Slots::of(&booking.details);
        let moves = moved.take(reading, now, &self.settings).0;
        if reading.has(Intent::ChangeBooking) || moves && !reading.has(Intent::Affirm) {
            // Not cancelled, but moved: "no, make it Sunday".
            self.goal = Goal::Change(None);
            self.keep(words, reading);
            return Some(self.take_up(booking.clone(), now));
        }
        if reading.has(Intent::Affirm) {
            let number = booking.number.clone();
            return Some(Reply::ask(Ask::Cancel { number }));
        }
        if reading.has(Intent::Deny) {
            let line = Line::fixed(phrases::LEFT_AS_IT_IS);
            return Some(Reply::then(Next::Leave(line, Outcome::NoBooking)));
        }
        None
    }
}

/// Gives the one booking that fits the day, or day and time, that was said.
fn one_of(found: &[Booking], reading: &Understanding) -> Option<Booking> {
    let time = match reading.time.as_ref().map(|found| &found.value) {
        Some(TimeReading::At { time, .. }) => Some(*time),
        _ => None,
    };
    let day = day(reading);
    if day.is_none() && time.is_none() {
        return None;
    }
    let mut fitting = found.iter().filter(|booking| {
        let starts = booking.details.starts;
        day.is_none_or(|day| starts.date() == day) && time.is_none_or(|time| starts.time() == time)
    });
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

/// Gives the one day that was said.
fn day(reading: &Understanding) -> Option<Date> {
    match reading.date.as_ref()?.value {
        DateReading::On(date) => Some(date),
        _ => None,
    }
}
