//! Writes a reading in the form of the public test material.
//!
//! Owns that form. Called by `maitred understand` and by the measuring example. Never reads text.

use jiff::civil::{Date, Time};
use serde_json::{Value, json};

use super::calendar;
use super::reading::{DateReading, Found, PartOfDay, TimeReading, Understanding};

/// The `datetime` of a reading: null, or `date`, `time`, `part` and `range` as they were said.
#[must_use]
pub fn datetime(understood: &Understanding) -> Value {
    let date = understood.date.as_ref().map(|found| &found.value);
    let time = understood.time.as_ref().map(plain_if_guessed);
    let time = time.as_ref();
    match (date, time) {
        (None, None) | (Some(DateReading::Impossible { .. }), None) => Value::Null,
        (None | Some(DateReading::Impossible { .. }), Some(time)) => time_only(time),
        (Some(date), None) => date_only(date),
        (Some(date), Some(time)) => both(date, time),
    }
}

/// The material leaves "before" and "after" away where the half of the day is open.
fn plain_if_guessed(found: &Found<TimeReading>) -> TimeReading {
    match found.value {
        TimeReading::After(time) | TimeReading::Before(time) if found.confidence < SURE => {
            TimeReading::At {
                time,
                half_guessed: true,
            }
        }
        ref other => other.clone(),
    }
}

/// Below this the half of the day of a time was guessed.
const SURE: f32 = 0.8;

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn at(date: Date, time: Time) -> String {
    format!("{date}T{}", clock(time))
}

/// The one day of a reading, if it is one; of a conflict, the next day for which both are true.
fn single(date: &DateReading) -> Option<Date> {
    match date {
        DateReading::On(date) | DateReading::From(date) | DateReading::Until(date) => Some(*date),
        DateReading::Conflict { date, weekday } => Some(agreeing(*date, *weekday)),
        DateReading::Between { .. } | DateReading::Impossible { .. } => None,
    }
}

fn agreeing(date: Date, weekday: i8) -> Date {
    (0..36)
        .filter_map(|months| {
            let month = calendar::plus_months(date.first_of_month(), months)?;
            Date::new(month.year(), month.month(), date.day()).ok()
        })
        .find(|day| day.weekday().to_monday_one_offset() == weekday)
        .unwrap_or(date)
}

fn date_only(date: &DateReading) -> Value {
    match date {
        DateReading::Between { from, to } => {
            json!({"range": {"start": from.to_string(), "end": to.to_string()}})
        }
        other => single(other).map_or(Value::Null, |day| json!({"date": day.to_string()})),
    }
}

fn time_only(time: &TimeReading) -> Value {
    match time {
        TimeReading::At { time, .. } => json!({"time": clock(*time)}),
        TimeReading::Between { from, to } => {
            json!({"range": {"start": clock(*from), "end": clock(*to)}})
        }
        TimeReading::After(time) => json!({"range": {"start": clock(*time)}}),
        TimeReading::Before(time) => json!({"range": {"end": clock(*time)}}),
        TimeReading::PartOfDay(part) => json!({"part": part_name(*part)}),
    }
}

fn part_name(part: PartOfDay) -> &'static str {
    match part {
        PartOfDay::Morning => "morning",
        PartOfDay::Afternoon => "afternoon",
        PartOfDay::Evening => "evening",
        PartOfDay::Night => "night",
    }
}

fn both(date: &DateReading, time: &TimeReading) -> Value {
    if let (
        DateReading::Between { from, to },
        TimeReading::Between {
            from: first,
            to: last,
        },
    ) = (date, time)
    {
        return json!({"range": {"start": at(*from, *first), "end": at(*to, *last)}});
    }
    let Some(day) = single(date) else {
        return date_only(date);
    };
    match time {
        TimeReading::At { time, .. } => json!({"date": day.to_string(), "time": clock(*time)}),
        TimeReading::Between { from, to } => {
            json!({"range": {"start": at(day, *from), "end": at(day, *to)}})
        }
        TimeReading::After(time) => json!({"range": {"start": at(day, *time)}}),
        TimeReading::Before(time) => json!({"range": {"end": at(day, *time)}}),
        TimeReading::PartOfDay(part) => json!({"date": day.to_string(), "part": part_name(*part)}),
    }
}

/// The `party_size` of a reading: null, a number, or `adults` and `kids` apart.
#[must_use]
pub fn party_size(understood: &Understanding) -> Value {
    let Some(Found { value: party, .. }) = &understood.party_size else {
        return Value::Null;
    };
    match (party.adults, party.children) {
        (None, None) => json!(party.total),
        (Some(adults), None) => json!({"adults": adults}),
        (None, Some(children)) => json!({"kids": children}),
        (Some(adults), Some(children)) => json!({"adults": adults, "kids": children}),
    }
}

/// The `phone` of a reading: null or digits.
#[must_use]
pub fn phone(understood: &Understanding) -> Value {
    understood
        .phone
        .as_ref()
        .map_or(Value::Null, |found| json!(found.value))
}

/// The `email` of a reading: null or the address.
#[must_use]
pub fn email(understood: &Understanding) -> Value {
    understood
        .email
        .as_ref()
        .map_or(Value::Null, |found| json!(found.value))
}

/// The `address` of a reading: null or the parts that were said.
#[must_use]
pub fn address(understood: &Understanding) -> Value {
    understood
        .address
        .as_ref()
        .map_or(Value::Null, |found| json!(found.value))
}

/// The `name` of a reading: null, or first and last as far as they were said.
#[must_use]
pub fn name(understood: &Understanding) -> Value {
    understood
        .name
        .as_ref()
        .map_or(Value::Null, |found| json!(found.value))
}
