//! Owns a look at the engines from outside: says a sentence, sends it through a telephone line's
//! coding, hears it back, and prints words and times.
//!
//! Run by people: `say_and_hear [TEXT | FILE.wav ...]`, where a file is 8 kHz
//! mono, mu-law or 16-bit. Never
//! plays sound.

use std::error::Error;
use std::time::Instant;

use maitred_speech_engines::{Recogniser, Voice, VoiceStyle, models, mulaw, resample};

fn main() -> Result<(), Box<dyn Error>> {
    let cache = models::default_cache_dir();
    let set = models::pull(&cache, &mut |line| eprintln!("{line}"))?;
    let start = Instant::now();
    let ears = Recogniser::load(&set)?;
    eprintln!("recogniser loaded in {} ms", start.elapsed().as_millis());

    let given: Vec<String> = std::env::args().skip(1).collect();
    let (files, words): (Vec<_>, Vec<_>) = given.into_iter().partition(|g| g.ends_with(".wav"));
    for file in &files {
        hear(&ears, file, &wav_samples(&std::fs::read(file)?))?;
    }
    if !files.is_empty() {
        return Ok(());
    }

    let start = Instant::now();
    let voice = Voice::load(&set)?;
    eprintln!("voice loaded in {} ms", start.elapsed().as_millis());
    let usual = "Your table for 4 is booked on November 24 at 6:30 PM. Call us at 415-555-0198.";
    let text = if words.is_empty() {
        usual.to_owned()
    } else {
        words.join(" ")
    };
    for pitch in [1.0, 0.6] {
        let start = Instant::now();
        let sound = voice.synthesise(&text, VoiceStyle { pitch, speed: 1.0 })?;
        eprintln!(
            "spoken at pitch {pitch} in {} ms",
            start.elapsed().as_millis()
        );
        let samples = resample::to_8k_from_24k(&sound).into_iter();
        let coded = samples.map(|x| mulaw::encode((x * 32_767.0) as i16));
        let line: Vec<i16> = coded.map(mulaw::decode).collect();
        hear(&ears, &format!("pitch {pitch}"), &line)?;
    }
    Ok(())
}

/// Transcribes 8 kHz samples and prints: name, seconds, milliseconds taken, confidence, text.
fn hear(ears: &Recogniser, name: &str, line: &[i16]) -> Result<(), Box<dyn Error>> {
    let samples = line.iter().map(|x| f32::from(*x) / 32_768.0);
    let samples = resample::to_16k_from_8k(&samples.collect::<Vec<f32>>());
    let start = Instant::now();
    let heard = ears.transcribe(&samples)?;
    let (ms, seconds) = (start.elapsed().as_millis(), line.len() as f32 / 8_000.0);
    println!(
        "{name}\t{seconds:.1}\t{ms}\t{:.2}\t{}",
        heard.confidence, heard.text
    );
    Ok(())
}

/// The samples of a WAV file: 16-bit if its header says so, else mu-law.
fn wav_samples(file: &[u8]) -> Vec<i16> {
    const BITS_AT: usize = 34;
    let at = file.windows(4).position(|window| window == b"data");
    let data = at.and_then(|at| file.get(at + 8..)).unwrap_or_default();
    if file.get(BITS_AT) == Some(&16) {
        let pairs = data.chunks_exact(2);
        return pairs
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
    }
    data.iter().map(|code| mulaw::decode(*code)).collect()
}
