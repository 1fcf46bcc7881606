//! Who has the floor: what a sound, a nod, words and a crash make of a prompt that is playing, and that nobody agrees to
//! what was not heard.

use super::*;

const BOOKS: &str = "book Saturday at six pm for ten people under the name John Smith";

/// A call in which the read-back is about to be played; it takes ten seconds.
fn read_back() -> (Rehearsal, QuestionNo) {
    let mut call = Rehearsal::answered(settings());
    let (question, text) = call.until_said(BOOKS);
    assert!(text.starts_with("Let me read that back"), "{text}");
    (call, question)
}

/// Tells whether effects do no more than go on with what was paused.
fn goes_on(effects: &[Effect]) -> bool {
    effects == [Effect::ResumeSpeaking]
}

#[test]
fn a_nod_a_cough_and_a_yes_too_early_let_the_prompt_go_on() {
    let (mut call, question) = read_back();
    for sound in ["mhm", "Mm-hmm, yeah.", "", "okay", "yes", "Yes, perfect."] {
        let effects = call.says_over(question, sound, 3_000);
        assert!(goes_on(&effects), "{sound:?} led to {effects:?}");
    }
    call.happens(Event::PromptPlayed { question });
    call.says("yes");
    assert_eq!(call.booked.len(), 1);
}

#[test]
fn words_stop_the_prompt_and_count() {
    let (mut call, question) = read_back();
    let effects = call.says_over(question, "no, make it Sunday", 3_000);
    let up_to = question;
    assert_eq!(effects[0], Effect::StopSpeaking { up_to });
    call.carry_out(effects);
    assert!(call.last_said().contains("Sunday, June seventh"));
}

#[test]
fn nobody_agrees_to_a_read_back_that_was_not_heard() {
    let (mut call, question) = read_back();
    let effects = call.says_over(question, "yes that's all right with me", 3_000);
    call.carry_out(effects);
    assert!(call.booked.is_empty());
    assert!(call.last_said().starts_with("Let me read that back"));
    call.says("yes that's all right with me");
    assert_eq!(call.booked.len(), 1, "now it was heard");
}

#[test]
fn who_agrees_late_and_into_the_same_read_back_once_more_has_heard_it() {
    let mut call = Rehearsal::answered(settings());
    call.says(BOOKS);
    let timer = Timer::CallerSilent;
    call.at = call.state.questions.timers()[&timer];
    call.feed(Event::TimeCame { timer });
    let asked = call.todo.drain(..).find_map(|effect| match effect {
        Effect::Say { question, text, .. } => Some((question, text)),
        _ => None,
    });
    let (question, text) = asked.unwrap();
    assert!(text.contains("Once more"), "{text}");
    let effects = call.says_over(question, "yes", 200);
    call.carry_out(effects);
    assert_eq!(call.booked.len(), 1);
}

#[test]
fn who_answers_into_the_closing_question_has_heard_what_matters() {
    let (mut call, question) = read_back();
    let effects = call.says_over(question, "yes", 9_800);
    call.carry_out(effects);
    assert_eq!(call.booked.len(), 1);
}

#[test]
fn a_prompt_that_was_to_be_heard_after_a_crash_is_heard_before_it_is_agreed_to() {
    let (mut call, question) = read_back();
    call.feed(Event::Resumed {
        reason: "killed".to_owned(),
    });
    call.todo.clear();
    let effects = call.says_over(question, "yes of course it is", 9_000);
    call.carry_out(effects);
    assert!(call.booked.is_empty());
}

#[test]
fn an_answer_of_the_book_that_comes_while_the_caller_speaks_is_said_after_what_was_stopped() {
    let mut call = Rehearsal::answered(settings());
    call.full = vec!["2026-06-06T18:00:00".parse().unwrap()];
    call.feed(Event::SpeechStarted);
    call.feed(said("book Saturday at six pm for ten people"));
    let Some(Effect::Interpret {
        question,
        text,
        nbest,
        context,
    }) = call.todo.pop_front()
    else {
        panic!("words must be read");
    };
    let reading = Box::new(understand(&text, &nbest, &context));
    call.feed(Event::Understood { question, reading });
    let hold = call.todo.pop_front().unwrap();
    call.at = call.state.questions.timers()[&Timer::StillWorking];
    call.feed(Event::TimeCame {
        timer: Timer::StillWorking,
    });
    let Some(Effect::Say { question, .. }) = call.todo.pop_front() else {
        panic!("a caller who waits is told so");
    };
    call.feed(Event::PromptStarted { question });
    call.feed(Event::SpeechStarted);
    assert_eq!(call.todo.pop_front(), Some(Effect::PauseSpeaking));
    call.answer(hold);
    let taken = call.todo.pop_front().unwrap();
    assert!(matches!(&taken, Effect::Say { text, .. } if text.contains("already full")));
    call.feed(said("under John Smith"));
    let up_to = question;
    assert_eq!(
        call.todo.pop_front(),
        Some(Effect::StopSpeaking { up_to }),
        "what was asked for later is still said"
    );
}

#[test]
fn a_crash_in_a_pause_leaves_it_a_pause_and_after_it_none() {
    let (mut call, question) = read_back();
    call.feed(Event::PromptStarted { question });
    call.feed(Event::SpeechStarted);
    call.todo.clear();
    let resumed = Event::Resumed {
        reason: "killed".to_owned(),
    };
    call.feed(resumed.clone());
    assert_eq!(call.todo.back(), Some(&Effect::PauseSpeaking));
    call.feed(said("make it Sunday"));
    call.todo.clear();
    call.feed(resumed);
    let up_to = question;
    let again: Vec<Effect> = call.todo.drain(..).collect();
    assert!(again.contains(&Effect::StopSpeaking { up_to }), "{again:?}");
    assert!(again.contains(&Effect::ResumeSpeaking), "{again:?}");
    let says = |effect: &Effect| matches!(effect, Effect::Say { .. });
    assert!(!again.iter().any(says), "{again:?}");
}

#[test]
fn last_words_are_not_held_back_by_a_caller_who_speaks() {
    let mut call = Rehearsal::answered(settings());
    call.time_passes();
    let (question, _) = call.until_said("I want to book");
    call.feed(Event::PromptStarted { question });
    call.feed(Event::SpeechStarted);
    call.todo.clear();
    call.feed(Event::EarsFailed {
        reason: "none is left".to_owned(),
    });
    assert_eq!(call.todo.back(), Some(&Effect::ResumeSpeaking));
}

#[test]
fn a_journal_of_former_days_in_which_noise_stopped_a_prompt_still_says_it_again() {
    let (mut call, question) = read_back();
    call.feed(Event::PromptStarted { question });
    call.feed(Event::SpeechStarted);
    call.feed(Event::PromptStopped {
        question,
        heard_ms: 3_000,
    });
    call.todo.clear();
    call.happens(said("mhm"));
    assert!(call.last_said().starts_with("Let me read that back"));
}
