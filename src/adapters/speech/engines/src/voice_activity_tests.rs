//! Voice activity on made-up lines; `tests/engines.rs` has it listen to the real voice.

#![expect(clippy::panic, reason = "a panic is a failed test")]

use std::f32::consts::TAU;

use super::*;

/// A hum like a voice: a buzz of 120 Hz through two resonances, in syllables of 150 ms.
fn babble(length_ms: usize) -> Vec<i16> {
    let (mut a, mut b) = ([0.0f32; 2], [0.0f32; 2]);
    let resonate = |y: &mut [f32; 2], x: f32, hertz: f32| {
        let out = x + 1.88 * (TAU * hertz / 8_000.0).cos() * y[0] - 0.884 * y[1];
        *y = [out, y[0]];
        out
    };
    let sample = |n: usize| {
        let pulse = if n.is_multiple_of(67) { 400.0 } else { 0.0 };
        let part = (n % 1_200) as f32 / 1_200.0;
        let formant = 500.0 + 250.0 * ((n / 1_200) % 3) as f32;
        let sound = resonate(&mut a, pulse, formant) + 0.5 * resonate(&mut b, pulse, 2.6 * formant);
        (sound * (0.05 + (part * TAU / 2.0).sin()) * 3.0) as i16
    };
    (0..length_ms * 8).map(sample).collect()
}

fn noise(length_ms: usize, loudness: f32) -> Vec<i16> {
    let mut state = 1u32;
    let mut sample = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / 8_388_608.0 - 1.0) * loudness
    };
    (0..length_ms * 8).map(|_| sample() as i16).collect()
}

fn events(samples: &[i16], piece: usize) -> Vec<VoiceEvent> {
    let mut activity = VoiceActivity::new(Thresholds::default());
    samples
        .chunks(piece)
        .flat_map(|chunk| activity.push(chunk))
        .collect()
}

#[test]
fn noise_of_any_loudness_is_not_speech() {
    for loudness in [0.0, 10.0, 100.0, 1_000.0, 3_000.0] {
        assert_eq!(
            events(&noise(5_000, loudness), 160),
            [],
            "loudness {loudness}"
        );
    }
}

#[test]
fn hum_and_clicks_are_not_speech() {
    let hum = |n: usize| ((n as f32 * TAU * 60.0 / 8_000.0).sin() * 1_000.0) as i16;
    let click = |n: usize| if n % 4_000 < 16 { 12_000 } else { 0 };
    assert_eq!(events(&(0..40_000).map(hum).collect::<Vec<_>>(), 160), []);
    assert_eq!(events(&(0..40_000).map(click).collect::<Vec<_>>(), 160), []);
}

#[test]
fn a_voice_starts_and_ends_where_it_is() {
    let line = [noise(800, 20.0), babble(1_200), noise(1_000, 20.0)].concat();
    let found = events(&line, 160);
    let [
        VoiceEvent::SpeechStarted { at_ms: start },
        VoiceEvent::SpeechEnded { at_ms: end },
    ] = found[..]
    else {
        panic!("one start and one end expected: {found:?}");
    };
    assert!((700..1_000).contains(&start), "started at {start} ms");
    assert!((1_850..2_150).contains(&end), "ended at {end} ms");
}

#[test]
fn the_length_of_the_pieces_does_not_matter() {
    let line = [noise(800, 20.0), babble(1_200), noise(1_000, 20.0)].concat();
    let expected = events(&line, line.len());
    assert!(!expected.is_empty());
    for piece in [1, 80, 160, 333] {
        assert_eq!(events(&line, piece), expected, "pieces of {piece}");
    }
}

#[test]
fn silence_is_counted_from_the_last_speech() {
    let mut activity = VoiceActivity::new(Thresholds {
        end_ms: 5_000,
        ..Thresholds::default()
    });
    activity.push(&noise(800, 20.0));
    assert_eq!(activity.trailing_silence_ms(), 800);
    activity.push(&babble(1_200));
    assert!(activity.is_speaking());
    assert!(activity.trailing_silence_ms() < 150);
    activity.push(&noise(1_000, 20.0));
    assert!(activity.is_speaking());
    let silence = activity.trailing_silence_ms();
    assert!((850..1_150).contains(&silence), "{silence} ms");
}

#[test]
fn a_start_is_suspected_before_it_is_sure_and_never_in_silence() {
    let mut activity = VoiceActivity::new(Thresholds::default());
    let mut suspected_from = None;
    for (nth, frame) in [noise(1_000, 10.0), babble(600)]
        .concat()
        .chunks(128)
        .enumerate()
    {
        activity.push(frame);
        let at_ms = (nth as u64 + 1) * FRAME_MS;
        if activity.may_be_starting() {
            suspected_from.get_or_insert(at_ms);
        }
        if activity.is_speaking() {
            let from = suspected_from.unwrap_or(at_ms);
            assert!((1_000..at_ms).contains(&from), "{from} of {at_ms}");
            assert!(!activity.may_be_starting());
            return;
        }
    }
    panic!("speech never started");
}
