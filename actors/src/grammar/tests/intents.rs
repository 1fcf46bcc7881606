//! Wishes, and talk about the talk.

use super::super::{Intent, understand};
use super::{context, read};

fn first(text: &str) -> Option<Intent> {
    read(text).intents.first().map(|scored| scored.value)
}

#[test]
fn each_wish_is_understood_in_plain_words() {
    let cases = [
        ("i'd like to book a party for saturday", Intent::Book),
        ("i need to cancel my reservation", Intent::CancelBooking),
        (
            "can i move my booking to another day",
            Intent::ChangeBooking,
        ),
        ("how much is it per person", Intent::AskPrice),
        (
            "do you have anything available on the 5th",
            Intent::AskAvailability,
        ),
        ("do you have vegetarian options", Intent::AskMenu),
        ("what are your opening hours", Intent::AskHours),
        ("let me talk to a real person", Intent::TalkToHuman),
        ("could you say that again", Intent::Repeat),
        ("ok thanks, bye", Intent::Goodbye),
        ("what's the weather like today", Intent::OutOfScope),
    ];
    for (text, wanted) in cases {
        assert_eq!(first(text), Some(wanted), "{text}");
    }
}

#[test]
fn a_read_back_is_affirmed_or_denied() {
    let say = |text: &str| understand(text, &[], &context().confirming());
    for text in [
        "yeah that's right",
        "yep",
        "sounds good",
        "correct",
        "uh huh",
        "perfect, go ahead",
    ] {
        assert_eq!(
            say(text).intents.first().unwrap().value,
            Intent::Affirm,
            "{text}"
        );
    }
    for text in ["no", "nope that's wrong", "that's not right", "not quite"] {
        assert_eq!(
            say(text).intents.first().unwrap().value,
            Intent::Deny,
            "{text}"
        );
    }
}

#[test]
fn a_denial_brings_its_correction_along() {
    let understood = understand("no, saturday", &[], &context().confirming());
    assert!(understood.has(Intent::Deny));
    assert!(!understood.has(Intent::Affirm));
    assert!(understood.date.is_some());
}

#[test]
fn several_wishes_are_kept_in_one_breath() {
    let understood = read("i'd like to book a table and how much is it per person");
    assert!(understood.has(Intent::Book));
    assert!(understood.has(Intent::AskPrice));
}

#[test]
fn the_business_s_own_words_are_in_scope() {
    let mut context = context();
    context.vocabulary.upgrades = vec!["filet mignon".to_owned()];
    let understood = understand("do you have filet mignon", &[], &context);
    assert_eq!(understood.intents.first().unwrap().value, Intent::AskMenu);
}

#[test]
fn an_answer_alone_is_not_out_of_scope() {
    assert!(!read("the 14th").has(Intent::OutOfScope));
}

#[test]
fn an_exception_to_a_yes_is_not_a_yes() {
    for text in [
        "yes except the time",
        "correct but it's six people",
        "almost, it's 6:30 not 6",
    ] {
        let understood = understand(text, &[], &context().confirming());
        assert!(understood.has(Intent::Deny), "{text}");
        assert!(!understood.has(Intent::Affirm), "{text}");
    }
}

#[test]
fn changing_a_booking_is_not_making_one() {
    let understood = read("i need to move my booking to the 20th");
    assert!(understood.has(Intent::ChangeBooking));
    assert!(!understood.has(Intent::Book));
}
