//! What must hold for every journal, however strange.

use super::*;
use proptest::prelude::*;

fn any_event() -> impl Strategy<Value = Event> {
    let question = (0_u64..30).prop_map(QuestionNo);
    let words = prop_oneof![
        Just("yes"),
        Just("no"),
        Just("Saturday at six pm"),
        Just("twelve people"),
        Just(""),
        Just("my name is Maria Delgado"),
        Just("a person please"),
        Just("goodbye"),
        Just("what"),
    ];
    prop_oneof![
        question
            .clone()
            .prop_map(|question| Event::PromptStarted { question }),
        question
            .clone()
            .prop_map(|question| Event::PromptPlayed { question }),
        question.clone().prop_map(|question| Event::PromptStopped {
            question,
            heard_ms: 5
        }),
        question
            .clone()
            .prop_map(|question| Event::HungUp { question }),
        question.clone().prop_map(|question| Event::SlotChecked {
            question,
            result: Ok(())
        }),
        (question.clone(), words.clone()).prop_map(|(question, text)| {
            let context = crate::grammar::Context::new("2026-06-04T15:00:00".parse().unwrap());
            Event::Understood {
                question,
                reading: Box::new(understand(text, &[], &context)),
            }
        }),
        question.clone().prop_map(|question| Event::TimeCame {
            timer: Timer::Deadline(question)
        }),
        words.prop_map(|text| Event::CallerSaid {
            utterance: Utterance {
                text: text.to_owned(),
                nbest: Vec::new(),
                confidence: 1.0,
                speech_end_ms: 0,
            },
            recognised_ms: 0,
        }),
        Just(Event::SpeechStarted),
        Just(Event::TimeCame {
            timer: Timer::CallerSilent
        }),
        Just(Event::TimeCame {
            timer: Timer::NoWords
        }),
        Just(Event::MouthRestarted),
        Just(Event::Resumed {
            reason: "killed".to_owned()
        }),
        Just(Event::Poisoned { seq: 3 }),
        Just(Event::CallerHungUp {
            dialog: None,
            reason: "bye".to_owned()
        }),
        Just(Event::ProcessRestarted),
    ]
}

proptest! {
    #[test]
    fn a_journal_always_folds_to_the_same_state(events in prop::collection::vec(any_event(), 0..60)) {
        let mut call = Rehearsal::answered(settings());
        for event in events {
            call.feed(event);
        }
        let stored: Vec<Recorded> = call
            .journal
            .iter()
            .map(|entry| serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap())
            .collect();
        let mut again = CallState::begin(&stored[0]).unwrap();
        for entry in &stored[1..] {
            decide(&mut again, entry);
        }
        prop_assert_eq!(again, call.state);
    }

    #[test]
    fn a_call_that_is_left_to_itself_comes_to_an_end(events in prop::collection::vec(any_event(), 0..40)) {
        let mut call = Rehearsal::answered(settings());
        for event in events {
            call.happens(event);
        }
        for _ in 0..200 {
            if call.state.is_finished() {
                break;
            }
            call.time_passes();
        }
        prop_assert!(call.state.is_finished(), "stuck in {:?}", call.state.phase);
    }
}

#[test]
fn an_answer_that_nobody_waits_for_is_dropped() {
    let mut call = Rehearsal::answered(settings());
    let before = call.state.clone();
    for event in [
        Event::PromptPlayed { question: stray() },
        Event::HungUp { question: stray() },
        Event::SlotChecked {
            question: stray(),
            result: Ok(()),
        },
        Event::TransferAnswered {
            question: stray(),
            result: Ok(()),
        },
        Event::AnswerFailed {
            question: stray(),
            error: crate::ports::telephony::Error::Timeout,
        },
    ] {
        call.feed(event);
        assert_eq!(call.state, before);
    }
    assert!(call.todo.is_empty());
}
