//! Owns the tones by which the two ends of a call recognise each other. Used by the contracts with real phones.

use crate::phone::DEADLINE;
use bytes::Bytes;
use maitred::media::g711;
use maitred_actors::ports::audio::{CallerAudio, Leg, LegEvent, PlayoutCommand};
use maitred_actors::types::QuestionNo;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::time::timeout;

pub const THEIR_TONE: f64 = 1_000.0;
pub const OUR_TONE: f64 = 440.0;
/// What we say: three seconds.
pub const SAID_BYTES: usize = 24_000;

/// Power of one frequency relative to the whole signal: near 1 for a pure tone.
pub fn share_of(samples: &[i16], hz: f64) -> f64 {
    let (mut cosine, mut sine, mut total) = (0.0, 0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let (angle, value) = (
            n as f64 * hz * std::f64::consts::TAU / 8_000.0,
            f64::from(*sample),
        );
        cosine += value * angle.cos();
        sine += value * angle.sin();
        total += value * value;
    }
    if total == 0.0 {
        0.0
    } else {
        2.0 * (cosine * cosine + sine * sine) / (total * samples.len() as f64)
    }
}

pub fn our_voice() -> Bytes {
    let sample = |n: usize| (n as f64 * OUR_TONE * std::f64::consts::TAU / 8_000.0).sin() * 8_000.0;
    (0..SAID_BYTES)
        .map(|n| g711::encode(sample(n) as i16))
        .collect()
}

/// Waits until half a second of the caller's audio is their tone; gives where it ends.
pub async fn wait_for_tone(caller: &CallerAudio, mut from: u64) -> u64 {
    let search = async {
        loop {
            let mut window = Vec::new();
            while window.len() < 4_000 {
                let (at, bytes) = caller
                    .read(from, 4_000 - window.len())
                    .await
                    .expect("audio ended");
                window.extend(bytes.iter().map(|byte| g711::decode(*byte)));
                from = at + bytes.len() as u64;
            }
            if share_of(&window, THEIR_TONE) > 0.9 {
                return from;
            }
        }
    };
    timeout(DEADLINE, search)
        .await
        .expect("the tone did not arrive")
}

pub async fn leg_event(leg: &mut Leg) -> LegEvent {
    timeout(DEADLINE, leg.events.recv())
        .await
        .expect("no event from the leg")
        .unwrap()
}

/// Gives the stretch of `length` samples with the most power.
pub fn loudest(samples: &[i16], length: usize) -> &[i16] {
    let power = |window: &&[i16]| {
        window
            .iter()
            .map(|s| u64::from(s.unsigned_abs()))
            .sum::<u64>()
    };
    let windows = samples.windows(length).step_by(800);
    windows
        .max_by_key(power)
        .expect("the recording is long enough")
}

/// Number of the next utterance: none is said twice.
static SAID: AtomicU64 = AtomicU64::new(1);

/// Says our tone to its end.
pub async fn say(leg: &mut Leg) {
    let utterance = QuestionNo(SAID.fetch_add(1, Ordering::Relaxed));
    let append = PlayoutCommand::Append {
        utterance,
        offset: 0,
        audio: our_voice(),
    };
    leg.playout.send(append).unwrap();
    let length = SAID_BYTES as u64;
    let finish = PlayoutCommand::Finish { utterance, length };
    leg.playout.send(finish).unwrap();
    assert_eq!(leg_event(leg).await, LegEvent::Started { utterance });
    assert_eq!(leg_event(leg).await, LegEvent::Played { utterance });
}

/// Checks that a phone heard our tone.
pub fn check_heard(heard: &[i16]) {
    let share = share_of(loudest(heard, SAID_BYTES / 2), OUR_TONE);
    assert!(share > 0.9, "{share}");
}
