//! What is recorded, and when: the sentence first, nothing of a caller who refuses, whatever ends in between.

use super::*;
use crate::types::Recording;

const SENTENCE: &str = "This call is recorded for quality. If you do not want that, just say so.";
const NOT_KEPT: &str = "All right, I won't keep a recording of this call.";

fn recorded(sentence: Option<&str>) -> CallSettings {
    CallSettings {
        recording: Recording {
            own: true,
            sentence: sentence.map(str::to_owned),
        },
        carrier: true,
        ..settings()
    }
}

/// Answers a call and gives the prompts that wait to be played.
fn being_told() -> (Rehearsal, Vec<QuestionNo>) {
    let mut call = Rehearsal::begin(recorded(Some(SENTENCE)));
    call.feed(Event::Rang { offer: offer() });
    let Some(Effect::Answer { question }) = call.todo.pop_front() else {
        panic!("the call is answered");
    };
    call.feed(answered(question, None));
    let prompts = call.todo.drain(..).map(|effect| match effect {
        Effect::Say { question, .. } => question,
        other => panic!("nothing but prompts: {other:?}"),
    });
    let prompts = prompts.collect();
    (call, prompts)
}

fn offer() -> Offer {
    Offer {
        sip_call_id: SipCallId::new("sip-1"),
        from: PhoneNumber::parse("+14155550198"),
        from_name: None,
        to: "15551230001".to_owned(),
        auto_answer: false,
    }
}

fn answered(question: QuestionNo, recording: Option<&str>) -> Event {
    Event::Answered {
        question,
        dialog: Box::new(dialog()),
        recording: recording.map(str::to_owned),
    }
}

/// Prompts that are asked for and not played.
type Prompts = Vec<(QuestionNo, String)>;

/// Talks over all that is being said, and gives what is to be said then. The prompts fall silent at once, or `late`, after
/// the words were read.
fn talks_over(call: &mut Rehearsal, prompts: &[QuestionNo], text: &str, late: bool) -> Prompts {
    call.feed(Event::SpeechStarted);
    call.feed(said(text));
    if !late {
        fall_silent(call, prompts);
    }
    let next = unplayed(call);
    if late {
        fall_silent(call, prompts);
    }
    next
}

fn fall_silent(call: &mut Rehearsal, prompts: &[QuestionNo]) {
    for question in prompts {
        call.feed(Event::PromptStopped {
            question: *question,
            heard_ms: 300,
        });
    }
}

fn said(text: &str) -> Event {
    let utterance = Utterance {
        text: text.to_owned(),
        nbest: Vec::new(),
        confidence: 1.0,
        speech_end_ms: 0,
    };
    Event::CallerSaid {
        utterance,
        recognised_ms: 0,
    }
}

/// Answers everything but prompts, which are given back.
fn unplayed(call: &mut Rehearsal) -> Prompts {
    let mut prompts = Vec::new();
    while let Some(effect) = call.todo.pop_front() {
        match effect {
            Effect::Say { question, text, .. } => prompts.push((question, text)),
            other => call.answer(other),
        }
    }
    prompts
}

fn play(call: &mut Rehearsal, prompts: Prompts) {
    for (question, _) in prompts {
        call.happens(Event::PromptStarted { question });
        call.happens(Event::PromptPlayed { question });
    }
}

fn numbers(prompts: &Prompts) -> Vec<QuestionNo> {
    prompts.iter().map(|(question, _)| *question).collect()
}

fn kinds(call: &Rehearsal) -> Vec<&'static str> {
    call.journal
        .iter()
        .map(|entry| entry.event.kind())
        .collect()
}

fn consent(call: &Rehearsal) -> (Option<String>, Option<String>) {
    let record = record(&call.state);
    (record.recording_consent, record.recording_path)
}

/// Folds the journal anew, as a call does that was started again, and gives it in the place of the old one.
fn again(call: &mut Rehearsal) {
    let mut state = CallState::begin(&call.journal[0]).unwrap();
    for entry in &call.journal[1..] {
        decide(&mut state, entry);
    }
    assert_eq!(state, call.state);
}

#[test]
fn the_sentence_comes_first_and_the_recording_after_it() {
    let call = Rehearsal::answered(recorded(Some(SENTENCE)));
    assert_eq!(call.said, [SENTENCE, &settings().greeting]);
    assert_eq!(call.recorded, ["call_1-4.wav"]);
    let order = kinds(&call);
    let played = order.iter().position(|kind| *kind == "prompt_played");
    let begun = order.iter().position(|kind| *kind == "recording_started");
    assert!(played < begun, "{order:?}");
    assert_eq!(
        consent(&call),
        (Some("told".to_owned()), Some("call_1-4.wav".to_owned()))
    );
}

#[test]
fn without_a_sentence_the_recording_begins_with_the_answer() {
    let call = Rehearsal::answered(recorded(None));
    assert_eq!(call.recorded, ["call_1-3.wav"]);
    assert_eq!(call.said, [settings().greeting]);
    assert_eq!(consent(&call).0, None);
}

#[test]
fn where_maitred_does_not_record_callers_are_told_all_the_same() {
    let mut settings = recorded(Some(SENTENCE));
    settings.recording.own = false;
    let call = Rehearsal::answered(settings);
    assert_eq!((call.said[0].as_str(), call.recorded.len()), (SENTENCE, 0));
}

#[test]
fn a_refusal_at_any_moment_deletes_all_and_the_call_goes_on() {
    let turns = [
        "book June sixth at six pm",
        "twelve people",
        "Maria Delgado",
        "yes",
    ];
    for refusing in 0..turns.len() {
        let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
        for (at, turn) in turns.iter().enumerate() {
            if at == refusing {
                call.says("please don't record this");
                let said = call.said.last().unwrap();
                assert!(
                    said.starts_with(NOT_KEPT) && said.len() > NOT_KEPT.len(),
                    "{said}"
                );
                assert!(call.recorded.is_empty(), "{refusing}");
            }
            call.says(turn);
        }
        assert_eq!(call.booked.len(), 1, "{:?}", call.said);
        assert!(call.recorded.is_empty());
        assert_eq!(consent(&call), (Some("refused".to_owned()), None));
        again(&mut call);
    }
}

#[test]
fn what_is_said_beside_a_refusal_counts() {
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("don't record me please, I'd like to book June sixth at six pm for twelve people");
    let said = call.said[2..].join(" ");
    assert!(
        said.starts_with(NOT_KEPT) && said.contains("name"),
        "{said}"
    );
    call.says("Maria Delgado");
    call.says("yes");
    assert_eq!(call.booked[0].details.party_size, 12);
}

#[test]
fn a_no_to_the_read_back_is_no_refusal_and_a_refusal_no_no() {
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("book June sixth at six pm for twelve people, my name is Maria Delgado");
    call.says("no, I don't want to be recorded");
    let said = call.said.last().unwrap();
    assert!(said.contains("Shall I book it"), "{said}");
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("book June sixth at six pm for twelve people, my name is Maria Delgado");
    call.says("no");
    assert_eq!(call.recorded.len(), 1);
}

#[test]
fn a_plain_no_to_the_sentence_refuses() {
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("no thank you");
    assert!(call.said.last().unwrap().starts_with(NOT_KEPT));
    assert_eq!(consent(&call).0.as_deref(), Some("refused"));
    assert!(call.recorded.is_empty());
}

#[test]
fn a_refusal_in_two_breaths_is_one() {
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("hello");
    call.feed(Event::SpeechStarted);
    for (text, goes_on) in [("I don't want to be", true), ("recorded", false)] {
        let utterance = Utterance {
            text: text.to_owned(),
            nbest: Vec::new(),
            confidence: 1.0,
            speech_end_ms: 0,
        };
        call.feed(Event::CallerSaid {
            utterance,
            recognised_ms: 0,
        });
        if goes_on {
            call.todo.clear();
            call.feed(Event::SpeechStarted);
        }
    }
    assert_eq!(consent(&call).0.as_deref(), Some("refused"));
}

#[test]
fn who_talks_over_the_sentence_hears_it_once_more_and_then_is_not_recorded() {
    for late in [false, true] {
        let (mut call, prompts) = being_told();
        let next = talks_over(&mut call, &prompts, "hi I'd like to book June sixth", late);
        assert_eq!(next[0].1, SENTENCE);
        play(&mut call, next);
        assert_eq!(call.recorded.len(), 1);

        let (mut call, prompts) = being_told();
        let next = talks_over(&mut call, &prompts, "book June sixth", late);
        let third = talks_over(&mut call, &numbers(&next), "at six pm", late);
        assert!(third.iter().all(|(_, text)| text != SENTENCE), "{third:?}");
        play(&mut call, third);
        call.says("twelve people");
        assert!(call.recorded.is_empty());
        assert_eq!(consent(&call), (Some("not_heard".to_owned()), None));
    }
}

#[test]
fn a_cough_over_the_sentence_leaves_it_as_it_is() {
    let (mut call, prompts) = being_told();
    call.feed(Event::SpeechStarted);
    call.feed(said(""));
    call.todo.clear();
    call.happens(Event::PromptPlayed {
        question: prompts[0],
    });
    assert_eq!(call.recorded.len(), 1);
}

#[test]
fn a_refusal_over_the_sentence_leaves_nothing_to_delete() {
    for late in [false, true] {
        let (mut call, prompts) = being_told();
        let next = talks_over(&mut call, &prompts, "no don't record me", late);
        assert!(next[0].1.starts_with(NOT_KEPT), "{next:?}");
        play(&mut call, next);
        call.says("book June sixth at six pm");
        let order = kinds(&call);
        assert!(!order.contains(&"recording_started"), "{order:?}");
        assert_eq!(consent(&call), (Some("refused".to_owned()), None));
    }
}

#[test]
fn what_was_to_be_deleted_when_the_call_ended_is_asked_for_again() {
    for event in [
        Event::Resumed {
            reason: "panic".to_owned(),
        },
        Event::ProcessRestarted,
    ] {
        let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
        call.feed(Event::SpeechStarted);
        call.feed(Event::CallerSaid {
            utterance: Utterance {
                text: "stop recording".to_owned(),
                nbest: Vec::new(),
                confidence: 1.0,
                speech_end_ms: 0,
            },
            recognised_ms: 0,
        });
        call.todo.clear();
        again(&mut call);
        assert_eq!(consent(&call).1.as_deref(), Some("call_1-4.wav"));
        call.happens(event);
        assert!(call.recorded.is_empty());
        assert_eq!(consent(&call), (Some("refused".to_owned()), None));
    }
}

#[test]
fn the_next_process_records_anew_unless_it_was_refused() {
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.says("book June sixth at six pm");
    call.happens(Event::ProcessRestarted);
    assert_eq!(call.recorded.len(), 2, "{:?}", call.recorded);
    call.says("don't record this");
    assert!(call.recorded.is_empty());
    call.happens(Event::ProcessRestarted);
    assert!(call.recorded.is_empty());
    assert_eq!(call.said.iter().filter(|said| *said == SENTENCE).count(), 1);
}

#[test]
fn a_sentence_that_fell_silent_with_its_process_is_told_again() {
    let (mut call, _) = being_told();
    call.happens(Event::ProcessRestarted);
    assert_eq!(call.said[0], SENTENCE);
    assert_eq!(call.recorded.len(), 1);
}

#[test]
fn ringcentrals_recordings_are_paused_also_those_told_of_later() {
    let pauses = |call: &Rehearsal| -> Vec<String> {
        let paused = call.commands.iter().filter_map(|command| match command {
            carrier::Command::SetRecording {
                recording,
                active: false,
            } => Some(recording.clone()),
            _ => None,
        });
        paused.collect()
    };
    let mut call = Rehearsal::answered(recorded(Some(SENTENCE)));
    call.happens(told_of(1, &["9912"]));
    assert!(pauses(&call).is_empty());
    call.says("turn off the recording");
    call.happens(told_of(2, &["9912", "9913"]));
    assert_eq!(pauses(&call), ["9912", "9913"]);
}

fn told_of(sequence: u64, recordings: &[&str]) -> Event {
    let recordings = recordings.iter().map(|id| RecordingRef {
        id: (*id).to_owned(),
        active: true,
    });
    Event::SessionChanged {
        status: Box::new(PartyStatus {
            session: crate::types::SessionId::new("s-1"),
            party: "p-1".to_owned(),
            sequence,
            code: "Answered".to_owned(),
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
            recordings: recordings.collect(),
        }),
    }
}

#[test]
fn a_journal_older_than_consent_is_read_and_its_file_can_be_refused() {
    let mut call = Rehearsal::begin(settings());
    call.feed(Event::Rang { offer: offer() });
    let Some(Effect::Answer { question }) = call.todo.pop_front() else {
        panic!("the call is answered");
    };
    call.recorded.push("/recordings/sip-1.wav".to_owned());
    call.happens(answered(question, Some("/recordings/sip-1.wav")));
    assert_eq!(consent(&call).1.as_deref(), Some("/recordings/sip-1.wav"));
    call.says("don't record me");
    assert!(call.recorded.is_empty());
    let old: CallSettings = {
        let mut json = serde_json::to_value(settings()).unwrap();
        json.as_object_mut().unwrap().remove("recording");
        serde_json::from_value(json).unwrap()
    };
    assert_eq!(old.recording, Recording::default());
}
