//! Tones and ears for the tests: what was said must be what was heard.

use ringcentral_sim::media::HeardFrame;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::SOON;

/// Makes a tone of that many 20 ms frames.
pub fn tone(hertz: f64, frames: usize) -> Vec<i16> {
    let step = hertz * std::f64::consts::TAU / 8000.0;
    (0..frames * 160)
        .map(|at| (8000.0 * (at as f64 * step).sin()) as i16)
        .collect()
}

/// Measures how strong that tone is in the samples, 0.0 to about 1.0 for a pure tone.
pub fn share_of(hertz: f64, samples: &[i16]) -> f64 {
    let step = hertz * std::f64::consts::TAU / 8000.0;
    let (mut real, mut imaginary, mut power) = (0.0, 0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let (sample, angle) = (f64::from(*sample), at as f64 * step);
        real += sample * angle.cos();
        imaginary += sample * angle.sin();
        power += sample * sample;
    }
    if power == 0.0 {
        0.0
    } else {
        2.0 * (real * real + imaginary * imaginary) / (power * samples.len() as f64)
    }
}

/// Listens until so many frames with sound or marked as lost have come, skipping silence.
pub async fn listen(audio: &mut UnboundedReceiver<HeardFrame>, frames: usize) -> Vec<HeardFrame> {
    let hear = async {
        let mut heard = Vec::new();
        while heard.len() < frames {
            let frame = audio.recv().await.unwrap();
            if frame.lost || frame.samples.iter().any(|sample| sample.abs() > 100) {
                heard.push(frame);
            }
        }
        heard
    };
    timeout(SOON, hear).await.unwrap()
}

/// Waits until that tone is heard.
pub async fn until_tone(audio: &mut UnboundedReceiver<HeardFrame>, hertz: f64) {
    let hear = async { while share_of(hertz, &audio.recv().await.unwrap().samples) < 0.9 {} };
    timeout(SOON, hear).await.unwrap();
}
