//! Turns on made-up frames and texts.

use super::*;

const FRAME_MS: u64 = 16;

/// Plays voice and silence, by turns beginning with voice, in milliseconds; answers each request at once with
/// the next text.
fn played(stretches: &[u64], texts: &[&str]) -> Vec<Step> {
    played_to(Turns::default(), stretches, texts)
}

fn played_to(mut turns: Turns, stretches: &[u64], texts: &[&str]) -> Vec<Step> {
    let (mut texts, mut at_ms, mut all) = (texts.iter(), 0, Vec::new());
    for (nth, length_ms) in stretches.iter().enumerate() {
        for _ in 0..length_ms / FRAME_MS {
            at_ms += FRAME_MS;
            for step in turns.frame(sound(nth % 2 == 0), at_ms) {
                let asked = matches!(step, Step::Transcribe { .. });
                all.push(step);
                if asked {
                    all.extend(turns.transcribed((*texts.next().unwrap_or(&"?")).into(), 0.5));
                }
            }
        }
    }
    all.extend(turns.close());
    all
}

fn sound(voiced: bool) -> Sound {
    if voiced { Sound::Voice } else { Sound::Silence }
}

fn said(text: &str, speech_end_ms: u64) -> Step {
    Step::Report(Heard::EndOfTurn(Utterance {
        text: text.into(),
        nbest: Vec::new(),
        confidence: 0.5,
        speech_end_ms,
    }))
}

fn eager(text: &str) -> Step {
    Step::Report(Heard::EagerEndOfTurn(text.into()))
}

#[test]
fn a_turn_ends_after_a_pause_with_the_text_that_was_ready() {
    let steps = played(&[800, 512], &["Four people."]);
    let wanted = [
        Step::Report(Heard::SpeechStarted),
        Step::Transcribe {
            from_ms: 0,
            to_ms: 896,
        },
        eager("Four people."),
        said("Four people.", 800),
    ];
    assert_eq!(steps, wanted);
}

#[test]
fn a_caller_who_goes_on_is_transcribed_again() {
    let steps = played(&[800, 288, 800, 512], &["Four", "Four people."]);
    let wanted = [
        Step::Report(Heard::SpeechStarted),
        Step::Transcribe {
            from_ms: 0,
            to_ms: 896,
        },
        eager("Four"),
        Step::Forget,
        Step::Report(Heard::TurnResumed),
        Step::Transcribe {
            from_ms: 0,
            to_ms: 1984,
        },
        eager("Four people."),
        said("Four people.", 1888),
    ];
    assert_eq!(steps, wanted);
}

#[test]
fn words_that_lead_on_get_more_time() {
    let steps = played(
        &[800, 1200, 320, 512],
        &["My number is", "My number is secret."],
    );
    assert_eq!(
        steps
            .iter()
            .filter(|step| matches!(step, Step::Report(Heard::EndOfTurn(_))))
            .count(),
        1
    );
    assert_eq!(steps.last(), Some(&said("My number is secret.", 2320)));
    assert!(played(&[800, 1296], &["My number is"]).contains(&said("My number is", 800)));
}

/// Counts the turns.
fn turns_in(steps: &[Step]) -> usize {
    let ends = |step: &&Step| matches!(step, Step::Report(Heard::EndOfTurn(_)));
    steps.iter().filter(ends).count()
}

#[test]
fn a_few_words_end_sooner_than_a_sentence() {
    let sentence = "I would like to book a party for twelve.";
    assert_eq!(
        turns_in(&played(&[800, 288, 320, 352], &["Yes.", "Please."])),
        2
    );
    assert_eq!(
        turns_in(&played(&[800, 288, 320, 352], &[sentence, sentence])),
        1
    );
}

#[test]
fn a_turn_does_not_end_while_a_voice_may_be_starting() {
    let mut turns = Turns::default();
    let mut ends_at = |doubt: std::ops::Range<u64>| {
        let frames = (1..=100).map(|frame| match frame {
            ..=50 => Sound::Voice,
            frame if doubt.contains(&frame) => Sound::Doubt,
            _ => Sound::Silence,
        });
        turns = Turns::default();
        for (nth, sound) in frames.enumerate() {
            let mut steps = turns.frame(sound, (nth as u64 + 1) * FRAME_MS);
            if matches!(steps.last(), Some(Step::Transcribe { .. })) {
                steps = turns.transcribed("Yes.".into(), 0.5);
            }
            if let Some(Step::Report(Heard::EndOfTurn(_))) = steps.last() {
                return nth as u64 + 1;
            }
        }
        0
    };
    assert_eq!(ends_at(0..0), 68);
    assert_eq!(ends_at(62..70), 70);
    assert_eq!(ends_at(60..100), 78);
}

#[test]
fn a_number_in_groups_is_one_turn_and_a_whole_one_does_not_wait() {
    let groups = ["415", "415-555", "415-555-0198."];
    let mut turns = Turns::default();
    turns.be_patient(Patience::Number);
    let steps = played_to(turns, &[800, 640, 800, 640, 800, 368], &groups);
    assert_eq!(turns_in(&steps), 1);
    assert_eq!(steps.last(), Some(&said("415-555-0198.", 3680)));
}

#[test]
fn what_is_dictated_gets_more_time_where_it_was_asked_for() {
    let texts = ["Twelve Elm Street.", "Twelve Elm Street, Oakland."];
    let stretches = [800, 640, 800, 1024];
    let with = |patience| {
        let mut turns = Turns::default();
        turns.be_patient(patience);
        turns_in(&played_to(turns, &stretches, &texts))
    };
    assert_eq!(with(Patience::Address), 1);
    assert_eq!(with(Patience::Street), 2);
    assert_eq!(with(Patience::Usual), 2);
    let spelled = ["D-E-L.", "D-E-L-G-A-D-O."];
    assert_eq!(turns_in(&played(&stretches, &spelled)), 1);
}

#[test]
fn noise_is_an_empty_turn() {
    let noise = played(&[400, 800], &[""]);
    assert_eq!(noise.last(), Some(&said("", 400)));
    assert!(!noise.contains(&eager("")));
}

#[test]
fn time_stands_still_only_for_a_text_that_is_due() {
    let mut turns = Turns::default();
    let mut due = Vec::new();
    for frame in 1..=77 {
        turns.frame(sound(frame <= 50), frame * FRAME_MS);
        if turns.awaits_text() {
            due.push(frame);
        }
    }
    assert_eq!(due, [76, 77]);
    assert_eq!(turns.transcribed("Yes.".into(), 0.5), [said("Yes.", 800)]);
    assert!(!turns.awaits_text());
}

#[test]
fn a_speech_without_end_is_cut_and_nothing_is_transcribed_twice() {
    let steps = played(&[TURN_MS_MAX + 1600, 512], &["One.", "Two."]);
    let stretches: Vec<_> = steps
        .iter()
        .filter_map(|step| {
            if let Step::Transcribe { from_ms, to_ms } = step {
                Some((*from_ms, *to_ms))
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        stretches,
        [(0, TURN_MS_MAX), (TURN_MS_MAX, TURN_MS_MAX + 1696)]
    );
}

#[test]
fn closing_ends_the_open_turn() {
    let mut turns = Turns::default();
    for frame in 1..=10 {
        turns.frame(Sound::Voice, frame * FRAME_MS);
    }
    assert_eq!(
        turns.close(),
        [Step::Transcribe {
            from_ms: 0,
            to_ms: 160
        }]
    );
    assert!(turns.awaits_text());
    assert_eq!(turns.transcribed("Bye.".into(), 0.5), [said("Bye.", 160)]);
}
