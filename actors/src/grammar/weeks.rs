//! Reads weeks, weekends, months and seasons, and what beginning and end of them are.
//!
//! Owns stretches of days. Called by `relative` and `days`. Never reads the clock: today is given.

use jiff::civil::{Date, Weekday};

use super::calendar::{self, plus_days};
use super::day_words::year_after;
use super::days::Day;
use super::holidays;
use super::numbers::{self, Read};
use super::relative::{anchor_at, count_at};
use super::tokens::{Token, says, word, word_before};

/// Which stretch of a week or a month was meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stretch {
    /// All of it.
    Whole,
    /// Its beginning.
    Beginning,
    /// Its middle.
    Middle,
    /// Its end.
    End,
    /// What comes later in it.
    Later,
    /// What is left of it.
    Rest,
}

/// "The last day of October", "the first day of next month".
pub(super) fn edge_day(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let at = i + usize::from(word(tokens, i) == "the");
    let last = match word(tokens, at) {
        "last" => true,
        "first" => false,
        _ => return None,
    };
    if !(word(tokens, at + 1) == "day" && matches!(word(tokens, at + 2), "of" | "in")) {
        return None;
    }
    let (from, to, end) = month_at(tokens, at + 3, today)?;
    Some((Day::On(if last { to } else { from }), end))
}

/// "This summer", "next spring", "next year": by the sun, as callers mean it.
pub(super) fn season_or_year(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let ahead = match word(tokens, i) {
        "this" | "the" | "in" | "coming" => 0,
        "next" => 1,
        _ => return None,
    };
    let at = i + 1 + usize::from(word(tokens, i) == "in" && word(tokens, i + 1) == "the");
    let year = today.year();
    if word(tokens, at) == "year" && matches!(word(tokens, i), "this" | "next") {
        let from = Date::new(year + ahead, 1, 1).ok()?;
        return Some((
            Day::Span(from.max(today), Date::new(year + ahead, 12, 31).ok()?),
            at + 1,
        ));
    }
    let (month, day, to_month, to_day) = match word(tokens, at) {
        "spring" => (3, 20, 6, 21),
        "summer" => (6, 21, 9, 23),
        "fall" | "autumn" => (9, 23, 12, 21),
        "winter" => (12, 21, 3, 20),
        _ => return None,
    };
    let ends = |year: i16| Date::new(year + i16::from(to_month < month), to_month, to_day).ok();
    let first = (year - 1..=year + 1).find(|year| ends(*year).is_some_and(|end| end >= today))?;
    let current = Date::new(first, month, day).ok()? <= today;
    let first = if ahead == 1 && current {
        first + 1
    } else {
        first
    };
    Some((
        Day::Span(Date::new(first, month, day).ok()?, ends(first)?),
        at + 1,
    ))
}

/// "The last weekend of April", "the second week of June", "the first week of next month".
pub(super) fn nth_week(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let at = i + usize::from(word(tokens, i) == "the");
    let (nth, at) = match numbers::ordinal(tokens, at) {
        Some((nth, next)) => (
            i8::try_from(nth).ok().filter(|nth| (1..=5).contains(nth))?,
            next,
        ),
        None if word(tokens, at) == "last" => (-1, at + 1),
        None => return None,
    };
    let weekend = match word(tokens, at) {
        "weekend" => true,
        "week" => false,
        _ => return None,
    };
    let at = at + 1 + usize::from(matches!(word(tokens, at + 1), "of" | "in"));
    let (from, _, end) = month_at(tokens, at, today)?;
    let day = if weekend {
        Weekday::Saturday
    } else {
        Weekday::Monday
    };
    let first = calendar::nth_of_month(from, nth, day)?;
    Some((
        Day::Span(first, plus_days(first, if weekend { 1 } else { 6 })?),
        end,
    ))
}

/// A month by name or by its distance, and where its words end.
pub(super) fn month_at(tokens: &[Token], i: usize, today: Date) -> Option<(Date, Date, usize)> {
    if let Some((months, end)) = month_offset(tokens, i) {
        let (from, to) = calendar::month_span(today, months)?;
        return Some((from, to, end));
    }
    if says(tokens, i, &["the", "month"]) {
        let (from, to) = calendar::month_span(today, 0)?;
        return Some((from, to, i + 2));
    }
    let month = calendar::month(word(tokens, i))?;
    let (year, end) = year_after(tokens, i + 1);
    let year = year.unwrap_or(today.year() + i16::from(month < today.month()));
    let first = Date::new(year, month, 1).ok()?;
    Some((first, first.last_of_month(), end))
}

/// "Memorial Day weekend": the weekend that a holiday belongs to.
pub(super) fn holiday_weekend(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let (holiday, next) = holidays::holiday_at(tokens, i)?;
    let end = next + usize::from(word(tokens, next) == "weekend");
    if end == next {
        return None;
    }
    let date = holidays::next(holiday, today)?;
    let monday = calendar::monday(date, 0)?;
    let (from, to) = match date.weekday() {
        Weekday::Monday | Weekday::Tuesday => (plus_days(monday, -2)?, date),
        Weekday::Thursday | Weekday::Friday => (date, plus_days(monday, 6)?),
        _ => (plus_days(monday, 5)?, plus_days(monday, 6)?),
    };
    Some((Day::Span(from, to), end))
}

/// "The weekend", "this weekend", "next weekend", "the weekend of the 5th".
pub(super) fn weekend(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let mut at = i;
    let mut weeks = 0;
    while let Some(ahead) = offset_word(word(tokens, at)) {
        weeks = ahead;
        at += 1;
    }
    let next = match word(tokens, at) {
        "weekend" | "weekends" => at + 1,
        "week" if word(tokens, at + 1) == "end" => at + 2,
        _ => return None,
    };
    if says(tokens, next, &["after", "next"]) {
        return Some((weekend_of(calendar::monday(today, 2)?)?, next + 2));
    }
    // "Any weekend in June" is as good as June.
    if let Some((from, to, end)) =
        month_at(tokens, next + 1, today).filter(|_| matches!(word(tokens, next), "in" | "of"))
    {
        return Some((Day::Span(from.max(today), to), end));
    }
    if matches!(word(tokens, next), "of" | "after" | "before")
        && let Some((date, end)) = anchor_at(tokens, next + 1, today)
    {
        // After a day of the week, its own weekend; after one of the weekend, the next.
        let at_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let later = match word(tokens, next) {
            "after" if at_weekend => 7,
            "before" => -7,
            _ => 0,
        };
        return Some((
            weekend_of(calendar::monday(plus_days(date, later)?, 0)?)?,
            end,
        ));
    }
    let weeks = weeks + i32::from(weeks == 0 && today.weekday() == Weekday::Sunday);
    Some((weekend_of(calendar::monday(today, weeks)?)?, next))
}

fn weekend_of(monday: Date) -> Option<Day> {
    Some(Day::Span(plus_days(monday, 5)?, plus_days(monday, 6)?))
}

fn offset_word(word: &str) -> Option<i32> {
    match word {
        "this" | "the" | "coming" | "upcoming" | "current" => Some(0),
        "next" | "following" => Some(1),
        _ => None,
    }
}

/// "This week", "next week", "the following week", "the week after next": weeks from this one.
pub(super) fn week_offset(tokens: &[Token], i: usize) -> Read<i32> {
    if says(tokens, i, &["week", "after", "next"]) {
        return Some((2, i + 3));
    }
    if says(tokens, i, &["week", "after"]) {
        return Some((1, i + 2));
    }
    let weeks = match word(tokens, i) {
        "this" | "current" => 0,
        "next" | "following" | "coming" | "upcoming" => 1,
        _ => return None,
    };
    matches!(word(tokens, i + 1), "week" | "week's").then_some((weeks, i + 2))
}

/// "This month", "next month", "in two months": months from this one.
pub(super) fn month_offset(tokens: &[Token], i: usize) -> Read<i64> {
    if says(tokens, i, &["month", "after", "next"]) {
        return Some((2, i + 3));
    }
    let at = i + usize::from(word(tokens, i) == "month");
    if let Some((count, next)) = count_at(tokens, at + 1).filter(|_| word(tokens, at) == "in") {
        return matches!(word(tokens, next), "month" | "months").then_some((count, next + 1));
    }
    if let Some((count, next)) =
        numbers::small(tokens, i).filter(|_| word_before(tokens, i, 1) == "in")
    {
        return matches!(word(tokens, next), "month" | "months")
            .then_some((i64::from(count), next + 1));
    }
    let months = match word(tokens, i) {
        "this" | "current" => 0,
        "next" | "following" => 1,
        _ => return None,
    };
    matches!(word(tokens, i + 1), "month" | "month's").then_some((months, i + 2))
}

/// "Next week", "end of this week", "later this month", "the week of May 3rd".
pub(super) fn week_or_month(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let (stretch, at) = stretch_at(tokens, i);
    let mut start = at;
    while matches!(word(tokens, start), "the" | "around") {
        start += 1;
    }
    if let Some((weeks, end)) = week_offset(tokens, start) {
        let monday = calendar::monday(today, weeks)?;
        let from = if weeks == 0 && stretch == Stretch::Whole {
            today
        } else {
            monday
        };
        let (from, to) = part_of_span(stretch, from, plus_days(monday, 6)?)?;
        return Some((Day::Span(from.max(today), to.max(today)), end));
    }
    if word(tokens, start) == "week" || says(tokens, start, &["w", "/", "c"]) {
        let after = start + if word(tokens, start) == "week" { 1 } else { 3 };
        let skip = matches!(
            word(tokens, after),
            "of" | "commencing" | "beginning" | "starting"
        );
        if !skip && word(tokens, start) == "week" {
            return (stretch != Stretch::Whole).then(|| {
                let monday = calendar::monday(today, 0)?;
                let (from, to) = part_of_span(stretch, monday, plus_days(monday, 6)?)?;
                Some((Day::Span(from.max(today), to), start + 1))
            })?;
        }
        let (date, end) = anchor_at(tokens, after + usize::from(skip), today)?;
        let monday = calendar::monday(date, 0)?;
        // A week "of" a Sunday is the one that the Sunday opens.
        let monday = if date.weekday() == Weekday::Sunday {
            plus_days(date, 1)?
        } else {
            monday
        };
        return Some((Day::Span(monday, plus_days(monday, 6)?), end));
    }
    if let Some((months, end)) = month_offset(tokens, start) {
        let (first, last) = calendar::month_span(today, months)?;
        let first = if months == 0 && stretch == Stretch::Whole {
            today
        } else {
            first
        };
        let (from, to) = part_of_span(stretch, first, last)?;
        return Some((Day::Span(from.max(today), to.max(today)), end));
    }
    let start = start + usize::from(says(tokens, start, &["this", "year"]));
    if word(tokens, start) == "year" && stretch != Stretch::Whole {
        let from = Date::new(today.year(), 1, 1).ok()?;
        let middle = Date::new(today.year(), 7, 1).ok()?;
        let last = Date::new(today.year(), 12, 31).ok()?;
        let (from, to) = match stretch {
            Stretch::Later => (middle, last),
            _ => part_of_span(stretch, from, last)?,
        };
        return Some((Day::Span(from.max(today), to), start + 1));
    }
    if word(tokens, start) == "month" && stretch != Stretch::Whole {
        let (first, last) = calendar::month_span(today, 0)?;
        let (from, to) = part_of_span(stretch, first, last)?;
        return Some((Day::Span(from.max(today), to), start + 1));
    }
    None
}

/// "The beginning of", "mid", "late", "the end of", "later", "the rest of"; where what they modify begins.
pub(super) fn stretch_at(tokens: &[Token], i: usize) -> (Stretch, usize) {
    let at = i + usize::from(word(tokens, i) == "the");
    let (stretch, next) = match word(tokens, at) {
        "beginning" | "start" | "early" => (Stretch::Beginning, at + 1),
        "mid" | "middle" => (Stretch::Middle, at + 1),
        "end" | "late" => (Stretch::End, at + 1),
        "later" => (Stretch::Later, at + 1),
        "rest" | "remaining" | "remainder" => (Stretch::Rest, at + 1),
        _ => return (Stretch::Whole, i),
    };
    let next = next + usize::from(matches!(word(tokens, next), "of" | "in"));
    (stretch, next)
}

/// The days of a stretch of a span; of a week two or three, of a month ten.
pub(super) fn part_of_span(stretch: Stretch, from: Date, to: Date) -> Option<(Date, Date)> {
    let days = i64::from(to.since(from).ok()?.get_days());
    let week = days < 8;
    Some(match stretch {
        Stretch::Whole | Stretch::Rest => (from, to),
        Stretch::Beginning => (from, plus_days(from, if week { 2 } else { 9 })?),
        Stretch::Middle if week => (plus_days(from, 2)?, plus_days(from, 4)?),
        Stretch::Middle => (plus_days(from, 10)?, plus_days(from, 20)?),
        Stretch::End => (plus_days(to, if week { -2 } else { -9 })?, to),
        Stretch::Later => (plus_days(from, if week { 3 } else { 15 })?, to),
    })
}
