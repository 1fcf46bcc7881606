//! Owns how times of day are read: "6:30", "6:30 p.m.", "10am", "5-7pm".
//!
//! Called by `spoken`. Never reads dates or bare numbers.

use super::codes::letters;
use super::numbers::cardinal;
use super::words::{Reading, Word};

/// A time as written.
struct Time {
    hour: u64,
    minute: Option<u64>,
    half: Option<&'static str>,
}

/// Reads a time or a span of times at `at`.
pub fn read(words: &[Word], at: usize) -> Option<Reading> {
    let word = words[at];
    let next = words.get(at + 1).filter(|_| word.tail.is_empty());
    let half = next.and_then(|next| half_of_day(next.core).filter(|_| next.lead.is_empty()));
    let used = if half.is_some() { 2 } else { 1 };

    let mut span = word.core.split(['-', '–']);
    let (first, second) = (span.next()?, span.next());
    if span.next().is_some() {
        return None;
    }
    let time = |text| parse(text, half);
    let (text, short) = match second {
        None => {
            let time = time(first)?;
            if time.minute.is_none() && time.half.is_none() {
                return None;
            }
            (say(&time), time.half.is_some())
        }
        Some(second) => {
            let (from, to) = (parse(first, None)?, time(second)?);
            let timed = |time: &Time| time.minute.is_some() || time.half.is_some();
            if !timed(&from) && !timed(&to) {
                return None;
            }
            let short = to.half.is_some();
            (format!("{} to {}", say(&from), say(&to)), short)
        }
    };
    Some(if short {
        Reading::short(used, text)
    } else {
        Reading::of(used, text)
    })
}

fn half_of_day(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "am" | "a.m" => Some("AM"),
        "pm" | "p.m" => Some("PM"),
        _ => None,
    }
}

/// Parses one time; `half` is what the next word says about the half of the day.
fn parse(text: &str, half: Option<&'static str>) -> Option<Time> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(text.len());
    let (clock, rest) = text.split_at(end);
    let half = if rest.is_empty() {
        half
    } else {
        Some(half_of_day(rest)?)
    };
    let (hour, minute) = match clock.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, Some(minute.parse().ok()?)),
        Some(_) => return None,
        None => (clock, None),
    };
    let hour_max = if half.is_some() { 12 } else { 24 };
    let hour = hour
        .parse()
        .ok()
        .filter(|h| hour.len() <= 2 && *h <= hour_max)?;
    let possible = minute.is_none_or(|minute| minute < 60);
    possible.then_some(Time { hour, minute, half })
}

fn say(time: &Time) -> String {
    let mut text = cardinal(time.hour);
    match time.minute {
        Some(0) if time.half.is_none() => text.push_str(" o'clock"),
        None | Some(0) => {}
        Some(minute @ 1..10) => text.push_str(&format!(" oh {}", cardinal(minute))),
        Some(minute) => text.push_str(&format!(" {}", cardinal(minute))),
    }
    if let Some(half) = time.half {
        text.push(' ');
        text.push_str(&letters(half));
    }
    text
}
