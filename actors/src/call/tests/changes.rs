//! Callers who change what is being agreed on, and what is said beside it: dishes taken off again, a number that may be the hour
//! or the guests, a start outside the hours, questions that nobody has an answer to, answers that come late.

use super::conversations::every_commit_was_affirmed;
use super::goals::{business, hears, with_area};
use super::*;
use crate::types::Dish;
use std::sync::Arc;

const BOOKS: &str =
    "book June 13th at six pm for twelve people nine five one one two under the name John Smith";

/// A business that goes to a certain area, and has dishes at a price of their own.
fn house() -> CallSettings {
    let settings = with_area(business());
    let mut profile = settings.profile.as_ref().clone();
    let dish = |name: &str, word: &str, per_guest| Dish {
        name: name.to_owned(),
        words: vec![word.to_owned()],
        per_guest,
        per_party: 0,
    };
    profile.menu.upgrades = vec![
        dish("filet mignon", "filet", 800),
        dish("lobster tail", "lobster", 1_200),
    ];
    CallSettings {
        profile: Arc::new(profile),
        ..settings
    }
}

fn answered() -> Rehearsal {
    Rehearsal::answered(house())
}

/// A call at the read-back of twelve people at six.
fn read_back() -> Rehearsal {
    let mut call = answered();
    call.says(BOOKS);
    hears(&call, "at six p.m., for twelve people");
    call
}

fn chosen(call: &Rehearsal) -> Vec<&str> {
    let choices = call.booked[0].details.choices.iter();
    choices.map(|choice| choice.name.as_str()).collect()
}

#[test]
fn a_dish_is_taken_off_again_before_and_at_the_read_back() {
    let mut call = answered();
    call.says("book June 13th at six pm for twelve people with filet and lobster");
    call.says("oh and without the lobster tail please");
    hears(&call, "ZIP code");
    call.says("nine five one one two");
    call.says("John Smith");
    hears(&call, "With filet mignon. The total");
    call.says("take off the filet");
    hears(&call, "The total comes to seven hundred forty dollars.");
    assert!(!call.last_said().contains("With"), "{:?}", call.said);
    call.says("yes");
    assert!(chosen(&call).is_empty());
}

#[test]
fn a_dish_that_was_never_chosen_can_be_declined_and_nothing_is_asked_anew() {
    let mut call = read_back();
    call.says("no lobster");
    hears(&call, "Shall I book it?");
    call.says("with filet");
    hears(&call, "With filet mignon.");
    call.says("yes");
    assert_eq!(chosen(&call), ["filet mignon"]);
    every_commit_was_affirmed(&call);
}

#[test]
fn a_zip_said_in_one_breath_with_the_rest_is_not_asked_for() {
    let mut call = answered();
    call.says("Saturday the thirteenth at six for twelve people nine five one one two");
    hears(&call, "What name");
    call.says("John Smith");
    hears(&call, "for twelve people, in ZIP nine, five, one, one, two");
}

#[test]
fn a_number_that_may_be_the_hour_or_the_guests_is_asked_about() {
    for (answer, read) in [
        ("seven o'clock", "at seven p.m., for twelve people"),
        ("the time", "at seven p.m., for twelve people"),
        ("people", "at six p.m., for seven people"),
        ("seven people", "at six p.m., for seven people"),
        ("no, eight people", "at six p.m., for eight people"),
        ("seven thirty", "at seven thirty p.m., for twelve people"),
    ] {
        for asks in ["make it seven", "actually can we make that seven please"] {
            let mut call = read_back();
            call.says(asks);
            hears(&call, "Seven o'clock, or seven people?");
            call.says(answer);
            hears(&call, read);
        }
    }
    let mut call = read_back();
    call.says("make it seven");
    call.says("seven");
    hears(
        &call,
        "that it starts at seven, or that you will be seven people?",
    );
}

#[test]
fn a_number_that_can_be_only_one_of_them_is_taken_at_once() {
    for (says, read) in [
        (
            "make it seven thirty",
            "at seven thirty p.m., for twelve people",
        ),
        ("make it seventeen", "at six p.m., for seventeen people"),
        // Nobody starts at ten.
        ("make it ten", "at six p.m., for ten people"),
        // There are twelve people already.
        ("make it twelve", "at noon, for twelve people"),
        ("make it seven people", "at six p.m., for seven people"),
    ] {
        let mut call = read_back();
        call.says(says);
        hears(&call, read);
    }
}

#[test]
fn a_number_right_after_a_correction_is_another_of_the_same() {
    let mut call = read_back();
    call.says("no, half past five");
    call.says("hmm make it seven");
    hears(&call, "at seven p.m., for twelve people");
    call.says("sorry, ten people");
    call.says("make it eight");
    hears(&call, "at seven p.m., for eight people");
}

#[test]
fn outside_the_hours_these_are_told_and_the_nearest_start_is_offered() {
    let mut call = answered();
    call.says("can you come at seven in the morning on June 13th");
    hears(
        &call,
        "start between eleven a.m. and nine p.m. Would eleven a.m. suit you, or another time?",
    );
    call.says("yes that works");
    call.says("twelve people");
    call.says("nine five one one two");
    call.says("John Smith");
    hears(&call, "June thirteenth at eleven a.m.");
    let mut call = answered();
    call.says("June 13th at eleven at night for ten people");
    hears(&call, "Would nine p.m. suit you");
    call.says("no");
    hears(&call, "What time should it start?");
    call.says("eight");
    hears(&call, "ZIP code");
}

#[test]
fn what_nobody_knows_is_said_to_be_unknown_and_is_nobodys_name() {
    let mut call = answered();
    call.says("what if it rains");
    hears(&call, "I don't know that.");
    call.says("do I need to clean the grill");
    hears(&call, "I don't know that.");
    call.says("June 13th at six for twelve people nine five one one two");
    for says in ["what if it rains", "and does the chef bring tables"] {
        call.says(says);
        hears(&call, "I don't know that.");
    }
    for says in ["my son is allergic", "allergic"] {
        call.says(says);
        hears(&call, "Please tell us about every allergy.");
    }
    call.says("son");
    assert!(!call.last_said().contains("under"), "{:?}", call.said);
    call.says("Mary Jones");
    hears(&call, "under Mary Jones");
}

#[test]
fn who_asks_whether_a_question_may_be_asked_is_told_to_go_ahead() {
    let mut call = answered();
    call.says("hi I have a question");
    hears(&call, "What would you like to know?");
    call.says("is there a deposit");
    hears(&call, "There is no deposit.");
}

#[test]
fn a_question_at_the_read_back_is_answered_without_all_of_it_again() {
    let mut call = read_back();
    call.says("is there a deposit");
    assert_eq!(
        call.last_said(),
        "There is no deposit. Shall I book it as I read it to you?"
    );
    call.says("yes");
    assert_eq!(call.booked.len(), 1);
    every_commit_was_affirmed(&call);
    // What was not heard yet is read out.
    let mut call = answered();
    let (question, text) = call.until_said(BOOKS);
    assert!(text.starts_with("Let me read that back"), "{text}");
    let effects = call.says_over(question, "is there a deposit", 1_000);
    call.carry_out(effects);
    hears(&call, "under John Smith");
}

#[test]
fn a_change_of_what_is_being_agreed_on_is_no_change_of_another_booking() {
    let mut call = read_back();
    call.says("change the time to seven pm");
    hears(&call, "at seven p.m., for twelve people");
    call.says("change my booking");
    hears(&call, "What should I change?");
    call.says("take the filet off my booking and make it Sunday");
    hears(&call, "Sunday, June fourteenth at seven p.m.");
}

/// A call in which the caller has been silent, and that is about to be said.
fn silent() -> (Rehearsal, QuestionNo) {
    let mut call = answered();
    call.says("book June 13th for twelve people");
    let timer = Timer::CallerSilent;
    call.at = call.state.questions.timers()[&timer];
    call.feed(Event::TimeCame { timer });
    let asked = call.todo.drain(..).find_map(|effect| match effect {
        Effect::Say { question, text, .. } => Some((question, text)),
        _ => None,
    });
    let (question, text) = asked.unwrap();
    assert!(text.starts_with("Are you still there?"), "{text}");
    (call, question)
}

#[test]
fn an_answer_that_comes_over_the_question_whether_anybody_is_there_counts() {
    let (mut call, question) = silent();
    let effects = call.says_over(question, "at six pm", 300);
    let up_to = question;
    assert_eq!(effects[0], Effect::StopSpeaking { up_to });
    call.carry_out(effects);
    hears(&call, "What is the ZIP code");
    // The same where the ears never told that speech began.
    let (mut call, question) = silent();
    call.feed(Event::PromptStarted { question });
    call.feed(said("at six pm"));
    assert_eq!(call.todo.front(), Some(&Effect::StopSpeaking { up_to }));
    call.answer_all();
    hears(&call, "What is the ZIP code");
}

#[test]
fn an_answer_right_after_the_question_whether_anybody_is_there_counts() {
    let (mut call, question) = silent();
    call.happens(Event::PromptPlayed { question });
    call.says("yes I'm here");
    let again = call.last_said();
    assert!(
        again.contains("time") && !again.contains("sorry"),
        "{again}"
    );
    call.says("six pm");
    hears(&call, "What is the ZIP code");
    let asked = |said: &&String| said.contains("ZIP code");
    assert_eq!(call.said.iter().filter(asked).count(), 1);
}
