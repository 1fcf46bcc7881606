//! Reads a day said in digits only, year and all: "29 11 1959", "2911 1959", "05-08 1909".
//!
//! Owns how run-on digits part into day, month and year. Called by `datetime` where a day was asked for. Never reads
//! words.

use jiff::civil::Date;

use super::context::Context;
use super::tokens::{Kind, Token};

/// What an answer in digits is.
pub(super) enum Digits {
    /// A day.
    Day(Date),
    /// Digits that are no day, such as a recogniser makes of one.
    Garbled,
    /// Something else than digits, or too few of them.
    Other,
}

/// Reads an utterance of nothing but digits.
pub(super) fn read(tokens: &[Token], context: &Context) -> Digits {
    let plain = |token: &&Token| {
        !matches!(
            token.word.as_str(),
            "." | "," | "-" | "/" | ":" | "of" | "the" | "in" | "and"
        )
    };
    let groups: Vec<&Token> = tokens.iter().filter(plain).collect();
    let digits: String = groups.iter().map(|token| token.word.as_str()).collect();
    // "The 29th of the 9th 1940" counts its day and month; "the 2nd" by itself is read elsewhere.
    let number = |token: &&Token| matches!(token.kind, Kind::Digits | Kind::Ordinal(_));
    if digits.len() < 6 || !groups.iter().all(number) {
        return Digits::Other;
    }
    // A clock, or a day and a clock.
    let clock = tokens.iter().any(|token| token.word == ":") && digits.len() < 7;
    if clock || digits.len() > 8 {
        return if clock {
            Digits::Other
        } else {
            Digits::Garbled
        };
    }
    let (head, year) = digits.split_at(digits.len() - 4);
    let parts = match groups.as_slice() {
        [first, second, ..] if first.word.len() <= 2 && head.len() <= 4 => {
            let (first, rest) = head.split_at(first.word.len());
            (rest.len() <= 2 && second.word.len() <= 2).then_some((first, rest))
        }
        _ => None,
    };
    let day = parts
        .or_else(|| halves(head))
        .and_then(|(first, second)| day(first, second, year, context));
    day.map_or(Digits::Garbled, Digits::Day)
}

/// Parts the digits of day and month; three of them after the nought, if there is one.
fn halves(head: &str) -> Option<(&str, &str)> {
    match head.len() {
        4 => Some(head.split_at(2)),
        3 if head.as_bytes()[1] == b'0' => Some(head.split_at(1)),
        3 => Some(head.split_at(2)),
        2 => Some(head.split_at(1)),
        _ => None,
    }
}

fn day(first: &str, second: &str, year: &str, context: &Context) -> Option<Date> {
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    let year: i16 = year.parse().ok()?;
    if !(1880..=context.reference.year() + 20).contains(&year) {
        return None;
    }
    let written = |day: i8, month: i8| Date::new(year, month, day).ok();
    if context.day_first {
        written(first, second).or_else(|| written(second, first))
    } else {
        written(second, first).or_else(|| written(first, second))
    }
}
