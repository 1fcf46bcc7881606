//! The calendar in words: weekdays, months, years, and which day a partly named one is.
//!
//! Owns rolling forward and what does not exist. Called by the readers of days. Never reads the clock.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use super::numbers::{self, Read};
use super::tokens::{Kind, Token, word};

/// The weekday a word names.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    Some(match word {
        "monday" | "mondays" | "mon" => Weekday::Monday,
        "tuesday" | "tuesdays" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wednesdays" | "wed" | "weds" | "wensday" => Weekday::Wednesday,
        "thursday" | "thursdays" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fridays" | "fri" => Weekday::Friday,
        "saturday" | "saturdays" | "sat" => Weekday::Saturday,
        "sunday" | "sundays" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// The weekday named at `i`; "sun", "sat" and the like only where they are not words of their own.
pub(super) fn weekday_at(tokens: &[Token], i: usize) -> Option<Weekday> {
    let day = weekday(word(tokens, i))?;
    let short = word(tokens, i).len() < 4;
    let before = i.checked_sub(1).map_or("", |at| word(tokens, at));
    let own_word = short
        && matches!(
            before,
            "the" | "i" | "we" | "he" | "she" | "they" | "who" | "a"
        );
    (!own_word).then_some(day)
}

/// The month a word names, 1 to 12.
pub(super) fn month(word: &str) -> Option<i8> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" | "febuary" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

/// A year after a day: "2017", "twenty seventeen", "nineteen oh five", "two thousand and twelve".
pub(super) fn year_at(tokens: &[Token], i: usize) -> Read<i16> {
    let token = tokens.get(i)?;
    if let Kind::Ordinal(century @ (19 | 20)) = token.kind {
        // "19th 13": nineteen thirteen.
        let rest = tokens.get(i + 1).filter(|token| token.word.len() == 2)?;
        let year = i16::try_from(u64::from(century) * 100 + rest.digits()?).ok()?;
        return Some((year, i + 2));
    }
    if token.kind == Kind::Digits {
        let plausible = token.word.len() == 4;
        let value = token.digits().and_then(|value| i16::try_from(value).ok())?;
        let round =
            value % 10 == 0 && i + 2 + usize::from(word(tokens, i + 1) == "and") == tokens.len();
        let last = tokens.last().filter(|last| round && last.word.len() == 1);
        let more = last.and_then(|last| i16::try_from(last.digits()?).ok());
        // "1930 7", "2000 and 4" at the end: the year goes on.
        let (value, next) = more.map_or((value, i + 1), |more| (value + more, tokens.len()));
        return (plausible && (1900..2100).contains(&value)).then_some((value, next));
    }
    if token.is(&["two"]) && word(tokens, i + 1) == "thousand" {
        let mut at = i + 2;
        if word(tokens, at) == "and" {
            at += 1;
        }
        return Some(match numbers::below_hundred(tokens, at) {
            Some((rest, next)) => (2000 + i16::try_from(rest).ok()?, next),
            None => (2000, i + 2),
        });
    }
    let century = match token.word.as_str() {
        "nineteen" => 1900,
        "twenty" => 2000,
        _ => return None,
    };
    if matches!(word(tokens, i + 1), "oh" | "o" | "hundred") {
        let (rest, next) = numbers::below_hundred(tokens, i + 2)?;
        return Some((century + i16::try_from(rest).ok()?, next));
    }
    let (rest, next) = numbers::below_hundred(tokens, i + 1)?;
    (rest >= 10).then_some((century + i16::try_from(rest).ok()?, next))
}

/// The next such weekday after `today`; today itself only if `today_counts`.
pub(super) fn next_weekday(today: Date, day: Weekday, today_counts: bool) -> Option<Date> {
    if today_counts && today.weekday() == day {
        return Some(today);
    }
    today.nth_weekday(1, day).ok()
}

/// Monday of the week `weeks` after the one `today` is in.
pub(super) fn monday(today: Date, weeks: i32) -> Option<Date> {
    let back = i64::from(today.weekday().to_monday_zero_offset());
    plus_days(today, i64::from(weeks) * 7 - back)
}

/// Adds days; nothing where the calendar ends.
pub(super) fn plus_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// Adds months, keeping to the last day of a shorter month.
pub(super) fn plus_months(date: Date, months: i64) -> Option<Date> {
    date.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// What came of looking for a day by its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lookup {
    /// It is this day.
    Day(Date),
    /// No such day exists.
    Impossible,
}

/// The next day on or after `today` with that month and number, or in that year.
pub(super) fn month_day(today: Date, month: i8, day: u32, year: Option<i16>) -> Lookup {
    let Ok(day) = i8::try_from(day) else {
        return Lookup::Impossible;
    };
    if let Some(year) = year {
        return Date::new(year, month, day).map_or(Lookup::Impossible, Lookup::Day);
    }
    // Eight years reach the next leap day even across a century.
    (0..=8)
        .filter_map(|ahead| Date::new(today.year() + ahead, month, day).ok())
        .find(|date| *date >= today)
        .map_or(Lookup::Impossible, Lookup::Day)
}

/// The next day on or after `today` with that number in its month.
pub(super) fn day_of_month(today: Date, day: u32) -> Lookup {
    let Ok(day) = i8::try_from(day) else {
        return Lookup::Impossible;
    };
    let first = today.first_of_month();
    (0..3)
        .filter_map(|ahead| plus_months(first, ahead))
        .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
        .find(|date| *date >= today)
        .map_or(Lookup::Impossible, Lookup::Day)
}

/// That number in the month `months` after the one `today` is in.
pub(super) fn day_in_month(today: Date, months: i64, day: u32) -> Lookup {
    let found = plus_months(today.first_of_month(), months)
        .zip(i8::try_from(day).ok())
        .and_then(|(month, day)| Date::new(month.year(), month.month(), day).ok());
    found.map_or(Lookup::Impossible, Lookup::Day)
}

/// The `nth` such weekday of a month (-1: the last).
pub(super) fn nth_of_month(month: Date, nth: i8, day: Weekday) -> Option<Date> {
    month.nth_weekday_of_month(nth, day).ok()
}

/// First and last day of the month `months` after the one `today` is in.
pub(super) fn month_span(today: Date, months: i64) -> Option<(Date, Date)> {
    let first = plus_months(today.first_of_month(), months)?;
    Some((first, first.last_of_month()))
}
