//! The engines with their real models, which the first test to run pulls into the shared cache.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

use std::sync::LazyLock;

use maitred_speech_engines::models::{self, ModelSet};
use maitred_speech_engines::{
    Recogniser, Thresholds, Voice, VoiceActivity, VoiceEvent, VoiceStyle, mulaw, resample,
};

static MODELS: LazyLock<ModelSet> =
    LazyLock::new(|| models::pull(&models::default_cache_dir(), &mut |_| {}).unwrap());
static EARS: LazyLock<Recogniser> = LazyLock::new(|| Recogniser::load(&MODELS).unwrap());
static MOUTH: LazyLock<Voice> = LazyLock::new(|| Voice::load(&MODELS).unwrap());

const MAN: VoiceStyle = VoiceStyle {
    pitch: 0.6,
    speed: 1.0,
};

/// What a telephone makes of the voice: mu-law at 8 kHz.
fn on_the_line(text: &str, style: VoiceStyle) -> Vec<i16> {
    let sound = MOUTH.synthesise(text, style).unwrap();
    let samples = resample::to_8k_from_24k(&sound).into_iter();
    samples
        .map(|x| mulaw::decode(mulaw::encode((x * 32_767.0) as i16)))
        .collect()
}

fn heard(line: &[i16]) -> String {
    let samples: Vec<f32> = line.iter().map(|x| f32::from(*x) / 32_768.0).collect();
    EARS.transcribe(&resample::to_16k_from_8k(&samples))
        .unwrap()
        .text
}

/// Lower case, letters and digits only.
fn bare(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let text: String = text.to_lowercase().chars().map(kept).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_said_is_heard_in_both_voices() {
    for style in [VoiceStyle::default(), MAN] {
        let text = bare(&heard(&on_the_line(
            "I would like a table for four on Friday.",
            style,
        )));
        assert!(
            text.contains("table for four on friday") || text.contains("table for 4 on friday"),
            "{text}"
        );
    }
}

#[test]
fn a_telephone_number_survives_the_line() {
    let text = heard(&on_the_line("You can reach me at 415-555-0198.", MAN));
    let digits: String = words_to_digits(&text);
    assert!(digits.contains("4155550198"), "{text}");
}

fn words_to_digits(text: &str) -> String {
    const NAMES: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let digit = |word: &str| match NAMES.iter().position(|name| *name == word) {
        Some(digit) => digit.to_string(),
        None => word.chars().filter(char::is_ascii_digit).collect(),
    };
    bare(text).split(' ').map(digit).collect()
}

#[test]
fn a_short_answer_is_not_lost() {
    for text in ["Yes.", "No, thank you."] {
        let found = bare(&heard(&on_the_line(text, VoiceStyle::default())));
        assert!(
            found.contains(&bare(text)),
            "said {text:?}, heard {found:?}"
        );
    }
}

#[test]
fn silence_and_nothing_end_quickly_and_without_a_panic() {
    assert_eq!(EARS.transcribe(&[]).unwrap().text, "");
    let said = EARS.transcribe(&vec![0.0; 16_000]).unwrap();
    assert!(said.text.len() < 60, "{said:?}");
}

#[test]
fn confidence_is_higher_for_speech_than_for_noise() {
    let line = on_the_line("Can I book a table for tomorrow evening?", MAN);
    let speech: Vec<f32> = line.iter().map(|x| f32::from(*x) / 32_768.0).collect();
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 83_886_080.0 - 0.1
    };
    let noise: Vec<f32> = (0..32_000).map(|_| noise()).collect();
    let sure = EARS
        .transcribe(&resample::to_16k_from_8k(&speech))
        .unwrap()
        .confidence;
    let unsure = EARS.transcribe(&noise).unwrap().confidence;
    assert!(sure > 0.7 && sure <= 1.0, "{sure}");
    assert!(unsure < sure, "{unsure} for noise, {sure} for speech");
}

#[test]
fn several_threads_share_one_recogniser_and_one_voice() {
    let alone = heard(&on_the_line("Six people, please.", MAN));
    std::thread::scope(|scope| {
        let job = || heard(&on_the_line("Six people, please.", MAN));
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(job)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn the_same_text_is_the_same_sound_and_speed_changes_its_length() {
    let text = "One moment, please.";
    let sound = MOUTH.synthesise(text, VoiceStyle::default()).unwrap();
    assert_eq!(
        MOUTH.synthesise(text, VoiceStyle::default()).unwrap(),
        sound
    );
    let quick = MOUTH
        .synthesise(
            text,
            VoiceStyle {
                pitch: 1.0,
                speed: 1.5,
            },
        )
        .unwrap();
    assert!(
        quick.len() < sound.len() * 4 / 5,
        "{} and {}",
        quick.len(),
        sound.len()
    );
    assert!(sound.iter().all(|x| x.abs() <= 1.0));
    assert!(sound.iter().any(|x| x.abs() > 0.1));
}

#[test]
fn another_pitch_is_another_fundamental() {
    let text = "We are all away all year.";
    let pitch_of = |style| fundamental(&MOUTH.synthesise(text, style).unwrap());
    let (woman, man) = (pitch_of(VoiceStyle::default()), pitch_of(MAN));
    let ratio = man / woman;
    assert!((0.55..0.65).contains(&ratio), "{woman} Hz and {man} Hz");
}

/// Median over the sound of the strongest period between 70 and 400 Hz, as a frequency.
fn fundamental(sound: &[f32]) -> f32 {
    let mut found = Vec::new();
    for window in sound.chunks_exact(1_800) {
        let part = &window[..1_440];
        let energy = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>();
        let alike = |lag: usize| {
            let later = &window[lag..lag + 1_440];
            let product: f32 = part.iter().zip(later).map(|(a, b)| a * b).sum();
            product / (energy(part) * energy(later)).sqrt().max(1e-6)
        };
        let scores: Vec<f32> = (60..=342).map(alike).collect();
        let best = scores.iter().copied().fold(0.0, f32::max);
        // The first period that is nearly as good as the best: the best may be twice as long.
        let lag = scores
            .windows(3)
            .position(|s| s[1] > 0.92 * best && s[1] >= s[0] && s[1] >= s[2]);
        if let Some(lag) = lag.filter(|_| best > 0.8) {
            found.push(24_000.0 / (lag + 61) as f32);
        }
    }
    found.sort_by(f32::total_cmp);
    found[found.len() / 2]
}

#[test]
fn text_without_words_is_no_sound() {
    for text in ["", "  \n ", "…"] {
        let sound = MOUTH.synthesise(text, VoiceStyle::default()).unwrap();
        assert!(sound.len() < 24_000, "{text:?} is {} samples", sound.len());
    }
}

#[test]
fn the_voice_is_found_on_a_noisy_line() {
    let speech = on_the_line(
        "Hello, I would like to book a table for four tomorrow.",
        MAN,
    );
    let mut line = vec![0; 8_000];
    line.extend(&speech);
    line.extend([0; 8_000]);
    let mut state = 1u32;
    for sample in &mut line {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample += (state >> 24) as i16 - 128;
    }
    let mut activity = VoiceActivity::new(Thresholds::default());
    let events: Vec<_> = line
        .chunks(160)
        .flat_map(|chunk| activity.push(chunk))
        .collect();
    let [
        VoiceEvent::SpeechStarted { at_ms: start },
        VoiceEvent::SpeechEnded { at_ms: end },
    ] = events[..]
    else {
        panic!("one start and one end expected: {events:?}");
    };
    let length_ms = speech.len() as u64 / 8;
    assert!((1_000..1_600).contains(&start), "{start} ms");
    assert!(
        (1_000 + length_ms / 2..=1_000 + length_ms).contains(&end),
        "{end} of {length_ms} ms"
    );
}
