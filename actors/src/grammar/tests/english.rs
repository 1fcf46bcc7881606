//! Tables of how English says the same thing, British and American: each row a wording and what it means.

use jiff::civil::{date, time};

use super::super::{DateReading, Intent, PersonName, Slot, TimeReading, understand};
use super::{context, read};

/// The day of a wording said on Tuesday the tenth of March 2026.
fn day(text: &str) -> Option<String> {
    match read(text).date?.value {
        DateReading::On(day) => Some(day.to_string()),
        DateReading::Between { from, to } => Some(format!("{from}..{to}")),
        _ => None,
    }
}

#[test]
fn days_counted_from_others() {
    for (text, want) in [
        ("saturday in two weeks", "2026-03-28"),
        ("friday three weeks from now", "2026-04-03"),
        ("a week tomorrow", "2026-03-18"),
        ("today week", "2026-03-17"),
        ("not this friday but the next", "2026-03-20"),
        ("the weekend after thanksgiving", "2026-11-28..2026-11-29"),
        (
            "the weekend before the fourth of july",
            "2026-06-27..2026-06-28",
        ),
        ("super bowl sunday", "2027-02-14"),
        ("grandparents day", "2026-09-13"),
        ("st. patrick's day", "2026-03-17"),
    ] {
        assert_eq!(day(text).as_deref(), Some(want), "{text}");
    }
}

#[test]
fn what_a_caller_dismisses_is_not_what_they_want() {
    for text in [
        "thursday won't work but friday would",
        "thursday doesn't suit, friday then",
        "thursday is no good, can we do friday",
        "thursday, no wait, friday",
    ] {
        assert_eq!(day(text).as_deref(), Some("2026-03-13"), "{text}");
    }
}

#[test]
fn one_of_several_things_and_a_length_are_no_day_and_no_time() {
    let choice = read("one option is the patio and the second is the garden room");
    assert_eq!((choice.date, choice.party_size), (None, None));
    assert_eq!(read("we would stay just for one night").time, None);
}

#[test]
fn clocks_between_the_hours() {
    for (text, hour, minute) in [
        ("noonish", 12, 0),
        ("ten after four in the afternoon", 16, 10),
        ("around ten till six", 17, 50),
        ("18h45", 18, 45),
        ("friday at five, no, make it six", 18, 0),
        ("could we push it back to seven", 19, 0),
        ("can you try eight", 20, 0),
        ("half seven in the evening", 19, 30),
    ] {
        let value = read(text).time.map(|found| found.value);
        let at = match value {
            Some(TimeReading::At { time, .. }) => Some(time),
            _ => None,
        };
        assert_eq!(at, Some(time(hour, minute, 0, 0)), "{text}");
    }
}

#[test]
fn people_counted_in_many_wordings() {
    for (text, want) in [
        ("twenty-ish people", 20),
        ("forty plus guests", 40),
        ("a dozen and a half people", 18),
        ("two families of four", 8),
        ("me plus three", 4),
        ("just me and a friend", 2),
        ("just me, the wife and our kid", 3),
        ("we have ten coming", 10),
        ("ten will be coming", 10),
        ("a total of eleven", 11),
        ("table for all the nine", 9),
        ("eight people, sorry, nine", 9),
        ("change the party size from six to eight", 8),
        ("two adults and one 8 year old", 3),
        ("fifteen people total, five of which are kids", 15),
    ] {
        let total = read(text).party_size.map(|found| found.value.total);
        assert_eq!(total, Some(want), "{text}");
    }
}

#[test]
fn numbers_that_are_no_guests() {
    for text in [
        "there's one place we like",
        "there are two options on the list",
        "it's a twenty minute drive",
        "my son is turning eight",
        "a five course menu",
        "press one",
    ] {
        assert_eq!(read(text).party_size, None, "{text}");
    }
}

#[test]
fn a_number_asked_for_as_people_is_no_hour() {
    for (text, want) in [
        ("between twelve and fifteen", 15),
        ("ten-ish", 10),
        ("solo", 1),
    ] {
        let asked = understand(text, &[], &context().asking(Slot::PartySize));
        assert_eq!(asked.time, None, "{text}");
        assert_eq!(
            asked.party_size.map(|found| found.value.total),
            Some(want),
            "{text}"
        );
    }
}

#[test]
fn a_british_number_keeps_its_nought() {
    let phone = read("oh seven seven double oh nine hundred four five six").phone;
    assert_eq!(
        phone.map(|found| found.value),
        Some("07700900456".to_owned())
    );
}

#[test]
fn a_rare_name_spelled_is_taken_by_its_letters_and_a_hint_is_no_name() {
    let name = |text: &str| {
        let asked = understand(text, &[], &context().asking(Slot::Name));
        asked.name.map(|found| found.value)
    };
    let named = |first: Option<&str>, last: Option<&str>| PersonName {
        first: first.map(str::to_owned),
        last: last.map(str::to_owned),
    };
    assert_eq!(
        name("n o r a q u i s t"),
        Some(named(Some("Nora"), Some("Quist")))
    );
    assert_eq!(
        name("stephen with a p h"),
        Some(named(Some("Stephen"), None))
    );
    assert_eq!(name("will"), Some(named(Some("Will"), None)));
    assert_eq!(name("my name is will"), Some(named(Some("Will"), None)));
    assert_eq!(name("yes"), None);
}

#[test]
fn a_day_in_numbers_may_count_its_month_and_another_guess_may_have_its_year() {
    let asked = context().asking(Slot::Date);
    let on = |text: &str, nbest: &[&str]| {
        let nbest: Vec<String> = nbest.iter().map(|guess| (*guess).to_owned()).collect();
        understand(text, &nbest, &asked)
            .date
            .map(|found| found.value)
    };
    assert_eq!(
        on("the 27th of the 10th 1958", &[]),
        Some(DateReading::On(date(1958, 10, 27)))
    );
    assert_eq!(
        on("23 8th 1961", &[]),
        Some(DateReading::On(date(1961, 8, 23)))
    );
    let guesses = ["6th of me 1973", "6th of may 1973"];
    assert_eq!(
        on(guesses[0], &guesses),
        Some(DateReading::On(date(1973, 5, 6)))
    );
}

#[test]
fn wishes_in_everyday_words() {
    for (text, want) in [
        ("put us down for saturday", Intent::Book),
        ("is sunday open", Intent::AskAvailability),
        ("are you booked on the 28th", Intent::AskAvailability),
        ("got anything on friday", Intent::AskAvailability),
        ("what would that run us", Intent::AskPrice),
        ("can we push it to next week", Intent::ChangeBooking),
        ("we can't make it anymore", Intent::CancelBooking),
        ("call it off", Intent::CancelBooking),
        ("do you guys do sundays", Intent::AskAvailability),
    ] {
        let first = read(text).intents.first().map(|scored| scored.value);
        assert_eq!(first, Some(want), "{text}");
    }
}

#[test]
fn a_zip_said_digit_by_digit_after_its_state_is_one() {
    let zip = |text: &str| read(text).address.and_then(|found| found.value.zip);
    let text = "it's twelve oak street oakland california nine four six one two";
    assert_eq!(zip(text), Some("94612".to_owned()));
    let text = "40 Elm Road, Trenton, New Jersey. zero eight six one one";
    assert_eq!(zip(text), Some("08611".to_owned()));
}
