//! Reads parts of a day that are said with it or stand for it: tonight, lunch, the end and the rest of it.
//!
//! Owns those names. Called by `pieces`. Never reads a clock face.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

use super::calendar;
use super::clocks::{self, Clock};
use super::days::{self, Day};
use super::lengths::length_at;
use super::numbers::Read;
use super::pieces::What;
use super::reading::PartOfDay;
use super::tokens::{Kind, Token, says, word, word_before};

/// "The rest of the day", "the next few hours": from now on.
pub(super) fn rest_of_day(tokens: &[Token], i: usize, now: DateTime) -> Read<[Option<What>; 2]> {
    let at = i + usize::from(word(tokens, i) == "the");
    let window = |to: Time, next| {
        let day = What::Day(Day::On(now.date()));
        Some(([Some(day), Some(What::Window(now.time(), to))], next))
    };
    if matches!(word(tokens, at), "rest" | "remainder") {
        let of = at + 1 + usize::from(word(tokens, at + 1) == "of");
        let day = of + usize::from(matches!(word(tokens, of), "the" | "this" | "my"));
        return (word(tokens, day) == "day").then(|| window(DAY_ENDS, day + 1))?;
    }
    if word(tokens, at) != "next" {
        return None;
    }
    let (minutes, next) = length_at(tokens, at + 1)?;
    let span = Span::new().try_minutes(minutes).ok()?;
    let to = now.checked_add(span).ok()?;
    (to.date() == now.date()).then(|| window(to.time(), next))?
}

/// The last minute of a day.
const DAY_ENDS: Time = Time::constant(23, 59, 0, 0);

/// "End of the day", "end of tomorrow", "by end of Friday".
pub(super) fn end_of_day(tokens: &[Token], i: usize, today: Date) -> Read<[Option<What>; 2]> {
    let at = i + usize::from(word(tokens, i) == "the");
    if !says(tokens, at, &["end", "of"]) {
        return None;
    }
    let start = at + 2 + usize::from(matches!(word(tokens, at + 2), "the" | "this"));
    let (day, next) = if word(tokens, start) == "day" {
        (Day::On(today), start + 1)
    } else {
        let named = calendar::weekday(word(tokens, start)).is_some()
            || matches!(word(tokens, start), "today" | "tomorrow");
        days::day_at(tokens, start, today).filter(|_| named)?
    };
    let clock = Clock {
        hour: 23,
        minute: 59,
        half: None,
        sure: true,
        spoken: false,
        nought: false,
    };
    // "End of day tomorrow": the day is said apart.
    let apart = matches!(word(tokens, next), "today" | "tomorrow" | "on")
        || calendar::weekday(word(tokens, next)).is_some();
    let day = (!(apart && word(tokens, start) == "day")).then_some(What::Day(day));
    Some(([day, Some(What::Clock(clock))], next))
}

/// "The 19th late", "Friday early": the part of a day said right after it.
pub(super) fn early_or_late(tokens: &[Token], i: usize) -> Option<PartOfDay> {
    let part = match word(tokens, i) {
        "early" => PartOfDay::Morning,
        "late" => PartOfDay::Evening,
        _ => return None,
    };
    let before = i.checked_sub(1).map(|at| &tokens[at])?;
    let before = if before.word == "." && i > 1 {
        &tokens[i - 2]
    } else {
        before
    };
    let day = calendar::weekday(&before.word).is_some()
        || calendar::month(&before.word).is_some()
        || matches!(before.kind, Kind::Ordinal(_));
    let ends = tokens.get(i + 1).is_none_or(Token::is_mark);
    (day && ends).then_some(part)
}

/// "Around dinner time", "at lunch", "Friday lunch": a meal said as a time, and not as what is eaten.
pub(super) fn meal_at(tokens: &[Token], i: usize) -> Read<What> {
    let (hours, next) = match word(tokens, i) {
        "lunch" => ((12, 14), i + 1),
        "lunchtime" => ((12, 14), i + 1),
        "dinner" | "supper" => ((16, 20), i + 1),
        "dinnertime" | "suppertime" => ((16, 20), i + 1),
        _ => return None,
    };
    let timed = word(tokens, i).ends_with("time") || word(tokens, next) == "time";
    let before = word_before(tokens, i, 1);
    let led = matches!(before, "at" | "around" | "about" | "near" | "during");
    let day = calendar::weekday(before).is_some() || matches!(before, "tomorrow" | "today");
    let ends = tokens.get(next).is_none_or(Token::is_mark);
    let end = next + usize::from(word(tokens, next) == "time");
    (timed || led || day && ends).then_some((
        What::Window(
            Time::constant(hours.0, 0, 0, 0),
            Time::constant(hours.1, 0, 0, 0),
        ),
        end,
    ))
}

/// "Tonight", "this morning", "later this evening": a part of today.
pub(super) fn part_of_today(tokens: &[Token], i: usize, today: Date) -> Read<[Option<What>; 2]> {
    let both = |day, part, next| {
        Some((
            [Some(What::Day(Day::On(day))), Some(What::Part(part))],
            next,
        ))
    };
    if matches!(word(tokens, i), "tonight" | "tonite" | "tonight's") {
        return both(today, PartOfDay::Night, i + 1);
    }
    let days = match word(tokens, i) {
        "this" | "that" => 0,
        "next" => 1,
        _ => return None,
    };
    let at = i + 1 + usize::from(matches!(word(tokens, i + 1), "early" | "late"));
    let part = clocks::part_of_day(word(tokens, at)).filter(|_| word(tokens, at) != "breakfast")?;
    if word(tokens, i) == "that" {
        return Some(([Some(What::Part(part)), None], at + 1));
    }
    both(calendar::plus_days(today, days)?, part, at + 1)
}
