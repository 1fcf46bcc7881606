//! Reads days said by their distance from today: tomorrow, in three weeks, the weekend, next month.
//!
//! Owns counting in days, weeks and months, and what "beginning" and "end" of them are. Called by `days`.
//! Never reads the clock: today is given.

use jiff::civil::Date;

use super::calendar::{self, plus_days, plus_months};
use super::days::{self, Day};
use super::numbers::{self, Read};
use super::tokens::{Token, says, word};
use super::weeks;

/// Reads a relative day at `i`.
pub(super) fn relative_at(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    named(tokens, i, today)
        .or_else(|| counted(tokens, i, today))
        .or_else(|| from_anchor(tokens, i, today))
        .or_else(|| counted_weekdays(tokens, i, today))
        .or_else(|| weeks::edge_day(tokens, i, today))
        .or_else(|| weeks::nth_week(tokens, i, today))
        .or_else(|| weeks::season_or_year(tokens, i, today))
        .or_else(|| weeks::holiday_weekend(tokens, i, today))
        .or_else(|| weeks::weekend(tokens, i, today))
        .or_else(|| next_count(tokens, i, today))
        .or_else(|| weeks::week_or_month(tokens, i, today))
}

/// "Today", "tomorrow", "the day after tomorrow", "this day", "the next day".
fn named(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let at = i + usize::from(word(tokens, i) == "the");
    if says(tokens, at, &["day", "after", "tomorrow"]) {
        return Some((Day::On(plus_days(today, 2)?), at + 3));
    }
    if says(tokens, at, &["day", "after"]) {
        let anchor = at + 2;
        if let Some((date, next)) = anchor_at(tokens, anchor, today) {
            return Some((Day::On(plus_days(date, 1)?), next));
        }
    }
    if says(tokens, at, &["day", "before"])
        && let Some((date, next)) = anchor_at(tokens, at + 2, today)
    {
        return Some((Day::On(plus_days(date, -1)?), next));
    }
    if says(tokens, at, &["next", "day"]) || says(tokens, at, &["following", "day"]) {
        return Some((Day::On(plus_days(today, 1)?), at + 2));
    }
    if says(tokens, i, &["this", "day"]) {
        return Some((Day::On(today), i + 2));
    }
    let days = match word(tokens, i) {
        "today" | "todays" | "today's" | "tonight" | "tonite" | "tonight's" => 0,
        "tomorrow" | "tomorow" | "tommorow" | "tommorrow" | "tmrw" | "tomorrow's" | "tomorrows"
        | "tmr" => 1,
        "yesterday" => -1,
        "later" if says(tokens, i, &["later", "today"]) => return Some((Day::On(today), i + 2)),
        _ => return None,
    };
    let next = i + 1;
    let whole = matches!(word(tokens, i), "today" | "tomorrow");
    if says(tokens, next, &["week"]) && whole {
        return Some((Day::On(plus_days(today, days + 7)?), next + 1));
    }
    Some((Day::On(plus_days(today, days)?), next))
}

/// Words within which an anchor must be said; bounds anchors that hang on anchors.
const ANCHOR_WORDS_MAX: usize = 8;

/// A holiday or a plain day that others are counted from.
pub(super) fn anchor_at(tokens: &[Token], i: usize, today: Date) -> Read<Date> {
    let near = &tokens[..tokens.len().min(i + ANCHOR_WORDS_MAX)];
    let (day, next) = days::day_at(near, i, today)?;
    let (date, _) = days::resolve(day, today)?;
    Some((date, next))
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Days,
    Weeks,
    Fortnights,
    Months,
    Years,
}

fn unit_at(tokens: &[Token], i: usize) -> Option<Unit> {
    Some(match word(tokens, i) {
        "day" | "days" => Unit::Days,
        "week" | "weeks" | "wk" | "wks" | "week's" => Unit::Weeks,
        "fortnight" | "fortnights" => Unit::Fortnights,
        "month" | "months" | "month's" => Unit::Months,
        "year" | "years" => Unit::Years,
        _ => return None,
    })
}

fn add(date: Date, count: i64, unit: Unit) -> Option<Date> {
    match unit {
        Unit::Days => plus_days(date, count),
        Unit::Weeks => plus_days(date, count.checked_mul(7)?),
        Unit::Fortnights => plus_days(date, count.checked_mul(14)?),
        Unit::Months => plus_months(date, count),
        Unit::Years => plus_months(date, count.checked_mul(12)?),
    }
}

/// A count of things: a number, "a", "a couple of", "a few".
pub(super) fn count_at(tokens: &[Token], i: usize) -> Read<i64> {
    if let Some((count, next)) = numbers::small(tokens, i) {
        let next = next + usize::from(word(tokens, next) == "of");
        return Some((i64::from(count), next));
    }
    let at = i + usize::from(word(tokens, i) == "a");
    match word(tokens, at) {
        "couple" => Some((2, at + 1 + usize::from(word(tokens, at + 1) == "of"))),
        "few" => Some((3, at + 1)),
        "several" => Some((7, at + 1)),
        _ if at > i || word(tokens, i) == "an" => Some((1, i + 1)),
        _ => None,
    }
}

fn amount(tokens: &[Token], i: usize) -> Read<(i64, Unit)> {
    let (count, next) = count_at(tokens, i)?;
    Some(((count, unit_at(tokens, next)?), next + 1))
}

/// "In three weeks", "within 10 days", "two days from now", "two weeks hence", "3 weeks later".
fn counted(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let led = matches!(word(tokens, i), "in" | "within");
    let mut at = i + usize::from(led);
    while matches!(
        word(tokens, at),
        "about" | "around" | "like" | "exactly" | "just"
    ) {
        at += 1;
    }
    let ((count, unit), next) = amount(tokens, at)?;
    let date = add(today, count, unit)?;
    let tail = match word(tokens, next) {
        "hence" | "later" => Some(next + 1),
        "from" | "after" if matches!(word(tokens, next + 1), "now" | "today") => Some(next + 2),
        _ => None,
    };
    if let Some(end) = tail {
        let (date, end) = on_weekday(tokens, end, date).unwrap_or((date, end));
        return Some((Day::On(date), end));
    }
    // "In 3 days' time", "in two weeks".
    led.then_some((
        Day::On(date),
        next + usize::from(word(tokens, next) == "time"),
    ))
}

/// "Two months from today on Tuesday".
fn on_weekday(tokens: &[Token], i: usize, date: Date) -> Read<Date> {
    let day = calendar::weekday_at(tokens, i + 1).filter(|_| word(tokens, i) == "on")?;
    Some((calendar::next_weekday(date, day, true)?, i + 2))
}

/// "A week from Tuesday", "two months after next Friday", "three days before Christmas".
fn from_anchor(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let ((count, unit), next) = amount(tokens, i)?;
    let (sign, at) = match word(tokens, next) {
        "from" | "after" | "on" | "past" => (1, next + 1),
        "before" => (-1, next + 1),
        // British "a week tomorrow".
        "today" | "tomorrow" => (1, next),
        _ => return None,
    };
    let (date, end) = anchor_at(tokens, at, today)?;
    Some((Day::On(add(date, count * sign, unit)?), end))
}

/// "Three Fridays from now", "the second Monday after May 25", "the Monday before Christmas".
fn counted_weekdays(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let at = i + usize::from(word(tokens, i) == "the");
    let (count, at) = match calendar::weekday_at(tokens, at) {
        Some(_) => (1, at),
        None => match numbers::ordinal(tokens, at) {
            Some((nth, next)) => (i32::try_from(nth).ok()?, next),
            None => {
                let (count, next) = numbers::small(tokens, at)?;
                (i32::try_from(count).ok()?, next)
            }
        },
    };
    let day = calendar::weekday_at(tokens, at)?;
    let next = at + 1;
    if says(tokens, next, &["from", "now"]) || says(tokens, next, &["from", "today"]) {
        return Some((Day::On(today.nth_weekday(count, day).ok()?), next + 2));
    }
    let sign = match word(tokens, next) {
        "after" => 1,
        "before" => -1,
        _ => return None,
    };
    let (date, end) = anchor_at(tokens, next + 1, today)?;
    Some((Day::On(date.nth_weekday(count * sign, day).ok()?), end))
}

/// "In two weeks", "two weeks from now", "in three weeks' time" after a weekday: weeks from this one.
pub(super) fn weeks_ahead(tokens: &[Token], i: usize) -> Read<i32> {
    let led = word(tokens, i) == "in";
    let (count, next) = count_at(tokens, i + usize::from(led))?;
    if !matches!(word(tokens, next), "week" | "weeks") {
        return None;
    }
    let tail =
        says(tokens, next + 1, &["from", "now"]) || says(tokens, next + 1, &["from", "today"]);
    let time = word(tokens, next + 1) == "time";
    // "In a week" has its own reading: the coming one and seven days.
    let weeks = i32::try_from(count)
        .ok()
        .filter(|weeks| *weeks > 1 || tail)?;
    (led || tail).then_some((weeks, next + 1 + 2 * usize::from(tail) + usize::from(time)))
}

/// "Next three days", "the 2 next weeks", "the next few days", "next fortnight".
fn next_count(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let mut at = i + usize::from(word(tokens, i) == "the");
    let led = matches!(
        word(tokens, at),
        "next" | "coming" | "upcoming" | "following"
    );
    at += usize::from(led);
    let (count, mut at) = count_at(tokens, at)
        .or_else(|| (led && word(tokens, at) == "fortnight").then_some((1, at)))?;
    if !led {
        if !matches!(word(tokens, at), "next" | "coming" | "upcoming") {
            return None;
        }
        at += 1;
    }
    let unit = unit_at(tokens, at)?;
    let from = plus_days(today, 1)?;
    let to = plus_days(add(from, count, unit)?, -1)?;
    Some((Day::Span(from, to), at + 1))
}
