//! Reads lengths of time in minutes, and moments reckoned from now by them.
//!
//! Owns "in two hours" and "for an hour and a half". Called by `pieces`. Never reads the clock: now is given.

use jiff::Span;
use jiff::civil::DateTime;

use super::numbers::{self, Read};
use super::relative;
use super::tokens::{Token, says, word, word_before};

/// "In two hours", "half an hour from now", "3 minutes later", "now".
pub(super) fn moment_at(tokens: &[Token], i: usize, now: DateTime) -> Read<DateTime> {
    if word(tokens, i) == "now"
        && matches!(
            word_before(tokens, i, 1),
            "" | "back" | "leave" | "come" | "right" | "be"
        )
    {
        let ends = i + 1 >= tokens.len();
        return ends.then_some((now, i + 1));
    }
    let led = matches!(word(tokens, i), "in" | "within") || says(tokens, i, &["next", "hour"]);
    let mut at = i + usize::from(led && word(tokens, i) != "next");
    while matches!(
        word(tokens, at),
        "about" | "around" | "like" | "the" | "next"
    ) && at < i + 3
    {
        at += 1;
    }
    let (minutes, next) = if word(tokens, at) == "hour" && led {
        (60, at + 1)
    } else {
        length_at(tokens, at)?
    };
    let tail = match word(tokens, next) {
        "hence" | "later" => Some(next + 1),
        "from" | "after" if word(tokens, next + 1) == "now" => Some(next + 2),
        _ => None,
    };
    if !led && tail.is_none() {
        return None;
    }
    let span = Span::new().try_minutes(minutes).ok()?;
    Some((now.checked_add(span).ok()?, tail.unwrap_or(next)))
}

/// A length in minutes: "two hours", "half an hour", "1 day and 2 hours", "an hour and a half", "1.5 hours".
pub(super) fn length_at(tokens: &[Token], i: usize) -> Read<u32> {
    let at = i + usize::from(word(tokens, i) == "a" && word(tokens, i + 1) == "half");
    if word(tokens, at) == "half" {
        let an = at + 1 + usize::from(matches!(word(tokens, at + 1), "an" | "a"));
        return matches!(word(tokens, an), "hour" | "hours").then_some((30, an + 1));
    }
    if says(tokens, i, &["a", "quarter", "of", "an", "hour"]) {
        return Some((15, i + 5));
    }
    let (count, mut next) = relative::count_at(tokens, i)?;
    let mut count = f64::from(u32::try_from(count).ok()?);
    if word(tokens, next) == "."
        && tokens
            .get(next + 1)
            .is_some_and(|token| token.glued && token.word == "5")
    {
        count += 0.5;
        next += 2;
    }
    if says(tokens, next, &["and", "a", "half"]) {
        count += 0.5;
        next += 3;
    }
    let unit = minutes_in(word(tokens, next))?;
    next += 1;
    if says(tokens, next, &["and", "a", "half"]) {
        count += 0.5;
        next += 3;
    }
    let whole = (count * f64::from(unit)).min(5_000_000.0) as u32;
    // "One day and two hours", "an hour and 15 minutes".
    let more = next + usize::from(word(tokens, next) == "and");
    if let Some((rest, end)) = numbers::small(tokens, more)
        && let Some(smaller) = minutes_in(word(tokens, end)).filter(|smaller| *smaller < unit)
    {
        return Some((whole + rest * smaller, end + 1));
    }
    (unit < 1440).then_some((whole, next))
}

fn minutes_in(word: &str) -> Option<u32> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => 1,
        "hour" | "hours" | "hr" | "hrs" => 60,
        "day" | "days" => 1440,
        _ => return None,
    })
}

/// "For two hours" after a time.
pub(super) fn lasting_at(tokens: &[Token], i: usize) -> Read<u32> {
    if word(tokens, i) != "for" {
        return None;
    }
    length_at(tokens, i + 1)
}

/// "For ten days", "for a week", "for one night".
pub(super) fn lasting_days_at(tokens: &[Token], i: usize) -> Read<u32> {
    if word(tokens, i) != "for" {
        return None;
    }
    let (count, next) = relative::count_at(tokens, i + 1)?;
    let unit = match word(tokens, next) {
        "day" | "days" => 1,
        "week" | "weeks" => 7,
        "fortnight" => 14,
        // "For one night": how long, not when.
        "night" if count == 1 => 1,
        _ => return None,
    };
    let days = u32::try_from(count).ok()?.checked_mul(unit)?;
    Some((days, next + 1))
}
