//! Settles a.m. or p.m.
//!
//! Owns what parts of the day, meals, the other end of a range and the business's hours say about it.
//! Called by `datetime`. Never overrules a half that was said.

use jiff::civil::Time;

use super::clocks::{Clock, Half};
use super::context::Context;
use super::datetime::half_of;
use super::pieces::{Piece, What};
use super::reading::PartOfDay;
use super::tokens::Token;

/// The first part of the day that was said.
pub(super) fn only_part(found: &[Piece]) -> Option<(PartOfDay, Piece)> {
    found.iter().find_map(|piece| match piece.what {
        What::Part(part) => Some((part, *piece)),
        _ => None,
    })
}

/// Takes the half of the day from the nearest part of the day or meal said with the clock.
pub(super) fn beside(tokens: &[Token], found: &[Piece], at: usize, clock: Clock) -> Clock {
    if !clock.open() {
        return clock;
    }
    let distance = |piece: &Piece| found[at].start.abs_diff(piece.start);
    let nearest = found
        .iter()
        .filter_map(|piece| match piece.what {
            What::Part(part) => Some((part, distance(piece))),
            _ => None,
        })
        .min_by_key(|(_, distance)| *distance);
    match nearest {
        Some((part, _)) => clock.in_part(part),
        None if clock.nought => Clock {
            half: Some(Half::Am),
            ..clock
        },
        None => meal(tokens, clock),
    }
}

fn meal(tokens: &[Token], clock: Clock) -> Clock {
    let half = tokens.iter().find_map(|token| match token.word.as_str() {
        "breakfast" if clock.hour != 12 => Some(Half::Am),
        "dinner" | "supper" => Some(Half::Pm),
        "lunch" | "lunchtime" | "brunch" if clock.hour >= 9 && clock.hour < 12 => Some(Half::Am),
        "lunch" | "lunchtime" | "brunch" => Some(Half::Pm),
        _ => None,
    });
    Clock { half, ..clock }
}

/// The time, and whether its half was guessed.
pub(super) fn settle(clock: Clock, context: &Context) -> Option<(Time, bool)> {
    if !clock.open() {
        return Some((clock.settle(None)?, false));
    }
    let am = clock.settle(Some(Half::Am))?;
    let pm = clock.settle(Some(Half::Pm))?;
    let time = match (open_at(am, context), open_at(pm, context)) {
        (true, false) => am,
        (false, true) => pm,
        // Both or neither: the hour at which people meet.
        _ if (8..12).contains(&clock.hour) => am,
        _ => pm,
    };
    Some((time, true))
}

fn open_at(time: Time, context: &Context) -> bool {
    if context.closes > context.opens {
        (context.opens..context.closes).contains(&time)
    } else {
        time >= context.opens || time < context.closes
    }
}

/// Both ends of a range; an end that says its half lends it to one that does not.
pub(super) fn settle_range(from: Clock, to: Clock, context: &Context) -> Option<(Time, Time)> {
    match (from.open(), to.open()) {
        (false, false) => Some((from.settle(None)?, to.settle(None)?)),
        (true, false) => {
            let to = to.settle(None)?;
            let same = from.settle(Some(half_of(to)))?;
            let from = if same <= to {
                same
            } else {
                from.settle(Some(Half::Am))?
            };
            Some((from, to))
        }
        (false, true) => {
            let from = from.settle(None)?;
            Some((from, after(from, to)?))
        }
        (true, true) => {
            let (from, _) = settle(from, context)?;
            Some((from, after(from, to)?))
        }
    }
}

/// The first time after `from` at which the clock stands so.
fn after(from: Time, clock: Clock) -> Option<Time> {
    let am = clock.settle(Some(Half::Am))?;
    let pm = clock.settle(Some(Half::Pm))?;
    Some(if am > from {
        am
    } else if pm > from {
        pm
    } else {
        am
    })
}
