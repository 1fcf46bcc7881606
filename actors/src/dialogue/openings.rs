//! Owns the answer to "when are you free": the starts of a day, the days of a stretch, and the choice among starts that were
//! offered. Called by the policy and by `decide` with the book's answer.

use super::conversation::Dialogue;
use super::day_names::{MONTHS, WEEKDAYS};
use super::phrases;
use super::reply::{Ask, Reply};
use super::slots::stretch_of;
use super::stage::Stage;
use crate::grammar::{DateReading, Intent, Slot, Understanding};
use crate::ports::booking::{self, Wanted};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Weekday};

/// Starts or days that are told at a time.
const TOLD_MAX: usize = 3;
/// Days that are looked at where no end was said.
const DAYS_AHEAD: i64 = 14;
/// Weeks that are looked at for a weekday where no month was said.
const WEEKS_AHEAD: i64 = 4;
/// Words of a caller who wants the next free day, whatever day that is.
const SOONEST: [&str; 6] = [
    "next opening",
    "next available",
    "soonest",
    "earliest",
    "nearest",
    "first available",
];
/// Words that choose among what was offered, and which they choose.
const PLACES: [(&str, usize); 6] = [
    ("first", 0),
    ("former", 0),
    ("second", 1),
    ("third", 2),
    ("last", usize::MAX),
    ("latter", usize::MAX),
];
/// Words that choose the one start in a stretch of the day, from an hour and before another.
const STRETCHES: [(&str, i8, i8); 5] = [
    ("morning", 0, 12),
    ("afternoon", 12, 17),
    ("evening", 17, 24),
    ("night", 17, 24),
    ("late", 17, 24),
];
/// Words of a caller to whom every offer is as good.
const ANY: [&str; 4] = ["either", "any of", "whichever", "doesn't matter"];
/// Words of a choice by place that says nothing else, such as "the second one please".
const CHOICE_WORDS_MAX: usize = 5;

/// Days among which a caller looks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: Date,
    to: Date,
    weekday: Option<Weekday>,
}

impl Dialogue {
    /// Tells what is free, where the caller asks for that: on a day, where no time is named; else among several days.
    pub(super) fn about_openings(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        let words = words.to_lowercase();
        let soonest = SOONEST.iter().any(|said| words.contains(said));
        let looks = reading.has(Intent::AskAvailability) || soonest && reading.date.is_none();
        if !looks {
            return None;
        }
        if let Some(stretch) = stretch(reading, &words, now, soonest && self.slots.date.is_none()) {
            self.misses = 0;
            self.slots.date = None;
            let wanted = self.wanted_from(stretch.from);
            return Some(Reply::ask(Ask::Openings(Wanted {
                until: Some(stretch.to),
                weekday: stretch.weekday.map(Weekday::to_monday_one_offset),
                ..wanted
            })));
        }
        let date = self.slots.date.filter(|_| self.slots.time.is_none())?;
        self.misses = 0;
        let wanted = self.wanted_from(date);
        Some(Reply::ask(Ask::Openings(wanted)))
    }

    /// Wants any start from a day on; at the time that was named, if one was.
    fn wanted_from(&self, day: Date) -> Wanted {
        Wanted {
            starts: day.to_datetime(self.slots.time.unwrap_or(self.settings.opens)),
            guests: self.slots.party_size.unwrap_or(1),
            zip: self.slots.place.zip.clone(),
            ..Wanted::default()
        }
    }

    /// Takes the book's answer to `Next::Openings`.
    pub fn openings_found(&mut self, result: &Result<Vec<DateTime>, booking::Error>) -> Reply {
        let reply = match (result, self.slots.date) {
            (Ok(openings), Some(date)) if is_of(openings, date) => self.tell_starts(date, openings),
            // The caller has named another day meanwhile.
            (Ok(_), Some(_)) => self.go_on(),
            (Ok(openings), None) => self.tell_days(openings),
            (Err(error), _) => self.refused(error),
        };
        self.remember(reply)
    }

    /// Tells a few starts of a day.
    fn tell_starts(&mut self, date: Date, openings: &[DateTime]) -> Reply {
        let told = spread(openings);
        if told.is_empty() {
            self.slots.date = None;
            self.stage = Stage::Asking(Slot::Date);
            let full = phrases::day_is_full(date);
            return self.put_as(&phrases::another_day(), Some(full));
        }
        let question = phrases::openings(date, &told);
        self.stage = Stage::Offering(told);
        self.put_as(&question, None)
    }

    /// Tells the first days on which something is free; at the time that was named, if one was.
    fn tell_days(&mut self, openings: &[DateTime]) -> Reply {
        let at_time = |one: &&DateTime| self.slots.time.is_none_or(|time| one.time() == time);
        let mut days: Vec<Date> = openings
            .iter()
            .filter(at_time)
            .map(|one| one.date())
            .collect();
        days.dedup();
        days.truncate(TOLD_MAX);
        if days.is_empty() {
            return self.open(
                Stage::Asking(Slot::Date),
                Some(phrases::NOTHING_FREE.to_owned()),
            );
        }
        if let [only] = days.as_slice() {
            self.slots.date = Some(*only);
        }
        let told = phrases::free_days(&days);
        match self.slots.date {
            Some(_) => self.next_after(told),
            None => self.open(Stage::Asking(Slot::Date), Some(told)),
        }
    }

    /// Goes on with the only day that is free, after saying so.
    fn next_after(&mut self, told: String) -> Reply {
        self.go_on().beginning(&told)
    }

    /// Takes a choice among several starts by its place, such as "the second one", which is no day and no time.
    pub(super) fn choose_by_place(&mut self, words: &str) -> Option<Reply> {
        let Stage::Offering(offers) = &self.stage else {
            return None;
        };
        let words = words.to_lowercase();
        let words: Vec<&str> = words
            .split(|one: char| !one.is_alphanumeric() && one != '\'')
            .filter(|word| !word.is_empty())
            .collect();
        let spoken = words.join(" ");
        let place = PLACES.iter().find(|(place, _)| words.contains(place));
        let one = words
            .iter()
            .any(|word| ["one", "option", "choice"].contains(word));
        let stretch = STRETCHES
            .iter()
            .find(|(part, ..)| one && words.contains(part));
        let fits = |offer: &DateTime| {
            stretch.is_some_and(|(_, from, to)| (*from..*to).contains(&offer.hour()))
        };
        let place = match place {
            None if offers.iter().filter(|offer| fits(offer)).count() == 1 => {
                offers.iter().position(fits)?
            }
            Some((_, place)) if one || words.len() <= 2 => *place,
            None if ANY.iter().any(|any| spoken.contains(any)) => 0,
            _ => return None,
        };
        if offers.len() < 2 || words.len() > CHOICE_WORDS_MAX {
            return None;
        }
        let chosen = *offers.get(place.min(offers.len() - 1))?;
        Some(self.take_offer(chosen))
    }

    fn take_offer(&mut self, chosen: DateTime) -> Reply {
        self.misses = 0;
        self.slots.date = Some(chosen.date());
        self.slots.time = Some(chosen.time());
        self.go_on()
    }

    /// Takes a choice among starts that were offered, by day or time, or by a yes; `None` leaves what was said to the rest of
    /// the policy.
    pub(super) fn choose_offer(
        &mut self,
        offers: &[DateTime],
        reading: &Understanding,
    ) -> Option<Reply> {
        let day = match reading.date.as_ref().map(|found| &found.value) {
            Some(DateReading::On(day)) => Some(*day),
            _ => None,
        };
        let times = reading.time.as_ref().map(|found| stretch_of(&found.value));
        let mut fitting = offers.iter().filter(|offer| {
            day.is_none_or(|day| offer.date() == day)
                && times.is_none_or(|(from, to)| (from..=to).contains(&offer.time()))
        });
        let said = day.is_some() || times.is_some();
        let agrees = reading.has(Intent::Affirm) && !reading.has(Intent::Deny);
        let chosen = match (fitting.next(), fitting.next()) {
            (Some(only), None) if said || agrees && offers.len() == 1 => *only,
            _ => return None,
        };
        Some(self.take_offer(chosen))
    }
}

/// Tells whether the starts are those of that day, or none.
fn is_of(openings: &[DateTime], date: Date) -> bool {
    openings.iter().all(|one| one.date() == date)
}

/// Gives the days among which one is looked for; `None` where one day was named.
fn stretch(reading: &Understanding, words: &str, now: DateTime, soonest: bool) -> Option<Stretch> {
    let today = now.date();
    let ahead = |from: Date| from.saturating_add(DAYS_AHEAD.days());
    let (from, to) = match reading.date.as_ref().map(|found| &found.value) {
        Some(DateReading::Between { from, to }) if from != to => (*from, *to),
        Some(DateReading::From(from)) => (*from, ahead(*from)),
        Some(DateReading::Until(to)) => (today, *to),
        Some(DateReading::On(first)) if is_any_of(words, first.weekday()) => {
            (*first, last_of(*first, words))
        }
        None if soonest => (today, ahead(today)),
        _ => return None,
    };
    Some(Stretch {
        from: from.max(today),
        to: to.max(today),
        weekday: weekday(words),
    })
}

/// Tells whether any such weekday will do: "any Saturday", "what Saturdays".
fn is_any_of(words: &str, day: Weekday) -> bool {
    let named = WEEKDAYS.iter().find(|(_, one)| *one == day);
    named.is_some_and(|(name, _)| {
        words.contains(&format!("any {name}")) || words.contains(&format!("{name}s"))
    })
}

/// Gives the last day that is looked at from a day on: the end of its month where a month was named.
fn last_of(first: Date, words: &str) -> Date {
    let month = usize::from(first.month().unsigned_abs()) - 1;
    if MONTHS.get(month).is_some_and(|name| words.contains(name)) {
        first.last_of_month()
    } else {
        first.saturating_add(WEEKS_AHEAD.weeks())
    }
}

/// Gives the weekday that is named.
fn weekday(words: &str) -> Option<Weekday> {
    let mut named = WEEKDAYS.iter().filter(|(name, _)| words.contains(name));
    match (named.next(), named.next()) {
        (Some((_, day)), None) => Some(*day),
        _ => None,
    }
}

/// Picks a few openings that are spread over the day.
fn spread(openings: &[DateTime]) -> Vec<DateTime> {
    let last = openings.len().saturating_sub(1);
    let mut told: Vec<DateTime> = (0..TOLD_MAX)
        .filter_map(|nth| openings.get(nth * last / (TOLD_MAX - 1)).copied())
        .collect();
    told.dedup();
    told
}
