//! Courses of conversations that were wrong once, or that callers expect.

use super::callers::asking_where;
use super::conversations::no_question_is_worn_out;
use super::goals::{business, hears, party, with_area};
use super::*;
use crate::ports::hearing::Patience;

fn from_elsewhere(stands: Vec<Booking>) -> Rehearsal {
    let mut call = Rehearsal::begin(business());
    call.stands = stands;
    for booking in &mut call.stands {
        booking.details.phone = PhoneNumber::parse("+14155550111");
    }
    call.rings();
    call
}

#[test]
fn a_stranger_is_told_of_a_booking_only_after_name_and_day() {
    let mut call = from_elsewhere(vec![party("MH1000", 13, "Tom Brown")]);
    call.says("I need to cancel a booking");
    call.says("it's under Tom Brown");
    hears(&call, "And for which day is the booking?");
    let said = call.said.join(" ");
    assert!(
        !said.contains("twelve people") && !said.contains("June"),
        "{said}"
    );
    call.says("June thirteenth");
    hears(&call, "Shall I cancel it?");
}

#[test]
fn a_stranger_who_names_only_the_day_learns_nothing() {
    let mut call = from_elsewhere(vec![party("MH1000", 13, "Tom Brown")]);
    call.says("I'd like to change my booking on June thirteenth");
    hears(&call, "booking under");
    call.says("on June thirteenth");
    hears(&call, "what name is the booking under?");
    let said = call.said.join(" ");
    assert!(
        !said.contains("Tom Brown") && !said.contains("twelve"),
        "{said}"
    );
}

#[test]
fn what_is_to_be_changed_is_not_asked_of_somebody_who_said_it() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("I'd like to change my reservation to fifteen people");
    hears(&call, "for fifteen people");
    hears(&call, "Is that right?");
    call.says("yes");
    assert_eq!(call.stands[0].details.party_size, 15);
}

#[test]
fn the_address_is_asked_for_where_the_business_wants_it_and_read_back() {
    let mut call = Rehearsal::answered(asking_where(business()));
    call.says("book June 13th at 6 pm for twelve people");
    hears(
        &call,
        "What is the address of the party, with the ZIP code?",
    );
    call.says("forty two Oak Street San Jose nine five one one two");
    hears(&call, "What name");
    call.says("Maria Delgado");
    hears(&call, "at four two Oak Street");
    hears(&call, "in ZIP nine, five, one, one, two");
    call.says("yes");
    let place = call.booked[0].details.place.clone().unwrap();
    assert_eq!(place.zip.as_deref(), Some("95112"));
    assert!(place.address.unwrap().starts_with("42 oak street"));
}

#[test]
fn the_ears_are_told_what_is_missing_of_a_place_and_that_a_name_is_asked_for() {
    let patience = |call: &Rehearsal| match &call.state.phase {
        Phase::Talking(talk) => talk.patience,
        _ => panic!("the conversation goes on"),
    };
    let (street, zip) = (
        ("forty two Oak Street", Patience::Zip),
        ("the ZIP code is nine five one one two", Patience::Street),
    );
    for (first, second) in [(street, zip), (zip, street)] {
        let mut call = Rehearsal::answered(asking_where(business()));
        assert_eq!(patience(&call), Patience::Usual);
        call.says("book June 13th at 6 pm for twelve people");
        assert_eq!(patience(&call), Patience::Address);
        call.says(first.0);
        assert_eq!(patience(&call), first.1);
        call.says(second.0);
        assert_eq!(patience(&call), Patience::Name);
        call.says("Maria Delgado");
        assert_eq!(patience(&call), Patience::Usual);
    }
}

#[test]
fn somebody_who_does_not_know_the_street_yet_can_book_all_the_same() {
    let mut call = Rehearsal::answered(asking_where(business()));
    call.says("book June 13th at 6 pm for twelve people");
    call.says("nine five one one two");
    hears(&call, "What is the street address there?");
    call.says("I don't know yet");
    hears(&call, "What name");
}

#[test]
fn a_street_that_is_not_understood_loses_no_booking() {
    let mut call = Rehearsal::answered(asking_where(business()));
    call.says("book June 13th at 6 pm for twelve people");
    call.says("nine five one one two");
    call.says("florb the wuggly snark");
    hears(&call, "Which house number and street is it?");
    call.says("florb the wuggly snark");
    hears(&call, "What name");
}

#[test]
fn an_allergy_is_noted_and_read_back() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people");
    call.says("my son is allergic to shellfish");
    hears(&call, "Please tell us about every allergy.");
    call.says("Maria Delgado");
    hears(&call, "I've noted: shellfish allergy.");
    call.says("yes");
    assert_eq!(call.booked[0].details.dietary, ["shellfish allergy"]);
}

#[test]
fn the_children_are_counted_in_the_price() {
    let mut call = Rehearsal::answered(business());
    call.says("a party for sixteen people, half of them kids, on June 13th at 6 pm");
    call.says("how much is it");
    hears(
        &call,
        "eight adults at sixty dollars and eight children at thirty dollars",
    );
}

#[test]
fn a_day_of_several_is_found_by_what_is_free() {
    let mut call = Rehearsal::answered(business());
    let saturday = jiff::civil::date(2026, 6, 6);
    call.full = [11, 14, 18].map(|hour| saturday.at(hour, 0, 0, 0)).to_vec();
    call.says("do you have any Saturdays available in June");
    hears(&call, "Saturday, June thirteenth");
    assert!(
        !call.last_said().contains("June sixth"),
        "{}",
        call.last_said()
    );
    call.says("the thirteenth");
    hears(&call, "What time should it start?");
}

#[test]
fn the_next_free_day_is_told() {
    let mut call = Rehearsal::answered(business());
    call.says("when is your next available day");
    hears(
        &call,
        "I have Thursday, June fourth, Friday, June fifth or Saturday, June sixth.",
    );
}

#[test]
fn an_offer_is_taken_by_its_day() {
    let mut call = Rehearsal::answered(business());
    call.moods = [Mood::Taken(2)].into();
    call.says("book Saturday at six pm for ten people under the name John Smith");
    hears(
        &call,
        "I could do Sunday, June seventh at six p.m. or eight p.m.",
    );
    call.says("Sunday then");
    hears(&call, "Sunday, June seventh at six p.m.");
    hears(&call, "Is that right?");
}

#[test]
fn an_offer_is_taken_by_its_place() {
    let mut call = Rehearsal::answered(business());
    call.moods = [Mood::Taken(2)].into();
    call.says("book Saturday at six pm for ten people under the name John Smith");
    call.says("the second one please");
    hears(&call, "Saturday, June sixth at eight p.m.");
}

#[test]
fn nothing_is_promised_where_no_other_start_is_free() {
    let mut call = Rehearsal::answered(business());
    call.moods = [Mood::Taken(0)].into();
    call.says("book Saturday at six pm for ten people");
    hears(
        &call,
        "is already full. What other day or time would suit you?",
    );
}

#[test]
fn an_hour_that_does_not_fit_is_not_kept() {
    let mut call = Rehearsal::answered(business());
    call.says("book Saturday at noon for ten people under the name John Smith");
    hears(&call, "noon");
    call.says("no, in the evening");
    hears(&call, "What time exactly should it start?");
    call.says("seven");
    hears(&call, "at seven p.m.");
}

#[test]
fn a_day_that_is_not_clear_takes_the_place_of_the_one_before() {
    let mut call = Rehearsal::answered(business());
    call.says("book Saturday at noon for ten people under the name John Smith");
    call.says("no, on June thirty-first");
    hears(&call, "I don't think there is such a day.");
    call.says("twelve people");
    hears(&call, "What day would you like the party?");
}

#[test]
fn a_booking_that_the_book_may_have_made_is_not_made_once_more_in_another_shape() {
    let mut call = Rehearsal::answered(business());
    call.moods = [Mood::Fine, Mood::Late].into();
    call.says("book Saturday at six pm for ten people under the name John Smith");
    call.says("yes");
    let told = |words: &str| call.said.iter().any(|said| said.contains(words));
    assert!(
        told("I can't tell yet whether that is done"),
        "{:?}",
        call.said
    );
    hears(
        &call,
        "nobody can take your call right now. What would you like me to pass on?",
    );
    assert_eq!(call.commits.len(), 1);
    call.says("please confirm my booking by phone tomorrow");
    hears(
        &call,
        "I'll pass this on from John Smith: please confirm my booking by phone tomorrow.",
    );
    call.says("yes");
    assert_eq!(call.outcome(), Some(Outcome::MessageTaken));
}

#[test]
fn a_message_has_a_name_and_a_number_and_is_read_back() {
    let mut call = Rehearsal::answered(business());
    call.says("can I leave a message");
    hears(&call, "What would you like me to pass on?");
    call.says("the invoice has the wrong address");
    hears(&call, "And who may I say it is from?");
    call.says("Maria Delgado");
    hears(
        &call,
        "I'll pass this on from Maria Delgado: the invoice has the wrong address. We'll call you back at the number \
         you're calling from. Is that right?",
    );
    call.says("no, call me back at four one five five five five zero one two three");
    hears(
        &call,
        "We'll call you back at four one five, five five five, zero one two three.",
    );
    call.says("yes");
    assert_eq!(call.outcome(), Some(Outcome::MessageTaken));
}

#[test]
fn a_message_of_a_caller_who_hangs_up_before_the_end_is_kept() {
    let mut call = Rehearsal::answered(business());
    call.says("can I leave a message");
    call.says("the invoice has the wrong address");
    call.happens(Event::CallerHungUp {
        dialog: None,
        reason: "bye".to_owned(),
    });
    assert_eq!(call.outcome(), Some(Outcome::MessageTaken));
}

#[test]
fn an_advertisement_is_let_go_and_not_handed_to_the_owner() {
    let mut call = Rehearsal::answered(CallSettings {
        fallback: PhoneNumber::parse("+15551230099"),
        ..business()
    });
    call.says(
        "hi this is an important message about your business listing press one now to speak with a representative",
    );
    hears(&call, "this line is for bookings of parties only");
    call.says("to verify your google listing please stay on the line for our next operator");
    assert_eq!(call.outcome(), Some(Outcome::NoBooking));
    assert_eq!(call.transferred, None);
}

#[test]
fn a_wrong_number_is_told_where_it_ended() {
    let mut call = Rehearsal::answered(business());
    call.says("oh sorry I think I have the wrong number");
    hears(&call, "This is My Hibachi Chef");
    assert_eq!(call.outcome(), Some(Outcome::NoBooking));
    let mut call = Rehearsal::answered(business());
    call.says("who is this");
    hears(
        &call,
        "This is the automated host of My Hibachi Chef. Would you like to book a party?",
    );
}

#[test]
fn the_person_for_a_topic_is_called_for_it() {
    let person = |number: &str, topics: &[&str]| crate::types::Person {
        name: "somebody".to_owned(),
        number: PhoneNumber::parse(number).unwrap(),
        hours: crate::types::Hours::daily(jiff::civil::Time::MIN, jiff::civil::Time::MAX),
        topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
    };
    for (said, number) in [
        (
            "I want to talk to somebody about a corporate event",
            "+14155550110",
        ),
        ("can I talk to a real person", "+14155550100"),
    ] {
        let mut profile = business().profile.as_ref().clone();
        profile.people = vec![
            person("+14155550110", &["corporate"]),
            person("+14155550100", &[]),
        ];
        let mut call = Rehearsal::answered(CallSettings {
            profile: Arc::new(profile),
            ..business()
        });
        call.says(said);
        assert_eq!(call.transferred, PhoneNumber::parse(number), "{said}");
    }
}

#[test]
fn calling_off_what_is_only_read_back_books_nothing_and_looks_for_nothing() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("book Saturday at six pm for ten people under the name John Smith");
    call.says("no cancel that booking");
    hears(&call, "All right, nothing is booked.");
    assert_eq!(call.stands.len(), 1);
}

#[test]
fn a_curious_caller_hears_answers_without_the_same_question_again_and_again() {
    let mut call = Rehearsal::answered(with_area(business()));
    call.says("I'd like to book a party");
    for asked in [
        "what are your hours",
        "is there a deposit",
        "what's on the menu",
    ]
    .repeat(3)
    {
        call.says(asked);
    }
    no_question_is_worn_out(&call);
    assert_eq!(call.outcome(), None);
    call.says("June thirteenth");
    hears(&call, "What time should it start?");
}

#[test]
fn what_was_typed_counts_after_a_pause() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm");
    hears(&call, "How many people");
    call.presses('1');
    call.presses('2');
    call.silence_passes();
    hears(&call, "What name");
}

#[test]
fn digits_that_cannot_be_a_party_are_asked_for_again() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm");
    for key in ['9', '9', '9'] {
        call.presses(key);
    }
    hears(&call, "I can't use that number. How many guests");
}

#[test]
fn what_is_said_once_more_is_not_answered_by_not_having_understood() {
    let mut call = Rehearsal::answered(business());
    call.says("at half past five");
    call.says("half past five");
    assert!(!call.last_said().contains("sorry"), "{}", call.last_said());
}
