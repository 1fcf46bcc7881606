//! Reads one expression for a time of day, beginning at a given word.
//!
//! Owns the forms in which a clock is read out, and the choice between a.m. and p.m. Called by `datetime`.
//! Never knows the day.

use jiff::civil::Time;

use super::clock_forms;
use super::numbers::Read;
use super::people;
use super::reading::PartOfDay;
use super::tokens::{Token, says, word};

/// Which half of the day was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// Before noon.
    Am,
    /// From noon.
    Pm,
}

/// A time as said, before the half of the day is settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    /// 0 to 24.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// The half of the day, if it was said.
    pub half: Option<Half>,
    /// Whether the form cannot be anything but a clock.
    pub sure: bool,
    /// Whether it is two numbers in words, which may be others than hour and minute.
    pub spoken: bool,
    /// Whether it was written with a leading nought, as in a day of 24 hours.
    pub nought: bool,
}

impl Clock {
    /// A clock that shows this hour and minute, if there is one.
    pub fn new(hour: u32, minute: u32) -> Option<Self> {
        (hour <= 24 && minute < 60).then_some(Self {
            hour,
            minute,
            half: None,
            sure: true,
            spoken: false,
            nought: false,
        })
    }

    /// Whether the hour leaves the half of the day open.
    pub fn open(self) -> bool {
        self.half.is_none() && (1..=12).contains(&self.hour)
    }

    /// "Six-ish": an hour, unless something else that is said in numbers was asked for; nobody says "twenty-ish" of one.
    pub fn vague(self) -> Option<Self> {
        (self.hour <= 12).then_some(Self {
            sure: false,
            spoken: true,
            ..self
        })
    }

    /// The time, taking `half` where none was said.
    pub fn settle(self, half: Option<Half>) -> Option<Time> {
        let hour = match (self.half.or(half), self.hour) {
            (_, 13..=23 | 0) if !(self.hour == 0 && self.half == Some(Half::Pm)) => self.hour,
            (_, 24) => 0,
            (Some(Half::Am), 12) => 0,
            (Some(Half::Pm), hour) if hour < 12 => hour + 12,
            (_, hour) => hour,
        };
        Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(self.minute).ok()?,
            0,
            0,
        )
        .ok()
    }

    /// Takes the half of the day from a part of the day said beside it.
    pub fn in_part(mut self, part: PartOfDay) -> Self {
        if self.half.is_none() {
            self.half = match (part, self.hour) {
                (_, 0 | 13..) => None,
                (PartOfDay::Morning, _) => Some(Half::Am),
                (PartOfDay::Night, 12) => Some(Half::Am),
                (PartOfDay::Night, 1..=3) => Some(Half::Am),
                (PartOfDay::Evening, 12) => Some(Half::Am),
                _ => Some(Half::Pm),
            };
        }
        self
    }
}

/// Reads a time of day at `i`.
pub(super) fn clock_at(tokens: &[Token], i: usize) -> Read<Clock> {
    let (clock, next) = clock_forms::named(tokens, i)
        .or_else(|| clock_forms::past_or_to(tokens, i))
        .or_else(|| clock_forms::colon(tokens, i))
        .or_else(|| clock_forms::run_on(tokens, i))
        .or_else(|| clock_forms::hour_minutes(tokens, i))
        .or_else(|| clock_forms::hour_form(tokens, i))?;
    let (clock, next) = clock_forms::with_half(clock, tokens, next);
    let sure = clock.sure || clock.half.is_some();
    let clock = Clock { sure, ..clock };
    Some((clock, clock_forms::skip_ish(tokens, next)))
}

/// Nouns after a number that say it is no clock.
pub(super) fn counts_something(word: &str) -> bool {
    people::counted(word).is_some()
        || matches!(
            word,
            "table"
                | "of"
                | "ticket"
                | "tickets"
                | "seats"
                | "percent"
                | "dollars"
                | "bucks"
                | "miles"
                | "minutes"
                | "minute"
                | "mins"
                | "hours"
                | "hour"
                | "hrs"
                | "days"
                | "day"
                | "weeks"
                | "week"
                | "months"
                | "years"
                | "rooms"
                | "room"
                | "nights"
                | "night's"
                | "more"
                | "times"
                | "star"
                | "stars"
                | "tables"
                | "bedroom"
                | "beds"
                | "street"
                | "st"
                | "avenue"
                | "year"
                | "small"
                | "large"
                | "big"
                | "hundred"
                | "thousand"
                | "dozen"
                | "%"
                | "$"
        )
}

/// The part of the day a word names.
pub(super) fn part_of_day(word: &str) -> Option<PartOfDay> {
    Some(match word {
        "morning" | "mornings" | "breakfast" => PartOfDay::Morning,
        "afternoon" | "afternoons" => PartOfDay::Afternoon,
        "evening" | "evenings" | "eve" => PartOfDay::Evening,
        "night" | "nights" | "nighttime" => PartOfDay::Night,
        _ => return None,
    })
}

/// Reads "in the morning", "evening", "this afternoon", "at night", "early morning".
pub(super) fn part_at(tokens: &[Token], i: usize) -> Read<PartOfDay> {
    let mut at = i;
    while matches!(
        word(tokens, at),
        "in" | "the" | "at" | "early" | "late" | "during" | "of" | "on" | "my" | "that"
    ) && at < i + 3
    {
        at += 1;
    }
    if word(tokens, at) == "breakfast" {
        return None;
    }
    let part = part_of_day(word(tokens, at))?;
    if at == i && says(tokens, i, &["night", "stay"]) {
        return None;
    }
    let next = at + 1;
    Some((part, next + usize::from(word(tokens, next) == "time")))
}
