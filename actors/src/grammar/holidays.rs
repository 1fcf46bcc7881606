//! Feast days and bank holidays by name.
//!
//! Owns their names and how each is computed. Called by the readers of days. Never knows who observes them.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};

use super::calendar::{nth_of_month, plus_days};
use super::numbers::Read;
use super::tokens::{Token, word};

/// How the date of a holiday follows from the year.
#[derive(Clone, Copy)]
enum Rule {
    /// Month and day.
    Fixed(i8, i8),
    /// Month, which (-1: last), weekday.
    Nth(i8, i8, Weekday),
    /// Days after Easter Sunday.
    Easter(i64),
    /// Days after the nth weekday of a month.
    AfterNth(i8, i8, Weekday, i64),
}

use Rule::{AfterNth, Easter, Fixed, Nth};
use Weekday::{Friday, Monday, Sunday, Thursday, Tuesday};

/// Names (apostrophes and a final s left out), longest first where one begins another.
const HOLIDAYS: &[(&[&str], Rule)] = &[
    (&["new", "year", "eve"], Fixed(12, 31)),
    (&["new", "year", "day"], Fixed(1, 1)),
    (&["new", "year"], Fixed(1, 1)),
    (&["martin", "luther", "king", "day"], Nth(1, 3, Monday)),
    (
        &["martin", "luther", "king", "jr", "day"],
        Nth(1, 3, Monday),
    ),
    (&["mlk", "day"], Nth(1, 3, Monday)),
    (&["groundhog", "day"], Fixed(2, 2)),
    (&["valentine", "day"], Fixed(2, 14)),
    (&["valentine"], Fixed(2, 14)),
    (&["president", "day"], Nth(2, 3, Monday)),
    (&["st", "patrick", "day"], Fixed(3, 17)),
    (&["saint", "patrick", "day"], Fixed(3, 17)),
    (&["st", "paddy", "day"], Fixed(3, 17)),
    (&["saint", "paddy", "day"], Fixed(3, 17)),
    (&["april", "fool", "day"], Fixed(4, 1)),
    (&["april", "fool"], Fixed(4, 1)),
    (&["super", "bowl", "sunday"], Nth(2, 2, Sunday)),
    (&["super", "bowl"], Nth(2, 2, Sunday)),
    (&["sibling", "day"], Fixed(4, 10)),
    (&["tax", "day"], Fixed(4, 15)),
    (&["earth", "day"], Fixed(4, 22)),
    (&["mardi", "gra"], Easter(-47)),
    (&["shrove", "tuesday"], Easter(-47)),
    (&["pancake", "day"], Easter(-47)),
    (&["ash", "wednesday"], Easter(-46)),
    (&["palm", "sunday"], Easter(-7)),
    (&["maundy", "thursday"], Easter(-3)),
    (&["good", "friday"], Easter(-2)),
    (&["holy", "saturday"], Easter(-1)),
    (&["easter", "monday"], Easter(1)),
    (&["easter", "mon"], Easter(1)),
    (&["easter", "sunday"], Easter(0)),
    (&["easter"], Easter(0)),
    (&["ascension", "day"], Easter(39)),
    (&["whit", "monday"], Easter(50)),
    (&["pentecost"], Easter(49)),
    (&["whit", "sunday"], Easter(49)),
    (&["trinity", "sunday"], Easter(56)),
    (&["cinco", "de", "mayo"], Fixed(5, 5)),
    (&["may", "day"], Fixed(5, 1)),
    (&["star", "war", "day"], Fixed(5, 4)),
    (&["mother", "day"], Nth(5, 2, Sunday)),
    (&["memorial", "day"], Nth(5, -1, Monday)),
    (&["flag", "day"], Fixed(6, 14)),
    (&["juneteenth"], Fixed(6, 19)),
    (&["father", "day"], Nth(6, 3, Sunday)),
    (&["independence", "day"], Fixed(7, 4)),
    (&["bastille", "day"], Fixed(7, 14)),
    (&["labor", "day"], Nth(9, 1, Monday)),
    (&["labour", "day"], Nth(9, 1, Monday)),
    (&["grandparent", "day"], AfterNth(9, 1, Monday, 6)),
    (&["columbu", "day"], Nth(10, 2, Monday)),
    (&["indigenou", "people", "day"], Nth(10, 2, Monday)),
    (&["bos", "day"], Fixed(10, 16)),
    (&["halloween"], Fixed(10, 31)),
    (&["hallowe'en"], Fixed(10, 31)),
    (&["all", "saint", "day"], Fixed(11, 1)),
    (&["all", "soul", "day"], Fixed(11, 2)),
    (&["guy", "fawke", "night"], Fixed(11, 5)),
    (&["bonfire", "night"], Fixed(11, 5)),
    (&["election", "day"], AfterNth(11, 1, Monday, 1)),
    (&["veteran", "day"], Fixed(11, 11)),
    (&["armistice", "day"], Fixed(11, 11)),
    (&["remembrance", "day"], Fixed(11, 11)),
    (&["thanksgiving", "eve"], AfterNth(11, 4, Thursday, -1)),
    (&["thanksgiving", "day"], Nth(11, 4, Thursday)),
    (&["thanksgiving"], Nth(11, 4, Thursday)),
    (&["black", "friday"], AfterNth(11, 4, Thursday, 1)),
    (&["cyber", "monday"], AfterNth(11, 4, Thursday, 4)),
    (&["giving", "tuesday"], AfterNth(11, 4, Thursday, 5)),
    (&["christma", "eve"], Fixed(12, 24)),
    (&["xma", "eve"], Fixed(12, 24)),
    (&["christma", "day"], Fixed(12, 25)),
    (&["xma", "day"], Fixed(12, 25)),
    (&["christma"], Fixed(12, 25)),
    (&["xma"], Fixed(12, 25)),
    (&["boxing", "day"], Fixed(12, 26)),
    (&["fat", "tuesday"], Easter(-47)),
    (&["super", "tuesday"], AfterNth(3, 1, Tuesday, 0)),
    (&["system", "administrator", "day"], Nth(7, -1, Friday)),
];

/// The words that names of holidays begin with.
static FIRST_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = HOLIDAYS.iter();
    names
        .filter_map(|(name, _)| name.first().copied())
        .collect()
});

/// Reads the name of a holiday at `i`; gives its place in the table.
pub(super) fn holiday_at(tokens: &[Token], i: usize) -> Read<usize> {
    // "St. Patrick's Day": the dot belongs to the abbreviation.
    let dot = usize::from(word(tokens, i) == "st" && word(tokens, i + 1) == ".");
    let part_at = |n: usize| stem(word(tokens, i + n + if n > 0 { dot } else { 0 }));
    let first = part_at(0);
    FIRST_WORDS.get(first)?;
    HOLIDAYS
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| name.iter().enumerate().all(|(n, part)| part_at(n) == *part))
        .max_by_key(|(_, (name, _))| name.len())
        .map(|(at, (name, _))| (at, i + name.len() + dot))
}

/// Leaves the apostrophe and the final s away: "mothers", "mother's" and "mother" are one.
fn stem(word: &str) -> &str {
    let word = word.trim_end_matches('\'');
    let word = word.strip_suffix("'s").unwrap_or(word);
    word.strip_suffix('s').unwrap_or(word)
}

/// The date of a holiday in a year.
pub(super) fn in_year(holiday: usize, year: i16) -> Option<Date> {
    let (_, rule) = HOLIDAYS.get(holiday)?;
    match *rule {
        Fixed(month, day) => Date::new(year, month, day).ok(),
        Nth(month, nth, day) => nth_of_month(Date::new(year, month, 1).ok()?, nth, day),
        Easter(days) => plus_days(easter(year)?, days),
        AfterNth(month, nth, day, days) => plus_days(
            nth_of_month(Date::new(year, month, 1).ok()?, nth, day)?,
            days,
        ),
    }
}

/// The next date of a holiday on or after `today`.
pub(super) fn next(holiday: usize, today: Date) -> Option<Date> {
    (0..2)
        .filter_map(|ahead| in_year(holiday, today.year() + ahead))
        .find(|date| *date >= today)
}

/// Easter Sunday by the anonymous Gregorian algorithm.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(
        year,
        i8::try_from(n / 31).ok()?,
        i8::try_from(n % 31 + 1).ok()?,
    )
    .ok()
}
