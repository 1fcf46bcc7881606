//! Owns how dates are read: "Nov 24, 2026", "24 November", "11/24/2026", "2026-11-24".
//!
//! Called by `spoken`. Never checks that a date exists, only that its numbers are in range.

use super::numbers::{ordinal, year};
use super::words::{Reading, Word};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads a date at `at`.
pub fn read(words: &[Word], at: usize) -> Option<Reading> {
    month_day(words, at)
        .or_else(|| day_month(words, at))
        .or_else(|| numeric(words[at].core))
}

/// The full name of a month, from that name or its usual short form.
pub fn month(text: &str) -> Option<&'static str> {
    let full = MONTHS.into_iter().find(|name| *name == text);
    let short = || match text {
        "Sept" => Some("September"),
        _ if text.len() == 3 => MONTHS.into_iter().find(|name| name.starts_with(text)),
        _ => None,
    };
    full.or_else(short)
}

/// Month 11 and day 24 are "November twenty-fourth".
pub fn day_of_month(month: u64, day: u64) -> Option<String> {
    let name = MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    (1..=31)
        .contains(&day)
        .then(|| format!("{name} {}", ordinal(day)))
}

/// A day of the month, written "24" or "24th".
fn day(text: &str) -> Option<u64> {
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| text.strip_suffix(end));
    bare.unwrap_or(text)
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day) && text.len() <= 4)
}

fn four_digit_year(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|n| text.len() == 4 && (1_900..2_100).contains(n))
}

/// "November 24", "Nov. 24th, 2026".
fn month_day(words: &[Word], at: usize) -> Option<Reading> {
    let name = month(words[at].core).filter(|_| matches!(words[at].tail, "" | "."))?;
    let second = words.get(at + 1)?;
    let date = format!("{name} {}", ordinal(day(second.core)?));
    let third = words
        .get(at + 2)
        .filter(|_| matches!(second.tail, "" | ","));
    match third.and_then(|third| four_digit_year(third.core)) {
        Some(n) => Some(Reading::of(3, format!("{date}, {}", year(n)))),
        None => Some(Reading::of(2, date)),
    }
}

/// "24 November", "the 24th of November".
fn day_month(words: &[Word], at: usize) -> Option<Reading> {
    let day = day(words[at].core).filter(|_| words[at].tail.is_empty())?;
    let of = usize::from(words.get(at + 1)?.core == "of");
    let name = month(words.get(at + 1 + of)?.core)?;
    let the = at > 0 && words[at - 1].core.eq_ignore_ascii_case("the");
    let the = if the { "" } else { "the " };
    Some(Reading::short(
        2 + of,
        format!("{the}{} of {name}", ordinal(day)),
    ))
}

/// "2026-11-24", "11/24/2026", "11/24/26".
fn numeric(core: &str) -> Option<Reading> {
    let parts =
        |sign| -> Option<[&str; 3]> { core.split(sign).collect::<Vec<_>>().try_into().ok() };
    let in_range = |month: &str, day: &str| day_of_month(month.parse().ok()?, day.parse().ok()?);
    if let Some([y, m, d]) = parts('-').filter(|[y, m, d]| [y.len(), m.len(), d.len()] == [4, 2, 2])
    {
        let n = four_digit_year(y)?;
        return Some(Reading::of(1, format!("{}, {}", in_range(m, d)?, year(n))));
    }
    let [a, b, y] = parts('/')?;
    let date = in_range(a, b).or_else(|| in_range(b, a))?;
    let n = match y.len() {
        2 => 2_000 + y.parse::<u64>().ok()?,
        _ => four_digit_year(y)?,
    };
    Some(Reading::of(1, format!("{date}, {}", year(n))))
}
