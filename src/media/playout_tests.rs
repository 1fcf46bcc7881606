//! What the playout promises, frame by frame.

use super::{BYTES_PER_MS, FRAME_BYTES, LegEvent, Playout, PlayoutCommand, QuestionNo};
use bytes::Bytes;
use proptest::prelude::*;

const ONE: QuestionNo = QuestionNo(1);
const TWO: QuestionNo = QuestionNo(2);

fn append(utterance: QuestionNo, offset: u64, audio: Vec<u8>) -> PlayoutCommand {
    PlayoutCommand::Append {
        utterance,
        offset,
        audio: Bytes::from(audio),
    }
}

fn finish(utterance: QuestionNo, length: u64) -> PlayoutCommand {
    PlayoutCommand::Finish { utterance, length }
}

fn stop(up_to: QuestionNo) -> PlayoutCommand {
    PlayoutCommand::Stop { up_to }
}

/// Gives the events of the commands, then plays frames and gives their bytes and events.
fn run(
    playout: &mut Playout,
    commands: Vec<PlayoutCommand>,
    frames: usize,
) -> (Vec<u8>, Vec<LegEvent>) {
    let (mut events, mut sound) = (Vec::new(), Vec::new());
    for command in commands {
        playout.command(command, &mut events);
    }
    for _ in 0..frames {
        let mut frame = [0; FRAME_BYTES];
        playout.frame(&mut frame, &mut events);
        sound.extend(frame);
    }
    (sound, events)
}

#[test]
fn utterances_play_in_the_order_of_their_first_append() {
    let mut playout = Playout::default();
    let commands = vec![
        append(ONE, 0, vec![1; 200]),
        append(TWO, 0, vec![2; 160]),
        finish(TWO, 160),
        finish(ONE, 200),
    ];
    let (sound, events) = run(&mut playout, commands, 4);
    assert_eq!(&sound[..200], &[1; 200]);
    assert_eq!((sound[200], sound[320], sound[480]), (0xFF, 2, 0xFF));
    assert_eq!(
        events,
        [
            LegEvent::Started { utterance: ONE },
            LegEvent::Played { utterance: ONE },
            LegEvent::Started { utterance: TWO },
            LegEvent::Played { utterance: TWO },
        ]
    );
}

#[test]
fn a_speaker_that_starts_again_repeats_nothing() {
    let mut playout = Playout::default();
    let (_, events) = run(&mut playout, vec![append(ONE, 0, vec![1; 160])], 1);
    assert_eq!(events, [LegEvent::Started { utterance: ONE }]);
    let again = vec![append(ONE, 0, vec![9; 320]), finish(ONE, 320)];
    let (sound, events) = run(&mut playout, again, 2);
    assert_eq!((sound[0], sound[159], sound[160]), (9, 9, 0xFF));
    assert_eq!(events, [LegEvent::Played { utterance: ONE }]);
}

#[test]
fn an_underrun_is_silence_and_then_goes_on() {
    let mut playout = Playout::default();
    let (sound, _) = run(&mut playout, vec![append(ONE, 0, vec![1; 240])], 2);
    assert_eq!((sound[0], sound[160]), (1, 0xFF));
    assert_eq!(playout.underruns(), 1);
    let (sound, events) = run(
        &mut playout,
        vec![append(ONE, 240, vec![2; 80]), finish(ONE, 320)],
        1,
    );
    assert_eq!((sound[0], sound[80]), (1, 2));
    assert_eq!(events, [LegEvent::Played { utterance: ONE }]);
}

#[test]
fn stop_reports_the_playing_one_and_every_waiting_one() {
    let mut playout = Playout::default();
    run(
        &mut playout,
        vec![append(ONE, 0, vec![1; 1_600]), append(TWO, 0, vec![2; 160])],
        3,
    );
    let (sound, events) = run(&mut playout, vec![stop(TWO)], 1);
    assert_eq!(sound[0], 0xFF);
    let stopped = [
        LegEvent::Stopped {
            utterance: ONE,
            heard_ms: 60,
        },
        LegEvent::Stopped {
            utterance: TWO,
            heard_ms: 0,
        },
    ];
    assert_eq!(events, stopped);
    let late = vec![
        append(ONE, 0, vec![1; 3_200]),
        finish(ONE, 3_200),
        finish(TWO, 160),
    ];
    let (sound, events) = run(&mut playout, late, 1);
    assert_eq!(sound[0], 0xFF);
    assert_eq!(events, stopped, "the ends are reported again");
}

#[test]
fn what_was_asked_for_after_the_stopped_ones_is_played() {
    let mut playout = Playout::default();
    let commands = vec![append(ONE, 0, vec![1; 160]), PlayoutCommand::Pause];
    run(&mut playout, commands, 1);
    let commands = vec![append(TWO, 0, vec![2; 160]), finish(TWO, 160), stop(ONE)];
    let (sound, events) = run(&mut playout, commands, 1);
    assert_eq!(sound, [2; 160]);
    let stopped = LegEvent::Stopped {
        utterance: ONE,
        heard_ms: 0,
    };
    let rest = [
        LegEvent::Started { utterance: TWO },
        LegEvent::Played { utterance: TWO },
    ];
    assert_eq!(events, [&[stopped][..], &rest].concat());
}

/// Words of 300 ms with gaps of 100 ms between them; each word is a byte of its own.
fn words(count: u8) -> Vec<u8> {
    let (word, gap) = (300 * BYTES_PER_MS as usize, 100 * BYTES_PER_MS as usize);
    let each = (1..=count).flat_map(|nth| [vec![nth; word], vec![0xFF; gap]].concat());
    each.collect()
}

#[test]
fn a_pause_is_silent_from_its_first_frame_and_the_broken_word_is_said_again() {
    let (mut playout, speech) = (Playout::default(), words(3));
    let whole = speech.len() as u64;
    // 500 ms: one word, the gap, and 100 ms of the second word.
    let commands = vec![append(ONE, 0, speech.clone()), finish(ONE, whole)];
    let (sound, _) = run(&mut playout, commands, 25);
    assert_eq!(sound, speech[..4_000]);
    let (sound, events) = run(&mut playout, vec![PlayoutCommand::Pause], 50);
    assert_eq!(sound, [0xFF; 8_000]);
    let paused = LegEvent::Paused {
        utterance: ONE,
        heard_ms: 500,
        left_ms: Some(700),
    };
    assert_eq!(events, [paused]);
    let frames = speech.len() / FRAME_BYTES;
    let (sound, events) = run(&mut playout, vec![PlayoutCommand::Resume], frames);
    assert_eq!(sound[..6_400], speech[3_200..], "from the second word on");
    assert_eq!(events, [LegEvent::Played { utterance: ONE }]);
}

#[test]
fn a_pause_in_a_gap_repeats_nothing_and_without_a_gap_a_little_is_repeated() {
    for (speech, played, from) in [
        (words(2), 17, 17 * FRAME_BYTES),
        (vec![1; 16_000], 50, 50 * FRAME_BYTES - 1_920),
        (vec![1; 16_000], 2, 0),
    ] {
        let mut playout = Playout::default();
        run(&mut playout, vec![append(ONE, 0, speech.clone())], played);
        let commands = vec![PlayoutCommand::Pause, PlayoutCommand::Resume];
        let (sound, _) = run(&mut playout, commands, 1);
        assert_eq!(sound, speech[from..from + FRAME_BYTES]);
    }
}

#[test]
fn sound_that_comes_during_a_pause_waits_for_its_end() {
    let mut playout = Playout::default();
    let commands = vec![
        PlayoutCommand::Pause,
        append(ONE, 0, vec![1; 160]),
        finish(ONE, 160),
    ];
    let (sound, events) = run(&mut playout, commands, 3);
    assert_eq!((sound, events), (vec![0xFF; 480], vec![]));
    let (sound, _) = run(&mut playout, vec![PlayoutCommand::Resume], 1);
    assert_eq!(sound, [1; 160]);
}

#[test]
fn a_finish_after_the_last_frame_reports_at_once_and_again_when_asked() {
    let mut playout = Playout::default();
    run(&mut playout, vec![append(ONE, 0, vec![1; 160])], 2);
    let played = [LegEvent::Played { utterance: ONE }];
    assert_eq!(run(&mut playout, vec![finish(ONE, 160)], 0).1, played);
    assert_eq!(run(&mut playout, vec![finish(ONE, 160)], 0).1, played);
}

#[test]
fn an_empty_utterance_is_played_and_a_gap_is_dropped() {
    let mut playout = Playout::default();
    assert_eq!(
        run(&mut playout, vec![finish(ONE, 0)], 0).1,
        [LegEvent::Played { utterance: ONE }]
    );
    let (sound, events) = run(&mut playout, vec![append(TWO, 10, vec![2; 320])], 1);
    assert_eq!((sound[0], events), (0xFF, vec![]));
}

fn any_command() -> impl Strategy<Value = PlayoutCommand> {
    prop_oneof![
        (0..4u64, 0..400u64, 0..400usize).prop_map(|(id, offset, len)| append(
            QuestionNo(id),
            offset,
            vec![id as u8; len]
        )),
        (0..4u64, 0..600u64).prop_map(|(id, length)| finish(QuestionNo(id), length)),
        Just(PlayoutCommand::Pause),
        Just(PlayoutCommand::Resume),
        (0..4u64).prop_map(|id| stop(QuestionNo(id))),
    ]
}

proptest! {
    #[test]
    fn every_utterance_ends_at_most_one_way_and_starts_at_most_once(
        steps in prop::collection::vec((any_command(), 0..3usize), 0..60),
    ) {
        let mut playout = Playout::default();
        let mut events = Vec::new();
        for (command, frames) in steps {
            events.extend(run(&mut playout, vec![command], frames).1);
        }
        events.extend(run(&mut playout, vec![stop(QuestionNo(3))], 1).1);
        for id in (0..4).map(QuestionNo) {
            let starts = events.iter().filter(|e| **e == LegEvent::Started { utterance: id }).count();
            prop_assert!(starts <= 1);
            let mut ends: Vec<_> = events
                .iter()
                .filter(|e| match e {
                    LegEvent::Played { utterance } | LegEvent::Stopped { utterance, .. } => *utterance == id,
                    _ => false,
                })
                .collect();
            ends.dedup();
            prop_assert!(ends.len() <= 1, "{:?}", ends);
        }
    }
}
