//! Owns nothing: pulls, then transcribes WAV files.
use maitred_speech_engines::{Recogniser, models, mulaw, resample};
use std::time::Instant;
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let t = Instant::now();
    let set = models::pull(&models::default_cache_dir(), &mut |l| eprintln!("{l}"))?;
    eprintln!("pull {:?}", t.elapsed());
    let t = Instant::now();
    let r = Recogniser::load(&set)?;
    eprintln!("load {:?}", t.elapsed());
    for p in std::env::args().skip(1) {
        let b = std::fs::read(&p)?;
        let at = b.windows(4).position(|w| w == b"data").unwrap() + 8;
        let s: Vec<f32> = b[at..]
            .iter()
            .map(|c| mulaw::decode(*c) as f32 / 32768.0)
            .collect();
        let s = resample::to_16k_from_8k(&s);
        let t = Instant::now();
        let x = r.transcribe(&s)?;
        println!(
            "{p}\t{:.2}\t{}\t{:.3}\t{}",
            s.len() as f32 / 16000.0,
            t.elapsed().as_millis(),
            x.confidence,
            x.text
        );
    }
    Ok(())
}
