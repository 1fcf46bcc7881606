//! What callers say beside an answer: a question after a yes, a time or a day counted from the one in hand.

use super::goals::{business, hears, party};
use super::*;

#[test]
fn a_question_beside_a_yes_is_answered_before_anything_is_booked() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people");
    call.says("okay and is there a minimum?");
    hears(&call, "six hundred dollars");
    hears(&call, "name");
    call.says("Maria Delgado");
    hears(&call, "Is that right?");
    call.says("yes but do you want a deposit");
    hears(&call, "There is no deposit.");
    assert!(call.booked.is_empty(), "not before it was answered");
    call.says("then yes");
    assert_eq!(call.booked.len(), 1);
}

#[test]
fn what_is_offered_to_vegans_is_found_by_the_plural() {
    let mut call = Rehearsal::answered(business());
    call.says("what do you have for vegans");
    hears(&call, "Tofu takes the place of meat.");
}

#[test]
fn a_day_and_a_start_are_moved_from_the_ones_in_hand() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people");
    call.says("Maria Delgado");
    call.says("can we make it an hour later");
    hears(&call, "Saturday, June thirteenth at seven p.m.");
    call.says("actually the week after");
    hears(&call, "Saturday, June twentieth at seven p.m.");
    call.says("yes");
    let starts = call.booked[0].details.starts;
    assert_eq!(starts, jiff::civil::date(2026, 6, 20).at(19, 0, 0, 0));
}

#[test]
fn a_party_that_stands_is_put_off_by_a_week() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("I need to move my party a week later");
    hears(&call, "Saturday, June twentieth at six p.m.");
    call.says("yes");
    let starts = call.stands[0].details.starts;
    assert_eq!(starts, jiff::civil::date(2026, 6, 20).at(18, 0, 0, 0));
}

#[test]
fn guests_are_added_to_those_of_a_party_that_stands() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Maria Delgado")];
    call.rings();
    call.says("hi I'm calling about a party I booked, I want to add two more people");
    hears(&call, "for fourteen people");
    call.says("actually make that one less");
    hears(&call, "for thirteen people");
    call.says("yes");
    assert_eq!(call.stands[0].details.party_size, 13);
}

#[test]
fn a_weekday_after_a_stretch_of_days_is_one_of_them() {
    for (stretch, day, want) in [
        (
            "the week of June 15th",
            "Wednesday",
            "Wednesday, June seventeenth",
        ),
        ("next weekend", "Saturday", "Saturday, June thirteenth"),
        ("next weekend", "Sunday at five", "Sunday, June fourteenth"),
    ] {
        let mut call = Rehearsal::answered(business());
        call.says(&format!("we'd like to have a party {stretch}"));
        call.says(day);
        call.says("at six");
        call.says("twelve people");
        call.says("Maria Delgado");
        hears(&call, want);
    }
}

#[test]
fn a_party_larger_than_can_be_served_is_refused_at_once() {
    let mut settings = business();
    let mut profile = settings.profile.as_ref().clone();
    profile.capacity.guests_per_grill = 80;
    settings.profile = std::sync::Arc::new(profile);
    let mut call = Rehearsal::answered(settings);
    call.says("do you guys do corporate events for like 150 people");
    hears(
        &call,
        "we can cook for eighty guests at most. How many people will there be?",
    );
    call.says("okay eighty then");
    hears(&call, "What day");
}

#[test]
fn a_name_told_with_the_wish_to_change_is_not_asked_for_again() {
    let mut call = Rehearsal::begin(business());
    call.stands = vec![party("MH1000", 13, "Tom Brown")];
    call.stands[0].details.phone = PhoneNumber::parse("+14155550111");
    call.rings();
    call.says("it's about a party I booked, my name is Tom Brown, I want to add two more people");
    hears(&call, "day");
    call.says("June thirteenth");
    hears(&call, "for fourteen people");
}

#[test]
fn how_long_a_party_lasts_follows_from_its_guests() {
    let mut settings = business();
    let mut profile = settings.profile.as_ref().clone();
    let row = |guests_max, minutes| crate::types::PartyLength {
        guests_max,
        minutes,
    };
    profile.capacity.lengths = vec![row(20, 90), row(80, 150)];
    settings.profile = std::sync::Arc::new(profile);
    let mut call = Rehearsal::answered(settings);
    call.says("how long does the party last");
    hears(
        &call,
        "A party for up to twenty people takes about an hour and a half.",
    );
    call.says("book June 13th at 6 pm for forty people");
    call.says("and how long will you be there");
    hears(
        &call,
        "A party for forty people takes about two and a half hours.",
    );
    call.says("the twentieth was what I meant");
    call.says("Maria Delgado");
    hears(&call, "Saturday, June twentieth");
}

#[test]
fn a_caller_who_begs_for_time_gets_it_and_the_question_stays_open() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people, four of them kids");
    call.says("hold on a second");
    hears(&call, "Take your time.");
    call.says("actually no kids");
    call.says("Maria Delgado");
    hears(&call, "for twelve people, under Maria Delgado");
    call.says("let me ask my wife");
    hears(&call, "Of course, I'll wait.");
    call.says("yes that's right");
    assert_eq!(call.booked.len(), 1);
    assert_eq!(call.booked[0].details.party_size, 12);
}

#[test]
fn a_question_that_begins_like_a_plea_for_time_is_answered() {
    let mut call = Rehearsal::answered(business());
    call.says("let me ask you, how much is it");
    hears(&call, "sixty dollars");
}

#[test]
fn the_part_that_is_to_be_changed_is_asked_for_once_it_is_named() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people");
    call.says("Maria Delgado");
    call.says("no");
    hears(&call, "What should I change?");
    call.says("the name");
    hears(&call, "name");
    call.says("it's Rob, Rob Jones");
    hears(&call, "under Rob Jones");
    call.says("yes");
    assert_eq!(call.booked[0].details.name, "Rob Jones");
}

#[test]
fn a_message_with_words_of_a_plea_in_it_is_taken_whole() {
    let mut call = Rehearsal::answered(business());
    call.says("I'd like to leave a message");
    call.says("hold on a second");
    hears(&call, "Take your time.");
    call.says("um let me see tell the owner that the chef was wonderful last night");
    hears(&call, "who may I say it is from");
}

#[test]
fn a_part_that_is_told_is_not_asked_for() {
    let mut call = Rehearsal::answered(business());
    call.says("book June 13th at 6 pm for twelve people");
    call.says("Tom Brown");
    call.says("no");
    call.says("no, the name is Tom Brown");
    assert!(!call.last_said().contains("name should"), "{:?}", call.said);
}
