//! Joins the expressions of days and times in an utterance into one day and one time.
//!
//! Owns ranges, qualifiers ("after", "before"), weekdays beside dates, and which of several is meant.
//! Called by `understand`. Never reads words into days itself.

use jiff::civil::{Date, Time, Weekday};

use super::calendar::{self, Lookup};
use super::clocks::{Clock, Half};
use super::days::{self, Day};
use super::halves;
use super::pieces::{self, Piece, What};
use super::reading::{Context, DateReading, Found, TimeReading};
use super::repair;
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
struct Joined<T> {
    value: T,
    start: usize,
    end: usize,
}

/// Reads the day and the time.
pub(super) fn read(tokens: &[Token], context: &Context) -> DayAndTime {
    let today = context.reference.date();
    let found = pieces::find(tokens, context.reference, context.asked);
    let days = join_days(tokens, &found, today);
    let times = join_times(tokens, &found, context);
    let times = bounded(times);
    let date = repair::choose(tokens, &days, |joined| (joined.start, joined.end));
    let time = repair::choose(tokens, &times, |joined| (joined.start, joined.end));
    DayAndTime {
        date: date.map(|joined| spanned(tokens, joined)),
        time: time.map(|joined| spanned(tokens, joined)),
        taken: found.iter().map(|piece| (piece.start, piece.end)).collect(),
    }
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
        confidence: 0.9,
    }
}

fn join_days(tokens: &[Token], found: &[Piece], today: Date) -> Vec<Joined<DateReading>> {
    let mut days: Vec<Joined<Day>> = found
        .iter()
        .filter_map(|piece| match piece.what {
            What::Day(day) => Some(Joined {
                value: day,
                start: piece.start,
                end: piece.end,
            }),
            What::Moment(moment) => Some(Joined {
                value: Day::On(moment.date()),
                start: piece.start,
                end: piece.end,
            }),
            _ => None,
        })
        .collect();
    days.dedup_by_key(|day| day.start);
    let mut read: Vec<Joined<DateReading>> = Vec::new();
    let mut i = 0;
    while i < days.len() {
        let first = &days[i];
        let next = days.get(i + 1);
        let joined = next.and_then(|next| {
            range(tokens, first, next, today)
                .or_else(|| beside(tokens, found, first, next, today))
                .or_else(|| stay(tokens, first, next, today))
                .map(|value| Joined {
                    value,
                    start: first.start,
                    end: next.end,
                })
        });
        if let Some(joined) = joined {
            read.push(joined);
            i += 2;
        } else {
            let said = said(tokens, first);
            read.push(Joined {
                value: alone(tokens, first, today, said),
                start: first.start,
                end: first.end,
            });
            i += 1;
        }
    }
    merge_remote_weekday(tokens, read, &days)
}

fn said(tokens: &[Token], day: &Joined<Day>) -> String {
    let words: Vec<&str> = tokens[day.start..day.end]
        .iter()
        .map(|token| token.word.as_str())
        .collect();
    words.join(" ")
}

fn reading(span: Option<(Date, Date)>, said: String) -> DateReading {
    match span {
        Some((from, to)) if from == to => DateReading::On(from),
        Some((from, to)) => DateReading::Between { from, to },
        None => DateReading::Impossible { said },
    }
}

/// One day by itself, with "after" or "before" in front of it.
fn alone(tokens: &[Token], day: &Joined<Day>, today: Date, said: String) -> DateReading {
    let reading = reading(days::resolve(day.value, today), said);
    let DateReading::On(date) = reading else {
        return reading;
    };
    match word_before(tokens, day.start, 1) {
        "after" | "since" => DateReading::From(date),
        "before" | "until" | "till" | "til" | "by" => DateReading::Until(date),
        "starting" => DateReading::From(date),
        _ => DateReading::On(date),
    }
}

fn gap<'t, A, B>(tokens: &'t [Token], first: &Joined<A>, next: &Joined<B>) -> &'t [Token] {
    tokens.get(first.end..next.start).unwrap_or_default()
}

/// Whether the words between two expressions make them the ends of a range.
fn ranges(tokens: &[Token], first: usize, gap: &[Token]) -> bool {
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
    link.is(&[
        "to", "through", "thru", "till", "til", "until", "-", "–", "—",
    ]) || (between && link.is(&["and", "&", "or"]))
}

fn range(
    tokens: &[Token],
    first: &Joined<Day>,
    next: &Joined<Day>,
    today: Date,
) -> Option<DateReading> {
    if !ranges(tokens, first.start, gap(tokens, first, next))
        || repair::is_change(tokens, first.start)
    {
        return None;
    }
    range_of(first.value, next.value, today)
}

/// The range between two days, each lending the other the month or year that it lacks.
fn range_of(first: Day, next: Day, today: Date) -> Option<DateReading> {
    let first = match (first, next) {
        (Day::Number(from), Day::MonthDay(month, to, year)) if from <= to => {
            Day::MonthDay(month, from, year)
        }
        (Day::MonthDay(month, from, None), Day::MonthDay(last, _, Some(year))) => {
            Day::MonthDay(month, from, Some(year - i16::from(month > last)))
        }
        (first, _) => first,
    };
    let (from, first_to) = days::resolve(first, today)?;
    let (_, to) = match next {
        Day::Weekday(day) => {
            let to = calendar::next_weekday(from, day, false)?;
            (to, to)
        }
        Day::Number(number) => match calendar::day_of_month(from, number) {
            Lookup::Day(date) => (date, date),
            Lookup::Impossible => return None,
        },
        Day::MonthDay(month, number, None) => {
            match calendar::month_day(from, month, number, None) {
                Lookup::Day(date) => (date, date),
                Lookup::Impossible => return None,
            }
        }
        // "August to October": until October begins.
        Day::Span(start, _) if first_to != from => (start, start),
        other => days::resolve(other, today)?,
    };
    (to >= from).then_some(DateReading::Between { from, to })
}

/// A weekday beside a date or a week: one day, if they agree.
fn beside(
    tokens: &[Token],
    found: &[Piece],
    first: &Joined<Day>,
    next: &Joined<Day>,
    today: Date,
) -> Option<DateReading> {
    let timed = |at: usize| {
        found.iter().any(|piece| {
            !matches!(piece.what, What::Day(_)) && (piece.start..piece.end).contains(&at)
        })
    };
    let linked = (first.end..next.start).all(|at| {
        timed(at)
            || tokens[at].is(&[
                ",", "the", "of", "which", "is", "it's", "its", "that's", "a", "i", "think",
                "believe", "on", "be", "should", "so", "would", "that", "it", "in", "-", "(",
                "maybe", ".",
            ])
    });
    if !linked {
        return None;
    }
    match (weekday_of(first.value), weekday_of(next.value)) {
        (Some(day), None) => with_weekday(day, next.value, today),
        (None, Some(day)) => with_weekday(day, first.value, today),
        _ => None,
    }
}

fn weekday_of(day: Day) -> Option<Weekday> {
    match day {
        Day::Weekday(day) | Day::WeekdayIn(day, _) => Some(day),
        _ => None,
    }
}

fn with_weekday(weekday: Weekday, day: Day, today: Date) -> Option<DateReading> {
    let (from, to) = days::resolve(day, today)?;
    if from == to {
        return Some(if from.weekday() == weekday {
            DateReading::On(from)
        } else {
            DateReading::conflict(from, weekday)
        });
    }
    let first = calendar::next_weekday(from, weekday, true)?;
    (first <= to).then_some(DateReading::On(first))
}

/// "Arriving on Monday, leaving on Thursday".
fn stay(
    tokens: &[Token],
    first: &Joined<Day>,
    next: &Joined<Day>,
    today: Date,
) -> Option<DateReading> {
    let leaves = |joined: &Joined<Day>| {
        (1..4).any(|back| {
            let word = word_before(tokens, joined.start, back);
            word.starts_with("leav")
                || word.starts_with("depart")
                || matches!(word, "out" | "until" | "till")
        })
    };
    if repair::marked(gap(tokens, first, next)) {
        return None;
    }
    match (leaves(first), leaves(next)) {
        (false, true) => range_of(first.value, next.value, today),
        (true, false) => range_of(next.value, first.value, today),
        _ => None,
    }
}

/// "The twenty-third ... it's a Saturday": a weekday said apart from its date, with other things between.
fn merge_remote_weekday(
    tokens: &[Token],
    mut read: Vec<Joined<DateReading>>,
    days: &[Joined<Day>],
) -> Vec<Joined<DateReading>> {
    if read.len() != 2 || days.len() != 2 {
        return read;
    }
    let said_of = |at: usize| {
        says(tokens, days[at].start.saturating_sub(2), &["it's", "a"])
            || says(tokens, days[at].start.saturating_sub(2), &["is", "a"])
            || says(tokens, days[at].start.saturating_sub(2), &["that's", "a"])
    };
    if let (Some(day), DateReading::On(date)) = (weekday_of(days[1].value), read[0].value.clone()) {
        if weekday_of(days[0].value).is_none() && said_of(1) {
            read.truncate(1);
            if date.weekday() != day {
                read[0].value = DateReading::conflict(date, day);
            }
        }
    }
    read
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
                times.extend(reading.map(|reading| joined(reading, piece.start, found[last].end)));
                i = last;
            }
            _ => {}
        }
        i += 1;
    }
    if times.is_empty() {
        if let Some((part, piece)) = part {
            times.push(joined(TimeReading::PartOfDay(part), piece.start, piece.end));
        }
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

fn joined<T>(value: T, start: usize, end: usize) -> Joined<T> {
    Joined { value, start, end }
}

/// A clock with what belongs to it; gives the last piece it took.
fn clock_reading(
    tokens: &[Token],
    found: &[Piece],
    at: usize,
    clock: Clock,
    context: &Context,
) -> (Option<TimeReading>, usize) {
    let clock = halves::beside(tokens, found, at, clock);
    if let Some((other, last)) = other_end(tokens, found, at) {
        if !repair::is_change(tokens, found[at].start) {
            let other = halves::beside(tokens, found, last, other);
            let between = halves::settle_range(clock, other, context);
            return (
                between.map(|(from, to)| TimeReading::Between { from, to }),
                last,
            );
        }
    }
    let Some((time, half_guessed)) = halves::settle(clock, context) else {
        return (None, at);
    };
    if let Some(Piece {
        what: What::Lasting(minutes),
        ..
    }) = found.get(at + 1)
    {
        if let Some(to) = later(time, *minutes) {
            return (Some(TimeReading::Between { from: time, to }), at + 1);
        }
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
        "after" | "past" | "from" | "since" => TimeReading::After(time),
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

fn or_later(tokens: &[Token], start: usize) -> bool {
    (start + 1..start + 4).any(|at| {
        says(tokens, at, &["or", "later"])
            || says(tokens, at, &["or", "after"])
            || says(tokens, at, &["onwards"])
    }) && word(tokens, start) != ""
}

/// The half that makes sense of a clock, for others to use.
pub(super) fn half_of(time: Time) -> Half {
    if time.hour() < 12 { Half::Am } else { Half::Pm }
}
