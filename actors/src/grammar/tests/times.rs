//! Times of day: forms of the clock, a.m. and p.m., ranges and bounds.

use jiff::civil::{Time, time};

use super::super::{PartOfDay, Slot, TimeReading, understand};
use super::{context, read};

fn at(text: &str) -> Option<Time> {
    match read(text).time.map(|found| found.value) {
        Some(TimeReading::At { time, .. }) => Some(time),
        _ => None,
    }
}

fn reading(text: &str) -> Option<TimeReading> {
    read(text).time.map(|found| found.value)
}

#[test]
fn the_clock_is_read_in_every_usual_form() {
    for text in [
        "half past six in the evening",
        "6:30 pm",
        "six thirty p.m.",
        "at 6 30 p m",
        "630 pm",
        "18:30",
        "thirty minutes past six tonight",
    ] {
        assert_eq!(at(text), Some(time(18, 30, 0, 0)), "{text}");
    }
    assert_eq!(
        at("quarter to eight in the morning"),
        Some(time(7, 45, 0, 0))
    );
    assert_eq!(
        at("a quarter to one in the afternoon"),
        Some(time(12, 45, 0, 0))
    );
    assert_eq!(at("at noon"), Some(time(12, 0, 0, 0)));
    assert_eq!(at("like two-ish"), Some(time(14, 0, 0, 0)));
}

#[test]
fn an_open_half_of_the_day_follows_the_opening_hours_and_says_so() {
    let guessed = TimeReading::At {
        time: time(19, 0, 0, 0),
        half_guessed: true,
    };
    assert_eq!(reading("at seven"), Some(guessed));
    let said = TimeReading::At {
        time: time(7, 0, 0, 0),
        half_guessed: false,
    };
    assert_eq!(reading("at seven a.m."), Some(said));
    let mut early = context();
    early.opens = time(6, 0, 0, 0);
    early.closes = time(14, 0, 0, 0);
    let understood = understand("at seven", &[], &early);
    assert!(
        matches!(understood.time.unwrap().value, TimeReading::At { time: at, .. } if at.hour() == 7)
    );
}

#[test]
fn a_bare_number_is_an_hour_when_the_time_was_asked() {
    let understood = understand("four", &[], &context().asking(Slot::Time));
    assert!(
        matches!(understood.time.unwrap().value, TimeReading::At { time: at, .. } if at.hour() == 16)
    );
    assert_eq!(understood.party_size, None);
}

#[test]
fn bounds_and_ranges_are_kept_apart() {
    assert_eq!(
        reading("anytime after 4"),
        Some(TimeReading::After(time(16, 0, 0, 0)))
    );
    assert_eq!(
        reading("no later than 8 pm"),
        Some(TimeReading::Before(time(20, 0, 0, 0)))
    );
    let range = |from, to| Some(TimeReading::Between { from, to });
    assert_eq!(
        reading("between 5 and 7 pm"),
        range(time(17, 0, 0, 0), time(19, 0, 0, 0))
    );
    assert_eq!(
        reading("from eleven to one in the afternoon"),
        range(time(11, 0, 0, 0), time(13, 0, 0, 0))
    );
    assert_eq!(
        reading("after 5 but before 8 pm"),
        range(time(17, 0, 0, 0), time(20, 0, 0, 0))
    );
}

#[test]
fn a_part_of_the_day_stands_for_itself_only_without_a_clock() {
    assert_eq!(
        reading("saturday evening"),
        Some(TimeReading::PartOfDay(PartOfDay::Evening))
    );
    assert_eq!(at("saturday evening at seven"), Some(time(19, 0, 0, 0)));
}

#[test]
fn a_correction_of_the_time_wins() {
    assert_eq!(
        at("at six, sorry, seven thirty pm"),
        Some(time(19, 30, 0, 0))
    );
    assert_eq!(at("move it from 5 pm to 6 pm"), Some(time(18, 0, 0, 0)));
}

#[test]
fn day_time_and_people_are_told_apart_in_one_breath() {
    let understood = read("a table for four on friday at six");
    assert_eq!(understood.party_size.unwrap().value.total, 4);
    assert!(
        matches!(understood.time.unwrap().value, TimeReading::At { time: at, .. } if at.hour() == 18)
    );
    assert!(understood.date.is_some());
}

#[test]
fn two_numbers_are_a_time_only_where_no_other_number_was_asked() {
    let people = understand("fourteen fifteen", &[], &context().asking(Slot::PartySize));
    assert_eq!(people.time, None);
    assert_eq!(people.party_size.unwrap().value.total, 15);
    let date = understand("five sixteen", &[], &context().asking(Slot::Date));
    assert_eq!(date.time, None);
    assert!(date.date.is_some());
}

#[test]
fn a_stretch_over_days_keeps_its_days_and_times() {
    let understood = read("from 4 pm today to 5 pm tomorrow");
    let range = TimeReading::Between {
        from: time(16, 0, 0, 0),
        to: time(17, 0, 0, 0),
    };
    assert_eq!(understood.time.unwrap().value, range);
}
