//! Joins the expressions of days and times in an utterance into one day and one time.
//!
//! Owns ranges, qualifiers ("after", "before"), weekdays beside dates, and which of several is meant.
//! Called by `understand`. Never reads words into days itself.

use jiff::civil::Time;

use super::clocks::{Clock, Half};
use super::context::Context;
use super::day_joins::join_days;
use super::halves;
use super::numeric_dates::{self, Digits};
use super::pieces::{self, Piece, What};
use super::reading::{DateReading, Found, Slot, TimeReading};
use super::repair;
use super::shifts;
use super::stretches;
use super::tokens::{Token, says, word, word_before};

/// The day and the time of an utterance, and the tokens that expressions of either took.
pub(super) struct DayAndTime {
    /// The day.
    pub date: Option<Found<DateReading>>,
    /// The time.
    pub time: Option<Found<TimeReading>>,
    /// Token spans, in order.
    pub taken: Vec<(usize, usize)>,
}

/// A reading and the tokens it came from.
#[derive(Clone, Debug)]
pub(super) struct Joined<T> {
    pub value: T,
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
}

/// How sure a plain reading is.
const SURE: f32 = 0.9;
/// How sure a time is of which the half of the day was guessed.
const GUESSED: f32 = 0.75;

/// Reads the day and the time.
pub(super) fn read(tokens: &[Token], context: &Context) -> DayAndTime {
    if context.asked == Some(Slot::Date)
        && let Some(answer) = in_digits(tokens, context)
    {
        return answer;
    }
    let today = context.reference.date();
    let mut found = pieces::find(tokens, context.reference, context.asked);
    shifts::apply(tokens, &mut found, context);
    let mut days = join_days(tokens, &found, today);
    let mut times = bounded(join_times(tokens, &found, context));
    if let Some(stretch) = stretches::across(tokens, &found, context) {
        let (start, end) = (found[stretch.first].start, found[stretch.last].end);
        days = vec![joined(stretch.date, start, end)];
        if let Some(time) = stretch.time {
            times = vec![joined(time, start, end)];
        }
    }
    let date = repair::choose(tokens, &days, |joined| (joined.start, joined.end));
    let time = repair::choose(tokens, &times, |joined| (joined.start, joined.end));
    DayAndTime {
        date: date.map(|joined| spanned(tokens, joined)),
        time: time.map(|joined| spanned(tokens, joined)),
        taken: found.iter().map(|piece| (piece.start, piece.end)).collect(),
    }
}

/// An answer of digits only, or nothing where it is no such answer.
fn in_digits(tokens: &[Token], context: &Context) -> Option<DayAndTime> {
    let all = (0, tokens.len());
    let date = match numeric_dates::read(tokens, context) {
        Digits::Day(date) => Some(spanned(
            tokens,
            &joined(DateReading::On(date), all.0, all.1),
        )),
        Digits::Garbled => None,
        Digits::Other => return None,
    };
    Some(DayAndTime {
        date,
        time: None,
        taken: vec![all],
    })
}

fn spanned<T: Clone>(tokens: &[Token], joined: &Joined<T>) -> Found<T> {
    Found {
        value: joined.value.clone(),
        start: tokens.get(joined.start).map_or(0, |token| token.start),
        end: joined
            .end
            .checked_sub(1)
            .and_then(|last| tokens.get(last))
            .map_or(0, |token| token.end),
        confidence: joined.confidence,
    }
}

/// Whether the words between two expressions make them the ends of a range.
pub(super) fn ranges(tokens: &[Token], first: usize, gap: &[Token]) -> bool {
    let mut words = gap
        .iter()
        .filter(|token| !token.is(&["the", "about", "around", "on", "like", "up", "at", ","]));
    let Some(link) = words.next() else {
        return false;
    };
    if words.next().is_some() {
        return false;
    }
    let between = (1..4).any(|back| word_before(tokens, first, back) == "between");
    link.is_any("to|through|thru|till|til|until|-|–|—") || (between && link.is(&["and", "&", "or"]))
}

fn join_times(tokens: &[Token], found: &[Piece], context: &Context) -> Vec<Joined<TimeReading>> {
    let part = halves::only_part(found);
    let mut times = Vec::new();
    let mut i = 0;
    while i < found.len() {
        let piece = found[i];
        match piece.what {
            What::Moment(moment) => {
                let time = moment.time();
                times.push(joined(
                    TimeReading::At {
                        time,
                        half_guessed: false,
                    },
                    piece.start,
                    piece.end,
                ));
            }
            What::Clock(clock) => {
                let (reading, last) = clock_reading(tokens, found, i, clock, context);
                let guessed = halves::beside(tokens, found, i, clock).open();
                times.extend(reading.map(|reading| Joined {
                    confidence: if guessed { GUESSED } else { SURE },
                    ..joined(reading, piece.start, found[last].end)
                }));
                i = last;
            }
            What::Window(from, to)
                if !found
                    .iter()
                    .any(|piece| matches!(piece.what, What::Clock(_))) =>
            {
                let between = TimeReading::Between { from, to };
                times.push(joined(between, piece.start, piece.end));
            }
            _ => {}
        }
        i += 1;
    }
    if times.is_empty()
        && let Some((part, piece)) = part
    {
        times.push(joined(TimeReading::PartOfDay(part), piece.start, piece.end));
    }
    times
}

/// "Later than 3:30 but before 6": two bounds make a range.
fn bounded(times: Vec<Joined<TimeReading>>) -> Vec<Joined<TimeReading>> {
    match times.as_slice() {
        [
            Joined {
                value: TimeReading::After(from),
                start,
                ..
            },
            Joined {
                value: TimeReading::Before(to),
                end,
                ..
            },
        ]
        | [
            Joined {
                value: TimeReading::Before(to),
                start,
                ..
            },
            Joined {
                value: TimeReading::After(from),
                end,
                ..
            },
        ] if from < to => {
            vec![joined(
                TimeReading::Between {
                    from: *from,
                    to: *to,
                },
                *start,
                *end,
            )]
        }
        _ => times,
    }
}

pub(super) fn joined<T>(value: T, start: usize, end: usize) -> Joined<T> {
    Joined {
        value,
        start,
        end,
        confidence: SURE,
    }
}

/// A clock with what belongs to it; gives the last piece it took.
fn clock_reading(
    tokens: &[Token],
    found: &[Piece],
    at: usize,
    clock: Clock,
    context: &Context,
) -> (Option<TimeReading>, usize) {
    let other =
        other_end(tokens, found, at).filter(|_| !repair::is_change(tokens, found[at].start));
    if let Some((other, last)) = other {
        // A part of the day said after the range belongs to its end: "eleven to one in the afternoon".
        let clock = halves::beside(tokens, &found[..last], at, clock);
        let other = halves::beside(tokens, found, last, other);
        let between = halves::settle_range(clock, other, context);
        return (
            between.map(|(from, to)| TimeReading::Between { from, to }),
            last,
        );
    }
    let clock = halves::beside(tokens, found, at, clock);
    let Some((time, half_guessed)) = halves::settle(clock, context) else {
        return (None, at);
    };
    if let Some(Piece {
        what: What::Lasting(minutes),
        ..
    }) = found.get(at + 1)
        && let Some(to) = later(time, *minutes)
    {
        return (Some(TimeReading::Between { from: time, to }), at + 1);
    }
    (
        Some(qualified(tokens, found[at].start, time, half_guessed)),
        at,
    )
}

fn later(time: Time, minutes: u32) -> Option<Time> {
    let span = jiff::Span::new().try_minutes(minutes).ok()?;
    Some(time.wrapping_add(span))
}

/// The clock at the other end of a range that begins at `at`.
fn other_end(tokens: &[Token], found: &[Piece], at: usize) -> Option<(Clock, usize)> {
    let mut next = at + 1;
    // "From 3 in the morning until 5pm".
    if matches!(found.get(next)?.what, What::Part(_)) {
        next += 1;
    }
    let What::Clock(clock) = found.get(next)?.what else {
        return None;
    };
    let gap = tokens.get(found[next - 1].end..found[next].start)?;
    ranges(tokens, found[at].start, gap).then_some((clock, next))
}

/// "After six", "before noon", "no later than 8".
fn qualified(tokens: &[Token], start: usize, time: Time, half_guessed: bool) -> TimeReading {
    let skip = usize::from(matches!(
        word_before(tokens, start, 1),
        "about" | "around" | "like" | "at"
    ));
    let before = word_before(tokens, start, 1 + skip);
    let than = before == "than";
    let comparative = word_before(tokens, start, 2 + skip);
    match before {
        "after" | "past" | "since" => TimeReading::After(time),
        "from" if onwards(tokens, start) => TimeReading::After(time),
        "before" | "until" | "till" | "til" | "by" => TimeReading::Before(time),
        _ if than && comparative == "later" && word_before(tokens, start, 3 + skip) == "no" => {
            TimeReading::Before(time)
        }
        _ if than && comparative == "earlier" && word_before(tokens, start, 3 + skip) == "no" => {
            TimeReading::After(time)
        }
        _ if than && comparative == "later" => TimeReading::After(time),
        _ if than && comparative == "earlier" => TimeReading::Before(time),
        "as" if comparative == "late" => TimeReading::Before(time),
        "as" if comparative == "early" => TimeReading::After(time),
        _ if or_later(tokens, start) => TimeReading::After(time),
        _ => TimeReading::At { time, half_guessed },
    }
}

/// "From six on"; "from six" by itself is when it begins.
fn onwards(tokens: &[Token], start: usize) -> bool {
    (start + 1..start + 4).any(|at| matches!(word(tokens, at), "on" | "onwards" | "onward"))
}

fn or_later(tokens: &[Token], start: usize) -> bool {
    (start + 1..start + 4).any(|at| {
        says(tokens, at, &["or", "later"])
            || says(tokens, at, &["or", "after"])
            || says(tokens, at, &["onwards"])
    }) && !word(tokens, start).is_empty()
}

/// The half that makes sense of a clock, for others to use.
pub(super) fn half_of(time: Time) -> Half {
    if time.hour() < 12 { Half::Am } else { Half::Pm }
}
