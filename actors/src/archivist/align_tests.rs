//! What the final transcript must be, by examples.

use super::{Heard, align};
use crate::archivist::transcript::{Part, Source, Speaker};
use crate::ports::archive::{Origin, Spoken};
use crate::ports::journal::{TranscriptTurn, TurnSpeaker};
use crate::types::CallId;

const AGENT: TurnSpeaker = TurnSpeaker::Agent;
const CALLER: TurnSpeaker = TurnSpeaker::Caller;

fn turns(said: &[(TurnSpeaker, i64, &str)]) -> Vec<TranscriptTurn> {
    let turn = |(index, (speaker, at, text)): (usize, &(TurnSpeaker, i64, &str))| TranscriptTurn {
        call: CallId::new("call_1"),
        index: index as u32,
        speaker: *speaker,
        text: (*text).to_owned(),
        started_ms: *at,
        latency_ms: None,
        interrupted: false,
    };
    said.iter().enumerate().map(turn).collect()
}

fn heard(origin: Origin, said: &[(u32, i64, i64, &str)]) -> Heard {
    let spoken = said.iter().map(|(voice, from, to, text)| Spoken {
        voice: *voice,
        from_ms: *from,
        to_ms: *to,
        text: (*text).to_owned(),
    });
    Heard {
        origin,
        begins_ms: 0,
        spoken: spoken.collect(),
    }
}

fn told(parts: &[Part]) -> Vec<(Speaker, &str, &str)> {
    parts
        .iter()
        .map(|part| (part.speaker, part.source.as_str(), part.text.as_str()))
        .collect()
}

fn conversation() -> Vec<TranscriptTurn> {
    turns(&[
        (AGENT, 1_000, "Thank you for calling. How can I help you?"),
        (CALLER, 6_000, "a table on Saturday for twelve people"),
        (AGENT, 6_500, "What name should I put it under?"),
        (CALLER, 9_000, "Maria Delgado"),
    ])
}

#[test]
fn parts_say_where_they_came_from() {
    let recording = heard(
        Origin::Own,
        &[
            (1, 0, 2_500, "Thank you for calling. How can I help you?"),
            (0, 3_000, 5_000, "A table on Saturday for twelve people."),
            (1, 5_500, 7_000, "What name should I put it under?"),
            (0, 7_200, 8_000, "Maria Delgado."),
            (0, 11_000, 12_000, "Are you still there?"),
        ],
    );
    let parts = align(&conversation(), &[recording]);
    assert_eq!(
        told(&parts),
        [
            (
                Speaker::Agent,
                "both",
                "Thank you for calling. How can I help you?"
            ),
            (
                Speaker::Caller,
                "both",
                "a table on Saturday for twelve people"
            ),
            (Speaker::Agent, "both", "What name should I put it under?"),
            (Speaker::Caller, "both", "Maria Delgado"),
            (Speaker::Caller, "recording", "Are you still there?"),
        ]
    );
    assert!(
        parts.iter().all(|part| part.recording_text.is_none()),
        "the words are the same"
    );
    // Four pairs say that the recording began a second after the call.
    assert_eq!((parts[1].started_ms, parts[4].started_ms), (4_000, 12_000));
}

#[test]
fn what_was_understood_otherwise_is_kept_beside_and_nothing_is_changed() {
    let recording = heard(
        Origin::Own,
        &[
            (1, 0, 2_500, "Thank you for calling. How can I help you?"),
            (0, 3_000, 5_000, "A table on Saturday for twenty people."),
            (1, 5_500, 7_000, "What name should I put it under?"),
            (0, 7_200, 8_000, "Maria del Gato."),
        ],
    );
    let parts = align(&conversation(), &[recording]);
    let caller: Vec<_> = parts
        .iter()
        .filter(|part| part.speaker == Speaker::Caller)
        .map(|part| (part.text.as_str(), part.recording_text.as_deref()))
        .collect();
    assert_eq!(
        caller,
        [
            (
                "a table on Saturday for twelve people",
                Some("A table on Saturday for twenty people.")
            ),
            ("Maria Delgado", Some("Maria del Gato.")),
        ]
    );
}

#[test]
fn voices_of_a_mixed_recording_are_told_by_what_they_say() {
    let recording = heard(
        Origin::Carrier,
        &[
            (7, 0, 2_500, "thank you for calling how can i help you"),
            (3, 3_000, 5_000, "a table on saturday for twelve people"),
            (7, 5_500, 7_000, "what name should i put it under"),
            // One that was given to the wrong voice by a few words in common.
            (7, 7_200, 8_000, "maria delgado thank you"),
        ],
    );
    let parts = align(&conversation(), &[recording]);
    assert_eq!(parts[1].speaker, Speaker::Caller);
    assert_eq!(
        (parts[1].source, parts[2].source),
        (Source::Both, Source::Both)
    );
    assert!(parts.iter().any(|part| part.text == "Maria Delgado"));
}

#[test]
fn one_turn_may_be_several_parts_and_several_turns_one() {
    let live = turns(&[
        (
            CALLER,
            5_000,
            "I would like a table for two and that is all for today",
        ),
        (CALLER, 9_000, "on Sunday"),
        (CALLER, 9_500, "at five"),
    ]);
    let recording = heard(
        Origin::Own,
        &[
            (0, 1_000, 2_000, "I would like a table for two"),
            (0, 4_000, 5_000, "and that is all for today"),
            (0, 8_000, 9_500, "on Sunday at five"),
        ],
    );
    let parts = align(&live, &[recording]);
    assert_eq!(
        told(&parts),
        [
            (
                Speaker::Caller,
                "both",
                "I would like a table for two and that is all for today"
            ),
            (Speaker::Caller, "both", "on Sunday at five"),
        ]
    );
}

#[test]
fn without_live_turns_the_recording_is_the_transcript() {
    let recording = heard(
        Origin::Carrier,
        &[
            (0, 0, 900, "Front desk, hello?"),
            (1, 1_000, 2_000, "Hi, is this the hibachi place?"),
        ],
    );
    let recording = Heard {
        begins_ms: 3_000,
        ..recording
    };
    let parts = align(&[], &[recording]);
    assert_eq!(
        told(&parts),
        [
            (Speaker::Other(1), "recording", "Front desk, hello?"),
            (
                Speaker::Other(2),
                "recording",
                "Hi, is this the hibachi place?"
            ),
        ]
    );
    assert_eq!(parts[0].started_ms, 3_000);
}

#[test]
fn without_a_recording_the_live_turns_are_the_transcript() {
    let parts = align(&conversation(), &[]);
    assert_eq!(parts.len(), 4);
    assert!(parts.iter().all(|part| part.source == Source::Live));
}

#[test]
fn no_word_is_lost_or_doubled_whatever_is_recorded() {
    use proptest::prelude::*;
    let line = || proptest::collection::vec(0..12_u32, 1..6);
    let said = (
        proptest::collection::vec((any::<bool>(), 0..30_000_i64, line()), 0..8),
        proptest::collection::vec((0..3_u32, 0..30_000_i64, line()), 0..8),
    );
    let text = |words: &[u32]| {
        words
            .iter()
            .map(|word| format!("w{word}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    proptest!(|((live, recorded) in said)| {
        let live: Vec<(TurnSpeaker, i64, String)> = live
            .iter()
            .map(|(caller, at, words)| (if *caller { CALLER } else { AGENT }, *at, text(words)))
            .collect();
        let shown: Vec<_> = live.iter().map(|(who, at, text)| (*who, *at, text.as_str())).collect();
        let recorded: Vec<(u32, i64, i64, String)> = recorded
            .iter()
            .map(|(voice, at, words)| (*voice, *at, at + 500, text(words)))
            .collect();
        let spoken: Vec<_> = recorded
            .iter()
            .map(|(voice, from, to, text)| (*voice, *from, *to, text.as_str()))
            .collect();
        let parts = align(&turns(&shown), &[heard(Origin::Carrier, &spoken)]);
        let count = |texts: Vec<String>| texts.iter().map(|text| text.split(' ').count()).sum::<usize>();
        let of_live = parts.iter().filter(|part| part.source != Source::Recording);
        prop_assert_eq!(
            count(of_live.map(|part| part.text.clone()).collect()),
            count(live.iter().map(|(_, _, text)| text.clone()).collect())
        );
        let of_recording = parts.iter().filter(|part| part.source != Source::Live);
        let texts = of_recording.map(|part| part.recording_text.clone().unwrap_or_else(|| part.text.clone()));
        prop_assert_eq!(
            count(texts.collect()),
            count(recorded.iter().map(|(_, _, _, text)| text.clone()).collect())
        );
        prop_assert!(parts.is_sorted_by_key(|part| part.started_ms));
    });
}
