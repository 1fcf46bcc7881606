//! Reads one expression for a day, a week or a month, beginning at a given word.
//!
//! Owns the forms in which a single day is said. Called by `datetime`, which joins them with each other
//! and with times. Relative forms live in `relative`. Never looks at words before the one it is given,
//! save to tell a day from something else that is counted.

use jiff::civil::{Date, Weekday};

use super::calendar::{self, Lookup};
use super::day_words::{
    counted_noun, ends_phrase, fraction_follows, is_verb_too, looks_like_clock, number_of_day,
    picks_one, year_after,
};
use super::holidays;
use super::numbers::{self, Read};
use super::relative;
use super::tokens::{Kind, Token, says, word, word_before};
use super::weeks;

/// What was said of a day, before the rest of the utterance is taken into account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    /// A certain day.
    On(Date),
    /// From one day to another, both included.
    Span(Date, Date),
    /// A weekday without more: the coming one.
    Weekday(Weekday),
    /// A weekday in the week so many after this one.
    WeekdayIn(Weekday, i32),
    /// A number in a month not named.
    Number(u32),
    /// A number in a month, and the year if said.
    InMonth(i8, u32, Option<i16>),
    /// A day that does not exist.
    Impossible,
}

/// A reader of one form of day at a position.
type Reader = fn(&[Token], usize, Date) -> Read<Day>;

/// Reads a day at `i`, longest form first.
pub(super) fn day_at(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let readers: [Reader; 9] = [
        relative::relative_at,
        numeric,
        nth_weekday,
        weekday_form,
        month_day,
        day_month,
        holiday,
        month_span,
        lone_number,
    ];
    let mut best: Read<Day> = None;
    for reader in readers {
        if let Some((day, next)) = reader(tokens, i, today)
            && best.is_none_or(|(_, end)| next > end)
        {
            best = Some((day, next));
        }
    }
    best
}

/// The day that was said, as a span of days (one day: both ends the same).
pub(super) fn resolve(day: Day, today: Date) -> Option<(Date, Date)> {
    let one = |date: Date| Some((date, date));
    let found = |lookup: Lookup| match lookup {
        Lookup::Day(date) => Some((date, date)),
        Lookup::Impossible => None,
    };
    match day {
        Day::On(date) => one(date),
        Day::Span(from, to) => Some((from, to)),
        Day::Weekday(day) => one(calendar::next_weekday(today, day, false)?),
        Day::WeekdayIn(day, weeks) => {
            let date = in_week(today, day, weeks)?;
            one(date)
        }
        Day::Number(number) => found(calendar::day_of_month(today, number)),
        Day::InMonth(month, number, year) => found(calendar::month_day(today, month, number, year)),
        Day::Impossible => None,
    }
}

/// A weekday in the week `weeks` after this one; in this week only if it is not over.
fn in_week(today: Date, day: Weekday, weeks: i32) -> Option<Date> {
    let monday = calendar::monday(today, weeks)?;
    let date = calendar::plus_days(monday, i64::from(day.to_monday_zero_offset()))?;
    if date < today {
        return calendar::plus_days(date, 7);
    }
    Some(date)
}

/// "3/14", "13/9", "2017-11-12", "3-20-2026", "Jan/3".
fn numeric(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let first = tokens.get(i)?;
    let mark = tokens.get(i + 1).filter(|token| token.glued)?;
    let second = tokens.get(i + 2).filter(|token| token.glued)?;
    let inside = first.glued && matches!(word_before(tokens, i, 1), "." | "/" | "-" | ":");
    let between = mark.is(&["/", "-", "."]) && !inside;
    if let Some(month) = calendar::month(&first.word).filter(|_| mark.is(&["/", "-"])) {
        let day = u32::try_from(second.digits()?).ok()?;
        return Some((Day::InMonth(month, day, None), i + 3));
    }
    let (a, b) = (first.digits()?, second.digits()?);
    if !between || first.word.len() > 4 || second.word.len() > 2 {
        return None;
    }
    let third = tokens
        .get(i + 3)
        .filter(|token| token.glued && token.word == mark.word)
        .and_then(|_| tokens.get(i + 4))
        .filter(|token| token.glued)
        .and_then(|token| Some((token.digits()?, token.word.len())));
    let make = |year: Option<u64>, month: u64, day: u64| -> Option<Day> {
        let year = year.and_then(|year| i16::try_from(year).ok());
        let month = i8::try_from(month)
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        Some(Day::InMonth(month, u32::try_from(day).ok()?, year))
    };
    if first.word.len() == 4 {
        let (day, _) = third?;
        return Some((make(Some(a), b, day)?, i + 5));
    }
    let month_first = |year| {
        // Dots are Europe's, where the day comes first.
        if a > 12 || (mark.word == "." && b <= 12) {
            make(year, b, a)
        } else {
            make(year, a, b)
        }
    };
    match third {
        Some((year, 4)) => Some((month_first(Some(year))?, i + 5)),
        Some((year, 2)) => {
            let century = if year > u64::from(today.year().unsigned_abs() % 100) + 10 {
                1900
            } else {
                2000
            };
            Some((month_first(Some(century + year))?, i + 5))
        }
        Some(_) => None,
        None if mark.word == "/"
            && a > 0
            && b > 0
            && b <= 31
            && !fraction_follows(tokens, i + 3) =>
        {
            Some((month_first(None)?, i + 3))
        }
        None => None,
    }
}

/// "Friday", "this Friday", "next Friday", "Friday next week", "Friday week", "Friday after next".
fn weekday_form(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let (modifier, at) = match word(tokens, i) {
        "this" | "current" => (Some(0), i + 1),
        "next" => (Some(1), i + 1),
        "coming" | "upcoming" | "following" => (None, i + 1),
        "last" | "past" => return None,
        _ => (None, i),
    };
    let coming = word(tokens, at) == "coming" || word(tokens, at) == "upcoming";
    let at = if coming { at + 1 } else { at };
    let day = calendar::weekday_at(tokens, at)?;
    let next = at + 1;
    if modifier.is_none() {
        if word(tokens, next) == "week" || says(tokens, next, &["in", "a", "week"]) {
            let end = if word(tokens, next) == "week" {
                next + 1
            } else {
                next + 3
            };
            let first = calendar::next_weekday(today, day, true)?;
            return Some((Day::On(calendar::plus_days(first, 7)?), end));
        }
        if word(tokens, next) == "fortnight" {
            let first = calendar::next_weekday(today, day, true)?;
            return Some((Day::On(calendar::plus_days(first, 14)?), next + 1));
        }
        if let Some((weeks, end)) = relative::weeks_ahead(tokens, next) {
            return Some((Day::WeekdayIn(day, weeks), end));
        }
        if says(tokens, next, &["after", "next"]) {
            return Some((Day::WeekdayIn(day, 2), next + 2));
        }
        let of = next + usize::from(matches!(word(tokens, next), "of" | "in" | "on"));
        let of = of + usize::from(word(tokens, of) == "the");
        if let Some((weeks, end)) = weeks::week_offset(tokens, of) {
            let date = match weeks {
                0 => Day::On(calendar::plus_days(
                    calendar::monday(today, 0)?,
                    i64::from(day.to_monday_zero_offset()),
                )?),
                _ => Day::WeekdayIn(day, weeks),
            };
            return Some((date, end));
        }
    }
    Some(match modifier {
        Some(0) if coming || today.weekday() == day => (Day::Weekday(day), next),
        Some(weeks) if !coming => (Day::WeekdayIn(day, weeks), next),
        _ => (Day::Weekday(day), next),
    })
}

/// "First Saturday in June", "the last Friday of this month", "2nd Monday this October".
fn nth_weekday(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let at = i + usize::from(word(tokens, i) == "the");
    let (nth, at) = if word(tokens, at) == "last" {
        (-1, at + 1)
    } else {
        let (nth, next) = numbers::ordinal(tokens, at)?;
        (
            i8::try_from(nth).ok().filter(|nth| (1..=5).contains(nth))?,
            next,
        )
    };
    let day = calendar::weekday_at(tokens, at)?;
    let mut at = at + 1;
    while matches!(word(tokens, at), "of" | "in") {
        at += 1;
    }
    if calendar::month(word(tokens, at + 1)).is_some() {
        at += usize::from(matches!(
            word(tokens, at),
            "this" | "coming" | "the" | "next"
        ));
    }
    let pick = |month: Date| calendar::nth_of_month(month, nth, day);
    if let Some(month) = calendar::month(word(tokens, at)) {
        let (year, end) = year_after(tokens, at + 1);
        let years = year.map_or(today.year()..=today.year() + 1, |year| year..=year);
        let found = years
            .filter_map(|year| pick(Date::new(year, month, 1).ok()?))
            .find(|date| year.is_some() || *date >= today)?;
        return Some((Day::On(found), end));
    }
    let (from, _, end) = weeks::month_at(tokens, at, today)?;
    Some((Day::On(pick(from.first_of_month())?), end))
}

/// "June 14", "June the 14th", "June fourteen", "May twenty one", with the year if said.
fn month_day(tokens: &[Token], i: usize, _today: Date) -> Read<Day> {
    let i = i + usize::from(matches!(word(tokens, i), "this" | "next" | "coming"));
    let month = calendar::month(word(tokens, i))?;
    let mut at = i + 1;
    while matches!(word(tokens, at), "the" | "on" | ".") && at < i + 3 {
        at += 1;
    }
    let (day, next) = number_of_day(tokens, at)?;
    if looks_like_clock(tokens, at, next) {
        return None;
    }
    let (year, end) = year_after(tokens, next);
    Some((Day::InMonth(month, day, year), end))
}

/// "14 June", "the 14th of June", "the 14th day of next month", "the 14th of the month".
fn day_month(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let start = i + usize::from(word(tokens, i) == "the");
    let (day, mut at) = number_of_day(tokens, start)?;
    if word(tokens, at) == "day" {
        at += 1;
    }
    let of = matches!(word(tokens, at), "of" | "in");
    at += usize::from(of);
    if of && word(tokens, at) == "the" && word(tokens, at + 1) == "month" {
        return Some((Day::Number(day), at + 2));
    }
    // "The ninth of the seventh".
    if of
        && numbers::ordinal(tokens, start).is_some()
        && word(tokens, at) == "the"
        && let Some((month @ 1..=12, next)) = numbers::ordinal(tokens, at + 1)
    {
        let (year, end) = year_after(tokens, next);
        if year.is_some() || ends_phrase(tokens, next) {
            return Some((Day::InMonth(i8::try_from(month).ok()?, day, year), end));
        }
    }
    if word(tokens, at) == "the" {
        at += 1;
    }
    if let Some(month) = calendar::month(word(tokens, at)) {
        // "One may ask": a verb after a number that is a word of its own.
        let spoken = numbers::unit(word(tokens, start)).is_some() && !of;
        if spoken && is_verb_too(word(tokens, at)) {
            return None;
        }
        let (year, end) = year_after(tokens, at + 1);
        return Some((Day::InMonth(month, day, year), end));
    }
    let (months, end) = weeks::month_offset(tokens, at)?;
    Some(match calendar::day_in_month(today, months, day) {
        Lookup::Day(date) => (Day::On(date), end),
        Lookup::Impossible => (Day::Impossible, end),
    })
}

/// "Christmas", "next Flag Day", "easter 2027".
fn holiday(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let mut at = i;
    while matches!(
        word(tokens, at),
        "this" | "next" | "the" | "coming" | "upcoming"
    ) && at < i + 2
    {
        at += 1;
    }
    let (which, next) = holidays::holiday_at(tokens, at)?;
    let (year, end) = year_after(tokens, next);
    let date = match year {
        Some(year) => holidays::in_year(which, year)?,
        None => holidays::next(which, today)?,
    };
    Some((Day::On(date), end))
}

/// A month by itself: "June", "mid May", "end of June", "June 2027".
fn month_span(tokens: &[Token], i: usize, today: Date) -> Read<Day> {
    let (stretch, at) = weeks::stretch_at(tokens, i);
    let at = at + usize::from(at > i && word(tokens, at) == "the");
    let modified = matches!(word(tokens, at), "this" | "next" | "coming");
    let at = at + usize::from(modified);
    let name = word(tokens, at);
    let month = calendar::month(name)?;
    let before = word_before(tokens, at, 1);
    let verb = is_verb_too(name);
    let led = at > i && word(tokens, at + 1) != "or" && ends_phrase(tokens, at + 1)
        || matches!(
            before,
            "in" | "of"
                | "for"
                | "until"
                | "till"
                | "since"
                | "by"
                | "to"
                | "from"
                | "during"
                | "around"
        );
    if verb && !led && !(name == "march" && (at == 0 || at + 1 == tokens.len())) {
        return None;
    }
    let (year, end) = year_after(tokens, at + 1);
    let year = year.unwrap_or(today.year() + i16::from(month < today.month()));
    let first = Date::new(year, month, 1).ok()?;
    let (from, to) = weeks::part_of_span(stretch, first, first.last_of_month())?;
    Some((Day::Span(from, to), end))
}

/// "The 14th", "the 12", "the twenty-third", "14th".
fn lone_number(tokens: &[Token], i: usize, _today: Date) -> Read<Day> {
    let led = word(tokens, i) == "the";
    let at = i + usize::from(led);
    let token = tokens.get(at)?;
    let written = matches!(token.kind, Kind::Ordinal(_));
    if let Some((day, next)) = numbers::ordinal(tokens, at) {
        let led = led
            || matches!(
                word_before(tokens, i, 1),
                "on" | "to" | "from" | "till" | "until" | "through" | "by" | "and" | "or" | "than"
            );
        let clear = if written {
            !counted_noun(word(tokens, next))
        } else {
            led && ends_phrase(tokens, next) && !picks_one(tokens, i, next)
        };
        let next = next + usize::from(word(tokens, next) == "day");
        return ((1..40).contains(&day) && clear).then_some((Day::Number(day), next));
    }
    let day = u32::try_from(token.digits()?).ok()?;
    let alone = ends_phrase(tokens, at + 1) && word(tokens, at + 1) != "of";
    (led && alone && (1..=31).contains(&day)).then_some((Day::Number(day), at + 1))
}
