//! Reads days and times that are told by their distance from those in hand: "the week after", "an hour later".
//!
//! Owns the phrases for it. Called by `datetime`. Never counts from today: `relative` does.

use jiff::ToSpan;
use jiff::civil::Date;

use super::calendar;
use super::context::Context;
use super::days::Day;
use super::pieces::{Piece, What};
use super::relative;
use super::tokens::{Token, says, word, word_before};

/// How far a phrase leads from what is in hand.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shift {
    Days(i64),
    Minutes(i64),
    /// To the next such weekday, 1 for Monday.
    Weekday(i8),
}

/// Puts what is told from the day and the time in hand in the place of what was read there by other rules.
pub(super) fn apply(tokens: &[Token], pieces: &mut Vec<Piece>, context: &Context) {
    for i in 0..tokens.len() {
        let Some((shift, end)) = shift_at(tokens, i) else {
            continue;
        };
        let Some(what) = shifted(shift, context) else {
            continue;
        };
        let at = pieces.partition_point(|piece| piece.end <= i);
        let over = pieces[at..].partition_point(|piece| piece.start < end);
        let piece = Piece {
            what,
            start: i,
            end,
        };
        pieces.splice(at..at + over, [piece]);
        return;
    }
    near(pieces, context);
}

/// "Make it Sunday", "the 23rd then": a weekday or a number alone is the one next to the day in hand.
fn near(pieces: &mut [Piece], context: &Context) {
    let Some(day) = context.standing.day else {
        return;
    };
    let in_month = |number: u32| {
        let number = i8::try_from(number).ok()?;
        Date::new(day.year(), day.month(), number).ok()
    };
    let days: Vec<usize> = (0..pieces.len())
        .filter(|at| matches!(pieces[*at].what, What::Day(_)))
        .collect();
    let said: Vec<What> = days.iter().map(|at| pieces[*at].what).collect();
    let meant = match said.as_slice() {
        [What::Day(Day::Weekday(weekday))] => (-3..=3)
            .filter_map(|days| calendar::plus_days(day, days))
            .find(|near| near.weekday() == *weekday),
        [What::Day(Day::Number(number))] => in_month(*number),
        // "Sunday the 24th"
        [
            What::Day(Day::Weekday(weekday)),
            What::Day(Day::Number(number)),
        ] => in_month(*number).filter(|date| date.weekday() == *weekday),
        _ => None,
    };
    if let (Some(meant), Some(last)) = (meant, days.last())
        && meant >= context.reference.date()
    {
        pieces[*last].what = What::Day(Day::On(meant));
    }
}

fn shifted(shift: Shift, context: &Context) -> Option<What> {
    let day = context.standing.day?;
    let on = |date: Date| What::Day(Day::On(date));
    match shift {
        Shift::Days(days) => calendar::plus_days(day, days).map(on),
        Shift::Weekday(weekday) => {
            let ahead = (i64::from(weekday) - i64::from(day.weekday().to_monday_one_offset()) + 6)
                .rem_euclid(7)
                + 1;
            calendar::plus_days(day, ahead).map(on)
        }
        Shift::Minutes(minutes) => {
            let start = day.to_datetime(context.standing.start?);
            let moment = start.checked_add(minutes.minutes()).ok()?;
            // Past midnight it is no party that is put off.
            (moment.date() == day).then_some(What::Moment(moment))
        }
    }
}

/// A phrase at `i`, and where it ends.
fn shift_at(tokens: &[Token], i: usize) -> Option<(Shift, usize)> {
    let named = named_at(tokens, i);
    let counted = || counted_at(tokens, i);
    let (shift, end) = named.or_else(counted)?;
    Some((shift, end + usize::from(word(tokens, end) == "that")))
}

/// "The one after", "the week before that", "the following day", "the Saturday after".
fn named_at(tokens: &[Token], i: usize) -> Option<(Shift, usize)> {
    let at = i + usize::from(word(tokens, i) == "the");
    let sign = |word: &str| match word {
        "after" | "following" => Some(1),
        "before" | "previous" | "prior" => Some(-1),
        _ => None,
    };
    let length = |word: &str| match word {
        "day" => Some(1),
        "week" | "one" => Some(7),
        _ => None,
    };
    let (one, two) = (word(tokens, at), word(tokens, at + 1));
    if let Some(days) = length(one).filter(|_| at > i)
        && let Some(sign) = sign(two).filter(|_| ends(tokens, at + 2))
    {
        return Some((Shift::Days(days * sign), at + 2));
    }
    if let Some(days) = length(two).filter(|_| two != "one" || one != "next")
        && let Some(sign) = sign(one)
    {
        return Some((Shift::Days(days * sign), at + 2));
    }
    if says(tokens, i, &["the", "next", "day"]) {
        return Some((Shift::Days(1), i + 3));
    }
    let weekday = |word: &str| calendar::weekday(word).map(|day| day.to_monday_one_offset());
    if let Some(day) = weekday(two).filter(|_| one == "following") {
        return Some((Shift::Weekday(day), at + 2));
    }
    let day = weekday(one).filter(|_| at > i && two == "after" && ends(tokens, at + 2))?;
    Some((Shift::Weekday(day), at + 2))
}

/// "An hour later", "half an hour earlier", "two weeks later", "push it back an hour".
fn counted_at(tokens: &[Token], i: usize) -> Option<(Shift, usize)> {
    let (length, end) = length_at(tokens, i)?;
    let scaled = |sign: i64| match length {
        Shift::Days(days) => Shift::Days(sign * days),
        Shift::Minutes(minutes) => Shift::Minutes(sign * minutes),
        Shift::Weekday(day) => Shift::Weekday(day),
    };
    match word(tokens, end) {
        "later" => return Some((scaled(1), end + 1)),
        "earlier" | "sooner" => return Some((scaled(-1), end + 1)),
        "after" if ends(tokens, end + 1) => return Some((scaled(1), end + 1)),
        "before" if ends(tokens, end + 1) => return Some((scaled(-1), end + 1)),
        _ => {}
    }
    let pushed = (2..5).any(|back| matches!(word_before(tokens, i, back), "push" | "move" | "put"));
    let by = usize::from(word_before(tokens, i, 1) == "by");
    (pushed && word_before(tokens, i, 1 + by) == "back").then_some((scaled(1), end))
}

/// "Half an hour", "an hour and a half", "thirty minutes", "two weeks".
fn length_at(tokens: &[Token], i: usize) -> Option<(Shift, usize)> {
    if says(tokens, i, &["half", "an", "hour"]) {
        return Some((Shift::Minutes(30), i + 3));
    }
    if i > 0 && says(tokens, i - 1, &["half", "an", "hour"]) {
        return None;
    }
    let (count, at) = relative::count_at(tokens, i)?;
    let count = (0..1000).contains(&count).then_some(count)?;
    Some(match word(tokens, at) {
        "minute" | "minutes" => (Shift::Minutes(count), at + 1),
        "hour" | "hours" if says(tokens, at + 1, &["and", "a", "half"]) => {
            (Shift::Minutes(count * 60 + 30), at + 4)
        }
        "hour" | "hours" => (Shift::Minutes(count * 60), at + 1),
        "day" | "days" => (Shift::Days(count), at + 1),
        "week" | "weeks" => (Shift::Days(count * 7), at + 1),
        _ => return None,
    })
}

/// Whether nothing follows that "after" and "before" could belong to, as in "the day after the wedding".
fn ends(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_none_or(|token| {
        token.is_mark()
            || token.is_any(
                "that|please|instead|then|would|works|work|is|if|maybe|or|and|at|same|could|for|but|with",
            )
    })
}
