//! What must hold in a call, told as short stories.

use super::*;

#[test]
fn a_caller_books_and_the_booking_is_what_was_read_back() {
    let mut call = Rehearsal::answered(settings());
    call.says("Hi, I'd like to book a hibachi party for Saturday at six pm for twelve people");
    assert_eq!(call.last_said(), "What name should I put it under?");
    call.says("Maria Delgado");
    assert_eq!(
        call.last_said(),
        "Let me read that back: Saturday, June sixth at six p.m., for twelve people, under Maria Delgado, and we \
         can reach you at the number you're calling from. Is that right?"
    );
    call.says("yes that's right");
    assert!(
        call.last_said().contains("M, H, four, eight, two, one"),
        "{}",
        call.last_said()
    );
    assert_eq!(call.outcome(), Some(Outcome::Booked));
    assert_eq!(call.booked.len(), 1);
    let details = &call.booked[0].details;
    assert_eq!(details.starts.to_string(), "2026-06-06T18:00:00");
    assert_eq!(
        (details.party_size, details.name.as_str()),
        (12, "Maria Delgado")
    );
    assert!(call.state.is_finished());
}

#[test]
fn a_caller_is_asked_for_one_thing_after_the_other() {
    let mut call = Rehearsal::answered(settings());
    call.says("I want to make a booking");
    assert_eq!(call.last_said(), "What day would you like the party?");
    call.says("next Friday");
    assert!(
        call.last_said().ends_with("What time should it start?"),
        "{}",
        call.last_said()
    );
    call.says("half past five");
    assert_eq!(call.last_said(), "How many people will there be?");
    call.says("fifteen");
    assert_eq!(call.last_said(), "What name should I put it under?");
}

#[test]
fn a_correction_at_the_read_back_wins() {
    let mut call = Rehearsal::answered(settings());
    call.says("book Saturday at six pm for ten people under the name John Smith");
    assert!(
        call.last_said().contains("Saturday, June sixth"),
        "{}",
        call.last_said()
    );
    call.says("no, make it Sunday");
    assert!(
        call.last_said().contains("Sunday, June seventh"),
        "{}",
        call.last_said()
    );
    call.says("yes");
    assert_eq!(
        call.booked[0].details.starts.to_string(),
        "2026-06-07T18:00:00"
    );
}

#[test]
fn a_full_slot_is_not_booked_and_the_alternative_is_offered() {
    let mut call = Rehearsal::answered(settings());
    call.full = vec!["2026-06-06T18:00:00".parse().unwrap()];
    call.says("book Saturday at six pm for ten people under the name John Smith");
    assert!(
        call.last_said().contains("already full"),
        "{}",
        call.last_said()
    );
    assert!(
        call.last_said().contains("eight p.m."),
        "{}",
        call.last_said()
    );
    call.says("yes that works");
    assert!(
        call.last_said().contains("at eight p.m."),
        "{}",
        call.last_said()
    );
    call.says("yes");
    assert_eq!(
        call.booked[0].details.starts.to_string(),
        "2026-06-06T20:00:00"
    );
}

#[test]
fn a_silent_caller_is_asked_twice_and_then_let_go() {
    let mut call = Rehearsal::answered(settings());
    for _ in 0..3 {
        call.time_passes();
    }
    assert_eq!(call.outcome(), Some(Outcome::Silent));
    assert_eq!(call.said.len(), 4, "{:?}", call.said);
    assert_ne!(call.said[1], call.said[2]);
}

#[test]
fn a_caller_who_wants_a_person_is_told_the_truth() {
    let mut call = Rehearsal::answered(settings());
    call.says("can I talk to a real person please");
    assert!(
        call.last_said().contains("nobody can take your call"),
        "{}",
        call.last_said()
    );
    call.says("no thanks, goodbye");
    assert_eq!(call.outcome(), Some(Outcome::PersonWanted));
}

#[test]
fn a_caller_who_wants_a_person_is_put_through_where_there_is_one() {
    let fallback = PhoneNumber::parse("+15551230099");
    let mut call = Rehearsal::answered(CallSettings {
        fallback: fallback.clone(),
        ..settings()
    });
    call.says("let me speak to a human");
    assert_eq!(call.transferred, fallback);
    assert_eq!(call.outcome(), Some(Outcome::HandedOver));
}

#[test]
fn a_caller_who_is_gone_before_the_transfer_is_confirmed_was_put_through() {
    let fallback = PhoneNumber::parse("+15551230099");
    let mut call = Rehearsal::answered(CallSettings {
        fallback: fallback.clone(),
        ..settings()
    });
    let transfer = call.until_transfer("let me speak to a human");
    call.feed(Event::CallerHungUp {
        dialog: None,
        reason: "bye".to_owned(),
    });
    assert!(!call.state.is_finished(), "the line has not answered yet");
    call.answer(transfer);
    assert_eq!(call.outcome(), Some(Outcome::HandedOver));
    assert_eq!(call.state.handed_over_to, fallback);
    assert!(call.state.is_finished());
}

#[test]
fn three_failures_to_understand_end_with_a_person() {
    let mut call = Rehearsal::answered(settings());
    for _ in 0..3 {
        call.says("florb the wuggly snark");
    }
    assert!(
        call.last_said().contains("nobody can take your call"),
        "{}",
        call.last_said()
    );
    call.feed(Event::CallerHungUp {
        dialog: None,
        reason: "bye".to_owned(),
    });
    assert_eq!(call.outcome(), Some(Outcome::PersonWanted));
    let mut different = call.said.clone();
    different.dedup();
    assert_eq!(
        different.len(),
        call.said.len(),
        "the same question twice: {:?}",
        call.said
    );
}

#[test]
fn the_turn_limit_holds() {
    let mut call = Rehearsal::answered(CallSettings {
        turns_max: 5,
        ..settings()
    });
    for _ in 0..4 {
        call.says("what are your opening hours");
    }
    assert!(
        call.last_said()
            .contains("What would you like me to pass on?"),
        "{}",
        call.last_said()
    );
    call.says("no");
    assert_eq!(call.outcome(), Some(Outcome::PersonWanted));
    assert_eq!(call.said.len(), 6, "{:?}", call.said);
}

#[test]
fn a_prompt_pauses_when_the_caller_speaks_over_it_and_goes_on_after_mere_noise() {
    let mut call = Rehearsal::answered(settings());
    call.feed(Event::SpeechStarted);
    let noise = Utterance {
        text: String::new(),
        nbest: Vec::new(),
        confidence: 0.0,
        speech_end_ms: 0,
    };
    call.feed(Event::CallerSaid {
        utterance: noise.clone(),
        recognised_ms: 0,
    });
    assert_eq!(
        call.said.len(),
        1,
        "nothing was cut short, nothing is to be repeated"
    );

    call.says("I want to book");
    call.todo.clear();
    call.feed(Event::TimeCame {
        timer: Timer::CallerSilent,
    });
    let at = call.state.questions.timers()[&Timer::CallerSilent];
    call.at = at;
    call.feed(Event::TimeCame {
        timer: Timer::CallerSilent,
    });
    let Some(Effect::Say { question, text, .. }) = call.todo.pop_front() else {
        panic!("a silent caller must be asked");
    };
    call.feed(Event::PromptStarted { question });
    call.feed(Event::SpeechStarted);
    assert_eq!(call.todo.pop_front(), Some(Effect::PauseSpeaking));
    call.feed(Event::PromptPaused {
        question,
        heard_ms: 300,
        left_ms: None,
    });
    call.feed(Event::CallerSaid {
        utterance: noise,
        recognised_ms: 0,
    });
    assert_eq!(call.todo.pop_front(), Some(Effect::ResumeSpeaking));
    assert!(call.todo.is_empty(), "{text} is not said again");
}

#[test]
fn words_said_in_two_breaths_are_read_together() {
    let mut call = Rehearsal::answered(settings());
    call.says("I want to book");
    call.feed(Event::SpeechStarted);
    let said = |text: &str| Event::CallerSaid {
        utterance: Utterance {
            text: text.to_owned(),
            nbest: Vec::new(),
            confidence: 1.0,
            speech_end_ms: 0,
        },
        recognised_ms: 0,
    };
    call.feed(said("on Saturday"));
    call.feed(Event::SpeechStarted);
    call.happens(said("at six pm"));
    assert_eq!(call.last_said(), "How many people will there be?");
}

#[test]
fn a_call_that_is_not_to_be_answered_is_only_watched() {
    let mut call = Rehearsal::begin(CallSettings {
        mode: AiMode::HumanOnly,
        ..settings()
    });
    call.rings();
    assert!(call.said.is_empty());
    call.happens(Event::CallerCancelled { dialog: None });
    assert_eq!(call.outcome(), Some(Outcome::NotAnswered));
}

#[test]
fn a_caller_who_hangs_up_after_confirming_has_the_booking() {
    let mut call = Rehearsal::answered(settings());
    call.says("book Saturday at six pm for ten people under the name John Smith");
    call.feed(Event::SpeechStarted);
    let utterance = Utterance {
        text: "yes".to_owned(),
        nbest: Vec::new(),
        confidence: 1.0,
        speech_end_ms: 0,
    };
    call.feed(Event::CallerSaid {
        utterance,
        recognised_ms: 0,
    });
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
    let book = call.todo.pop_front().unwrap();
    call.feed(Event::CallerHungUp {
        dialog: None,
        reason: "bye".to_owned(),
    });
    assert!(!call.state.is_finished(), "the book has not answered yet");
    call.answer(book);
    assert_eq!(call.outcome(), Some(Outcome::Booked));
    assert!(call.state.is_finished());
}

#[test]
fn a_poisoned_event_sends_the_caller_to_the_fallback_and_fails_the_call() {
    let fallback = PhoneNumber::parse("+15551230099");
    let mut call = Rehearsal::answered(CallSettings {
        fallback: fallback.clone(),
        ..settings()
    });
    call.happens(Event::Poisoned { seq: 7 });
    assert_eq!(call.transferred, fallback);
    assert_eq!(call.outcome(), Some(Outcome::Failed));
}

#[test]
fn doubled_and_late_reports_of_a_session_change_nothing() {
    let mut call = Rehearsal::answered(settings());
    let report = |sequence, code: &str| Event::SessionChanged {
        status: Box::new(PartyStatus {
            session: crate::types::SessionId::new("s-1"),
            party: "p-2".to_owned(),
            sequence,
            code: code.to_owned(),
            reason: None,
            direction: Some("Inbound".to_owned()),
            from: None,
            to: None,
            sip_call_id: None,
            extension: None,
            from_name: None,
            queue: false,
            missed: false,
            park: None,
            peer: None,
            recordings: Vec::new(),
        }),
    };
    call.happens(report(3, "Proceeding"));
    call.happens(report(5, "Answered"));
    let before = call.state.line.clone();
    call.happens(report(5, "Answered"));
    call.happens(report(3, "Proceeding"));
    assert_eq!(call.state.line, before);
    call.happens(report(8, "Disconnected"));
    call.happens(report(9, "Answered"));
    assert_eq!(call.state.line.session.last_code(), Some("Disconnected"));
}
