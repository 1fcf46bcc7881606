//! What must hold of every phrase: it is short, a voice can say it, and no question has one wording only.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use super::*;
use crate::dialogue::{Problem, Slots};
use crate::grammar::Slot;
use crate::ports::booking::{Refusal, Search};
use crate::types::{BookingDetails, PhoneNumber};
use jiff::civil::date;

/// Words that can be said in a breath.
const WORDS_MAX: usize = 30;

fn fixed() -> Vec<String> {
    let source = include_str!("fixed.rs");
    let quoted = source
        .split("&str =")
        .skip(1)
        .filter_map(|rest| rest.split('"').nth(1));
    quoted.map(str::to_owned).collect()
}

fn details() -> BookingDetails {
    BookingDetails {
        starts: date(2026, 9, 23).at(17, 30, 0, 0),
        party_size: 128,
        name: "Maria Delgado".to_owned(),
        phone: PhoneNumber::parse("4085550123"),
        quoted: Some(1_234_550),
        ..BookingDetails::default()
    }
}

fn questions() -> Vec<Question> {
    let settings = crate::call::tests::settings();
    let day = date(2026, 9, 23);
    let placed = |address: bool, zip: bool| {
        let mut slots = Slots::default();
        slots.place.address = address.then(|| "42 oak street".to_owned());
        slots.place.zip = zip.then(|| "95112".to_owned());
        slots
    };
    let known = Slots {
        date: Some(day),
        ..Slots::default()
    };
    let mut all = vec![
        ask_goal(),
        ask_zip(),
        hour_or_guests(7),
        as_read_back(),
        go_ahead(),
        what_about(),
        what_else(),
        who_is_calling(),
        book_or_message(),
        what_message(),
        what_to_change(),
        change_what(),
        another_day(),
        recall("Maria Delgado"),
        message_from(Slot::Name),
        message_from(Slot::Phone),
        offer(&[], None),
        offer(&[day.at(17, 30, 0, 0)], None),
        offer(
            &[
                day.at(17, 30, 0, 0),
                day.at(19, 0, 0, 0),
                date(2026, 9, 24).at(12, 0, 0, 0),
            ],
            Some(day),
        ),
        openings(day, &[day.at(17, 30, 0, 0)]),
        openings(day, &[11, 14, 18].map(|hour| day.at(hour, 0, 0, 0))),
        which_booking(&Search::default()),
        which_booking(&Search {
            name: Some("x".to_owned()),
            ..Search::default()
        }),
        which_booking(&Search {
            day: Some(day),
            ..Search::default()
        }),
        ask(Slot::Address, &placed(true, false)),
        ask(Slot::Address, &placed(false, true)),
    ];
    let slots = [
        Slot::Date,
        Slot::Time,
        Slot::PartySize,
        Slot::Name,
        Slot::Phone,
        Slot::Email,
        Slot::Address,
    ];
    all.extend(slots.map(|slot| ask(slot, &known)));
    let problems = [
        Problem::NoSuchDay,
        Problem::WeekdayDisagrees(day, 4),
        Problem::Past,
        Problem::WhichDay,
        Problem::WhichTime,
        Problem::Closed(None, settings.opens),
        Problem::Closed(Some(day), settings.closes),
        Problem::PartySize,
    ];
    all.extend(problems.iter().map(|one| problem(one, &settings)));
    all
}

fn others() -> Vec<String> {
    let day = date(2026, 9, 23);
    let refusals = [
        Refusal::Closed,
        Refusal::TooSoon {
            earliest: day.at(9, 0, 0, 0),
        },
        Refusal::TooFar { latest: day },
        Refusal::TooManyGuests { most: 80 },
        Refusal::OutOfArea,
    ];
    let mut all: Vec<String> = refusals
        .iter()
        .map(|why| against_the_rules(why, ""))
        .collect();
    all.extend([
        taken(day.at(17, 30, 0, 0)),
        day_is_full(day),
        free_days(&[day, date(2026, 9, 24), date(2026, 9, 25)]),
        this_is("My Hibachi Chef"),
        wrong_number("My Hibachi Chef").text,
    ]);
    all
}

fn stumbles(text: &str) -> bool {
    text.contains(|one: char| one.is_ascii_digit() || "$%/&@#_*".contains(one))
        || ["  ", "..", " ,", "?.", " ."]
            .iter()
            .any(|wrong| text.contains(wrong))
}

#[test]
fn every_phrase_is_short_and_can_be_said() {
    assert!(fixed().len() > 20, "{:?}", fixed());
    let questions = questions();
    let asked = questions
        .iter()
        .flat_map(Question::wordings)
        .map(|line| line.text.clone());
    for text in fixed().into_iter().chain(asked).chain(others()) {
        assert!(!stumbles(&text), "{text}");
        assert!(
            text.split_whitespace().count() <= WORDS_MAX,
            "too long: {text}"
        );
        assert!(
            text.starts_with(char::is_uppercase) && text.ends_with(['.', '?']),
            "{text}"
        );
    }
}

#[test]
fn every_question_has_two_wordings_at_least() {
    for question in questions() {
        let mut wordings: Vec<&str> = question.wordings().iter().map(Line::asks).collect();
        wordings.sort_unstable();
        wordings.dedup();
        assert!(wordings.len() >= 2, "{wordings:?}");
    }
}

#[test]
fn a_read_back_says_numbers_as_people_do() {
    let read = read_back(&details(), None);
    for line in read.wordings() {
        assert!(!stumbles(&line.text), "{}", line.text);
    }
    assert!(
        read.wordings().first().unwrap().text.contains(
            "Wednesday, September twenty-third at five thirty p.m., for one hundred twenty-eight people, under Maria \
             Delgado, and we can reach you at four zero eight, five five five, zero one two three. The total comes to \
             twelve thousand three hundred forty-five dollars and fifty cents. Is that right?"
        ),
        "{read:?}"
    );
}
