//! What callers want beside a new booking: to change or cancel one, to know what it costs and when there is room, answers.

use super::*;
use crate::types::{Area, Dish, Menu, Prices, Profile, Zone};
use std::sync::Arc;

/// A business with prices, a menu, an area and a few answers.
pub(super) fn business() -> CallSettings {
    let dish = |name: &str, words: &[&str]| Dish {
        name: name.to_owned(),
        words: words.iter().map(|&word| word.to_owned()).collect(),
        per_guest: 0,
        per_party: 0,
    };
    let answer = |keywords: &[&str], answer: &str| crate::types::Answer {
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        answer: answer.to_owned(),
    };
    let profile = Profile {
        prices: Some(Prices {
            adult: 6_000,
            child: 3_000,
            child_age_max: 12,
            minimum: 60_000,
            travel_free_miles: 20,
            travel_per_mile: 200,
        }),
        menu: Menu {
            proteins: vec![dish("chicken", &[]), dish("steak", &["beef"])],
            proteins_per_guest: 2,
            included: vec!["fried rice".to_owned()],
            upgrades: Vec::new(),
            diets: vec![answer(&["vegan"], "Tofu takes the place of meat.")],
            allergies: "Please tell us about every allergy.".to_owned(),
        },
        questions: vec![answer(&["deposit"], "There is no deposit.")],
        ..Profile::default()
    };
    CallSettings {
        profile: Arc::new(profile),
        ..settings()
    }
}

pub(super) fn with_area(settings: CallSettings) -> CallSettings {
    let mut profile = settings.profile.as_ref().clone();
    profile.area = Area {
        description: "the South Bay".to_owned(),
        zones: vec![Zone {
            name: "South Bay".to_owned(),
            zips: vec!["951".to_owned()],
            miles: 30,
            travel_fee: None,
        }],
        ..Area::default()
    };
    CallSettings {
        profile: Arc::new(profile),
        ..settings
    }
}

pub(super) fn party(number: &str, day: i8, name: &str) -> Booking {
    Booking {
        number: number.to_owned(),
        key: crate::types::BookingKey::new(number),
        call: CallId::new("earlier"),
        details: crate::types::BookingDetails {
            starts: jiff::civil::date(2026, 6, day).at(18, 0, 0, 0),
            party_size: 12,
            name: name.to_owned(),
            phone: PhoneNumber::parse("+14155550198"),
            ..crate::types::BookingDetails::default()
        },
        cancelled: false,
    }
}

pub(super) fn hears(call: &Rehearsal, words: &str) {
    assert!(call.last_said().contains(words), "{:?}", call.said);
}

#[test]
fn a_booking_is_cancelled_after_it_was_read_back() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("I need to cancel my booking");
    hears(
        &call,
        "Saturday, June thirteenth at six p.m. for twelve people. Shall I cancel it?",
    );
    assert_eq!(call.stands.len(), 1, "not before a yes");
    call.says("yes please");
    assert!(call.stands.is_empty());
    assert_eq!(call.outcome(), Some(Outcome::BookingCancelled));
}

#[test]
fn a_booking_is_left_alone_on_a_no() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("cancel my reservation please");
    call.says("no");
    assert_eq!(call.stands.len(), 1);
    assert_eq!(call.outcome(), Some(Outcome::NoBooking));
}

#[test]
fn a_booking_is_changed_after_the_change_was_read_back() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("I'd like to change my booking");
    hears(&call, "What would you like to change?");
    call.says("make it fifteen people");
    hears(&call, "for fifteen people");
    assert_eq!(call.stands[0].details.party_size, 12, "not before a yes");
    call.says("yes");
    assert_eq!(call.stands[0].details.party_size, 15);
    assert_eq!(call.outcome(), Some(Outcome::BookingChanged));
    assert!(call.booked.is_empty(), "nothing new is booked");
}

#[test]
fn one_of_several_bookings_is_chosen_by_its_day() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![
        party("MH1000", 13, "Maria Delgado"),
        party("MH2000", 20, "Maria Delgado"),
    ];
    call.rings();
    call.says("I want to cancel my party");
    hears(&call, "Which day do you mean?");
    call.says("the twentieth");
    hears(&call, "June twentieth");
    call.says("yes");
    assert_eq!(call.stands[0].number, "MH1000");
}

#[test]
fn a_booking_under_another_number_is_found_by_name_and_day() {
    let mut call = Rehearsal::begin(business());
    let mut other = party("MH1000", 13, "Tom Brown");
    other.details.phone = PhoneNumber::parse("+14155550111");
    call.stands = vec![other];
    call.rings();
    call.says("I need to cancel a booking");
    hears(&call, "What name is the booking under");
    call.says("it's under Tom Brown for June thirteenth");
    hears(&call, "Shall I cancel it?");
    call.says("yes");
    assert!(call.stands.is_empty());
}

#[test]
fn a_booking_that_is_never_found_ends_with_a_person() {
    let mut call = Rehearsal::begin(business());
    call.rings();
    call.says("cancel my booking");
    for _ in 0..2 {
        call.says("it's under Tom Brown for June thirteenth");
    }
    hears(&call, "nobody can take your call right now");
    call.says("goodbye");
    assert_eq!(call.outcome(), Some(Outcome::PersonWanted));
}

#[test]
fn the_price_is_told_line_by_line_once_the_guests_are_known() {
    let mut call = Rehearsal::answered(business());
    call.says("how much is it");
    hears(&call, "sixty dollars for each adult");
    call.says("it would be ten adults and five kids");
    hears(
        &call,
        "ten adults at sixty dollars and five children at thirty dollars",
    );
    hears(&call, "seven hundred fifty dollars in all");
}

#[test]
fn the_place_decides_the_travel_and_whether_we_come_at_all() {
    let mut call = Rehearsal::answered(with_area(business()));
    call.says("I'd like to book a party on June 13th at 6 pm for twenty people");
    hears(&call, "ZIP code");
    call.says("nine five one one two");
    hears(&call, "What name");
    call.says("Maria Delgado");
    hears(&call, "in ZIP nine, five, one, one, two");
    hears(&call, "one thousand two hundred twenty dollars");
    call.says("yes");
    assert_eq!(call.booked[0].details.quoted, Some(122_000));
}

#[test]
fn openings_of_a_day_are_told_and_one_is_taken() {
    let mut call = Rehearsal::answered(business());
    call.says("what times do you have available on June 13th");
    hears(&call, "eleven a.m., two p.m. or six p.m.");
    call.says("two pm");
    hears(&call, "How many people");
}

#[test]
fn questions_are_answered_from_the_profile_and_the_open_question_follows() {
    let mut call = Rehearsal::answered(business());
    call.says("I'd like to book a party on June 13th at 6 pm");
    for (asked, answer) in [
        ("do I have to pay a deposit", "There is no deposit."),
        (
            "what is on the menu",
            "Each guest chooses two of chicken or steak.",
        ),
        ("can you do vegan", "Tofu takes the place of meat."),
        (
            "what are your hours",
            "Our parties start between eleven a.m. and nine p.m.",
        ),
        ("where do you come to", "We come to you."),
    ] {
        call.says(asked);
        hears(&call, answer);
        let question = ["people", "guests"];
        assert!(
            question.iter().any(|word| call.last_said().contains(word)),
            "{asked}: {}",
            call.last_said()
        );
    }
}

#[test]
fn a_returning_caller_is_asked_whether_the_name_is_the_same() {
    let mut call = Rehearsal::begin(business());
    call.past = vec![party("MH0001", 1, "Maria Delgado")];
    call.rings();
    call.says("book a party on June 13th at 6 pm for twelve people");
    hears(&call, "Should I put it under Maria Delgado");
    call.says("yes");
    hears(&call, "under Maria Delgado");
    call.says("yes");
    assert_eq!(call.booked[0].details.name, "Maria Delgado");
}

#[test]
fn a_returning_caller_may_give_another_name() {
    let mut call = Rehearsal::begin(business());
    call.past = vec![party("MH0001", 1, "Maria Delgado")];
    call.rings();
    call.says("book a party on June 13th at 6 pm for twelve people");
    call.says("no");
    hears(&call, "What name");
    call.says("Tom Brown");
    hears(&call, "under Tom Brown");
}

#[test]
fn small_talk_and_anger_are_met_with_manners() {
    let mut call = Rehearsal::answered(business());
    call.says("are you a robot");
    hears(&call, "automated host");
    call.says("how are you");
    hears(&call, "thank you for asking");
    call.says("this is bullshit");
    hears(&call, "sorry for the trouble");
    call.says("this is fucking stupid");
    hears(&call, "nobody can take your call right now");
}

#[test]
fn somebody_who_speaks_spanish_is_told_so_in_spanish() {
    let mut call = Rehearsal::answered(business());
    call.says("hola quisiera hacer una reservación para el sábado");
    assert!(
        call.said.iter().any(|line| line.contains("Un momento")),
        "{:?}",
        call.said
    );
}

#[test]
fn the_person_of_the_profile_takes_the_caller_in_their_hours_and_the_fallback_else() {
    let hours = |from, to| {
        let time = |hour| jiff::civil::time(hour, 0, 0, 0);
        crate::types::Hours::daily(time(from), time(to))
    };
    let fallback = PhoneNumber::parse("+14155550100");
    let owner = PhoneNumber::parse("+14155550111");
    // It is three in the afternoon.
    for (from, to, expected) in [(9, 18, owner.clone()), (16, 18, fallback.clone())] {
        let mut profile = business().profile.as_ref().clone();
        profile.people = vec![crate::types::Person {
            name: "the owner".to_owned(),
            number: owner.clone().unwrap(),
            hours: hours(from, to),
            topics: Vec::new(),
        }];
        let mut call = Rehearsal::answered(CallSettings {
            profile: Arc::new(profile),
            fallback: fallback.clone(),
            ..settings()
        });
        call.says("let me talk to a person");
        assert_eq!(call.transferred, expected);
    }
}

#[test]
fn a_booking_is_confirmed_by_text_and_a_missed_call_is_answered_by_one() {
    let texts = crate::types::Texts {
        confirmations: true,
        missed_calls: true,
        summaries: false,
    };
    let mut call = Rehearsal::answered(CallSettings {
        texts: texts.clone(),
        ..business()
    });
    call.says("book June 13th at 6 pm for twelve people");
    call.says("Maria Delgado");
    call.says("yes");
    let sent: Vec<&str> = call.state.texts.iter().map(|text| text.kind).collect();
    assert_eq!(sent, ["booking_confirmation"]);
    assert!(call.state.texts[0].body.contains("MH4821"));
    let mut call = Rehearsal::begin(CallSettings {
        texts,
        answers: false,
        ..business()
    });
    call.rings();
    call.happens(Event::CallerCancelled { dialog: None });
    let sent: Vec<&str> = call.state.texts.iter().map(|text| text.kind).collect();
    assert_eq!(sent, [] as [&str; 0], "who answered is not known");
}

#[test]
fn two_parties_are_booked_in_one_call() {
    let mut call = Rehearsal::answered(business());
    call.says("I'd like to book two parties, the first on June 13th at 6 pm for twelve people");
    call.says("Maria Delgado");
    call.says("yes");
    hears(&call, "Now the other one.");
    call.says("June 20th at noon for ten people");
    hears(&call, "under Maria Delgado");
    call.says("yes");
    assert_eq!(call.booked.len(), 2, "{:?}", call.said);
    assert_ne!(call.booked[0].key, call.booked[1].key);
    assert_eq!(call.outcome(), Some(Outcome::Booked));
}

#[test]
fn a_name_alone_begins_no_booking() {
    let mut call = Rehearsal::answered(business());
    call.says("hi this is Tom Brown");
    hears(&call, "Would you like to book a party?");
    call.says("no");
    hears(&call, "What can I do for you?");
}

#[test]
fn a_doubtful_day_is_settled_by_its_weekday() {
    let mut call = Rehearsal::answered(business());
    call.says("a party on Friday June 20th at 6 pm for ten people");
    hears(&call, "Saturday, June twentieth for that date, not Friday.");
    call.says("then the Friday please");
    call.says("Tom Brown");
    hears(&call, "Friday, June nineteenth");
}
