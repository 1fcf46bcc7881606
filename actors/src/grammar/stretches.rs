//! Reads stretches of time that go over days: "from 4 pm today to 5 pm tomorrow", "for ten days from the 18th".
//!
//! Owns what takes two days and two times together. Called by `datetime` before it reads them apart. Never
//! reads words into days or times.

use jiff::civil::Date;

use super::calendar;
use super::clocks::Clock;
use super::context::Context;
use super::days;
use super::halves;
use super::pieces::{Piece, What};
use super::reading::{DateReading, TimeReading};
use super::tokens::{Token, word, word_before};

/// A stretch, and the pieces from which to which it was said.
pub(super) struct Stretch {
    /// First and last day.
    pub date: DateReading,
    /// When it begins on the first and ends on the last, if that was said.
    pub time: Option<TimeReading>,
    /// First piece.
    pub first: usize,
    /// Last piece.
    pub last: usize,
}

/// Finds a stretch over days.
pub(super) fn across(tokens: &[Token], found: &[Piece], context: &Context) -> Option<Stretch> {
    lasting(tokens, found, context).or_else(|| from_to(tokens, found, context))
}

/// "From the 18th for ten days", "for a week starting tomorrow".
fn lasting(tokens: &[Token], found: &[Piece], context: &Context) -> Option<Stretch> {
    let days = found.iter().find_map(|piece| match piece.what {
        What::LastingDays(days) => Some(days),
        _ => None,
    })?;
    let today = context.reference.date();
    let (at, from) = found.iter().enumerate().find_map(|(at, piece)| {
        let led = matches!(
            word_before(tokens, piece.start, 1),
            "from" | "starting" | "beginning"
        );
        let date = one_day(piece, today).filter(|_| led)?;
        Some((at, date))
    })?;
    let to = calendar::plus_days(from, i64::from(days))?;
    Some(Stretch {
        date: DateReading::Between { from, to },
        time: None,
        first: at,
        last: at,
    })
}

fn one_day(piece: &Piece, today: Date) -> Option<Date> {
    let What::Day(day) = piece.what else {
        return None;
    };
    days::resolve(day, today)
        .filter(|(from, to)| from == to)
        .map(|(from, _)| from)
}

/// A time and a day on either side of "to" or "until".
fn from_to(tokens: &[Token], found: &[Piece], context: &Context) -> Option<Stretch> {
    let today = context.reference.date();
    let split = (1..found.len()).find(|at| {
        let (end, start) = (found[at - 1].end, found[*at].start);
        start == end + 1
            && matches!(
                word(tokens, end),
                "to" | "until" | "till" | "til" | "through"
            )
    })?;
    let (before, after) = found.split_at(split);
    let clock = |pieces: &[Piece]| -> Option<Clock> {
        let mut clocks = pieces.iter().filter_map(|piece| match piece.what {
            What::Clock(clock) => Some(clock),
            _ => None,
        });
        clocks.next().filter(|_| clocks.next().is_none())
    };
    let day = |pieces: &[Piece]| pieces.iter().find_map(|piece| one_day(piece, today));
    let (from, to) = (clock(before)?, clock(after)?);
    let last = day(after)?;
    let first = day(before).unwrap_or(today);
    let only_days_after = day(before).is_none() && !matches!(after.first()?.what, What::Day(_));
    if last <= first || only_days_after {
        return None;
    }
    let (from, _) = halves::settle(from, context)?;
    let (to, _) = halves::settle(to, context)?;
    Some(Stretch {
        date: DateReading::Between {
            from: first,
            to: last,
        },
        time: Some(TimeReading::Between { from, to }),
        first: 0,
        last: found.len() - 1,
    })
}
