//! Joins expressions of days: ranges, a weekday beside its date, arriving and leaving.
//!
//! Owns what two expressions of days mean together. Called by `datetime`. Never reads words into days.

use jiff::civil::{Date, Weekday};

use super::calendar::{self, Lookup};
use super::datetime::{Joined, joined, ranges};
use super::days::{self, Day};
use super::pieces::{Piece, What};
use super::reading::DateReading;
use super::repair;
use super::tokens::{Token, says, word_before};

pub(super) fn join_days(
    tokens: &[Token],
    found: &[Piece],
    today: Date,
) -> Vec<Joined<DateReading>> {
    let mut days: Vec<Joined<Day>> = found
        .iter()
        .filter_map(|piece| match piece.what {
            What::Day(day) => Some(joined(day, piece.start, piece.end)),
            What::Moment(moment) => Some(joined(Day::On(moment.date()), piece.start, piece.end)),
            _ => None,
        })
        .collect();
    days.dedup_by_key(|day| day.start);
    let mut read: Vec<Joined<DateReading>> = Vec::new();
    let mut i = 0;
    while i < days.len() {
        let first = &days[i];
        let next = days.get(i + 1);
        let together = next.and_then(|next| {
            range(tokens, first, next, today)
                .or_else(|| beside(tokens, found, first, next, today))
                .or_else(|| either(tokens, first, next, today))
                .or_else(|| stay(tokens, first, next, today))
                .map(|value| joined(value, first.start, next.end))
        });
        if let Some(together) = together {
            read.push(together);
            i += 2;
        } else {
            let said = said(tokens, first);
            read.push(joined(
                alone(tokens, first, today, said),
                first.start,
                first.end,
            ));
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

/// "Not this Saturday but the next one": the same day a week later.
fn week_after(tokens: &[Token], day: &Joined<Day>) -> bool {
    let after = |phrase: &[&str]| (day.end..day.end + 5).any(|at| says(tokens, at, phrase));
    repair::rejected(tokens, day.start)
        && (after(&["next", "one"])
            || after(&["one", "after"])
            || after(&["following", "one"])
            || after(&["week", "after"])
            || after(&["but", "the", "next"])
            || after(&["but", "next"]))
}

/// One day by itself, with "after" or "before" in front of it.
fn alone(tokens: &[Token], day: &Joined<Day>, today: Date, said: String) -> DateReading {
    let reading = reading(days::resolve(day.value, today), said);
    let DateReading::On(date) = reading else {
        return reading;
    };
    if let Some(later) = calendar::plus_days(date, 7).filter(|_| week_after(tokens, day)) {
        return DateReading::On(later);
    }
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
        (Day::Number(from), Day::InMonth(month, to, year)) if from <= to => {
            Day::InMonth(month, from, year)
        }
        (Day::InMonth(month, from, None), Day::InMonth(last, _, Some(year))) => {
            Day::InMonth(month, from, Some(year - i16::from(month > last)))
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
        Day::InMonth(month, number, None) => match calendar::month_day(from, month, number, None) {
            Lookup::Day(date) => (date, date),
            Lookup::Impossible => return None,
        },
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
    let month = |day: Day| matches!(day, Day::Span(from, to) if from.month() == to.month() && days_in(from, to) > 20);
    let linked = (first.end..next.start).all(|at| {
        timed(at)
            || tokens[at].is_any(
                ",|the|of|which|is|it's|its|that's|a|i|think|believe|on|be|should|so|would|\
             that|it|in|-|(|maybe|.",
            )
    });
    if !linked {
        return None;
    }
    // "Next month on the 18th".
    match (first.value, next.value) {
        (span @ Day::Span(from, _), Day::Number(number))
        | (Day::Number(number), span @ Day::Span(from, _))
            if month(span) =>
        {
            return match calendar::day_in_month(from, 0, number) {
                Lookup::Day(date) => Some(DateReading::On(date)),
                Lookup::Impossible => None,
            };
        }
        _ => {}
    }
    match (weekday_of(first.value), weekday_of(next.value)) {
        (Some(day), None) => with_weekday(day, next.value, today),
        (None, Some(day)) => with_weekday(day, first.value, today),
        _ => None,
    }
}

fn days_in(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// "Friday or Saturday": two days in a row, either of which will do.
fn either(
    tokens: &[Token],
    first: &Joined<Day>,
    next: &Joined<Day>,
    today: Date,
) -> Option<DateReading> {
    let [link] = gap(tokens, first, next) else {
        return None;
    };
    let (from, _) = days::resolve(first.value, today)?;
    let (to, last) = days::resolve(next.value, today)?;
    let neighbours = link.word == "or" && to == last && calendar::plus_days(from, 1) == Some(to);
    neighbours.then_some(DateReading::Between { from, to })
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
    if let (Some(day), DateReading::On(date)) = (weekday_of(days[1].value), read[0].value.clone())
        && weekday_of(days[0].value).is_none()
        && said_of(1)
    {
        read.truncate(1);
        if date.weekday() != day {
            read[0].value = DateReading::conflict(date, day);
        }
    }
    read
}
