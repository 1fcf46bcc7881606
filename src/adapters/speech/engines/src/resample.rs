//! Owns changing the sample rate: 8 kHz to 16 kHz and 24 kHz to 8 kHz.
//!
//! Called by whoever stands between the telephone (8 kHz) and the engines. Never clips or codes
//! samples. A windowed-sinc filter (Kaiser, 80 dB) in polyphase form.

use std::f64::consts::PI;

/// A change of rate by a fixed ratio, fed in pieces of any length.
///
/// The output is aligned with the input: the filter's delay is dropped at the start and made up for
/// by [`Resampler::finish`].
pub struct Resampler {
    /// One row of taps for each of the `up` phases, newest sample first.
    phases: Vec<Vec<f32>>,
    down: usize,
    /// The last samples given, oldest first; one row of taps long.
    history: Vec<f32>,
    /// Position of the next output, in steps of 1/`up` input samples after the newest sample.
    next: usize,
    /// Outputs still to be dropped for alignment.
    skip: usize,
    delay: usize,
}

impl Resampler {
    /// Doubles the rate of telephone audio: 8 kHz in, 16 kHz out.
    pub fn from_8k_to_16k() -> Self {
        Self::new(2, 1, 3_900.0 / 16_000.0, 800.0 / 16_000.0)
    }

    /// Brings the voice to the telephone: 24 kHz in, 8 kHz out, 80 dB down from 4.1 kHz.
    pub fn from_24k_to_8k() -> Self {
        Self::new(1, 3, 3_750.0 / 24_000.0, 700.0 / 24_000.0)
    }

    /// `cutoff` and `transition` are fractions of the higher of the two rates.
    fn new(up: usize, down: usize, cutoff: f64, transition: f64) -> Self {
        const ATTENUATION_DB: f64 = 80.0;
        let order = (ATTENUATION_DB - 8.0) / (2.285 * 2.0 * PI * transition);
        // A delay that is a whole number of output samples keeps input and output aligned.
        let half = (order / 2.0 / down as f64).ceil() as usize * down;
        let taps = lowpass(half, cutoff, ATTENUATION_DB);
        let rows = taps.len().div_ceil(up);
        let row = |phase| {
            let tap = |k: usize| taps.get(k * up + phase).map_or(0.0, |t| t * up as f64);
            (0..rows).map(|k| tap(k) as f32).collect()
        };
        Self {
            phases: (0..up).map(row).collect(),
            down,
            history: vec![0.0; rows],
            next: 0,
            skip: half / down,
            delay: half.div_ceil(up),
        }
    }

    /// Takes samples and appends what they make possible to `out`.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let (up, rows) = (self.phases.len(), self.history.len());
        let mut line = std::mem::take(&mut self.history);
        line.extend_from_slice(samples);
        for newest in rows..line.len() {
            let window = &line[newest + 1 - rows..=newest];
            while self.next < up {
                if self.skip > 0 {
                    self.skip -= 1;
                } else {
                    let taps = self.phases[self.next].iter();
                    out.push(taps.zip(window.iter().rev()).map(|(t, x)| t * x).sum());
                }
                self.next += self.down;
            }
            self.next -= up;
        }
        self.history = line.split_off(line.len() - rows);
    }

    /// Appends the end of the signal, which the filter still holds, to `out`.
    pub fn finish(mut self, out: &mut Vec<f32>) {
        let silence = vec![0.0; self.delay];
        self.push(&silence, out);
    }

    fn whole(mut self, samples: &[f32], length: usize) -> Vec<f32> {
        let mut out = Vec::with_capacity(length + 8);
        self.push(samples, &mut out);
        self.finish(&mut out);
        out.resize(length, 0.0);
        out
    }
}

/// Returns a whole utterance at 16 kHz, exactly twice as many samples.
pub fn to_16k_from_8k(samples: &[f32]) -> Vec<f32> {
    Resampler::from_8k_to_16k().whole(samples, samples.len() * 2)
}

/// Returns a whole utterance at 8 kHz, a third as many samples, rounded up.
pub fn to_8k_from_24k(samples: &[f32]) -> Vec<f32> {
    Resampler::from_24k_to_8k().whole(samples, samples.len().div_ceil(3))
}

/// Taps of a linear-phase low-pass filter, `2 * half + 1` long, with unit gain.
fn lowpass(half: usize, cutoff: f64, attenuation_db: f64) -> Vec<f64> {
    let beta = 0.1102 * (attenuation_db - 8.7);
    let tap = |i: usize| {
        let n = i as f64 - half as f64;
        let sinc = if n == 0.0 {
            2.0 * cutoff
        } else {
            (2.0 * PI * cutoff * n).sin() / (PI * n)
        };
        let x = n / (half as f64 + 1.0);
        sinc * bessel(beta * (1.0 - x * x).sqrt()) / bessel(beta)
    };
    let taps: Vec<f64> = (0..=2 * half).map(tap).collect();
    let gain: f64 = taps.iter().sum();
    taps.iter().map(|t| t / gain).collect()
}

/// The modified Bessel function of order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > 1e-12 * sum {
        term *= (x / (2.0 * k)).powi(2);
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, rate: f64, length: usize) -> Vec<f32> {
        let sample = |n| (2.0 * PI * hertz * n as f64 / rate).sin() as f32;
        (0..length).map(sample).collect()
    }

    fn rms_db(samples: &[f32]) -> f32 {
        let power: f32 = samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32;
        10.0 * (2.0 * power).log10()
    }

    fn middle(samples: &[f32]) -> &[f32] {
        &samples[samples.len() / 4..samples.len() * 3 / 4]
    }

    #[test]
    fn a_tone_that_the_telephone_cannot_carry_does_not_alias() {
        for hertz in [4_200.0, 4_700.0, 5_600.0, 7_900.0, 11_000.0] {
            let out = to_8k_from_24k(&tone(hertz, 24_000.0, 24_000));
            let level = rms_db(middle(&out));
            assert!(level < -70.0, "{hertz} Hz comes through at {level} dB");
        }
    }

    #[test]
    fn the_telephone_band_passes_unchanged() {
        for hertz in [100.0, 300.0, 1_000.0, 3_300.0] {
            let down = rms_db(middle(&to_8k_from_24k(&tone(hertz, 24_000.0, 24_000))));
            let up = rms_db(middle(&to_16k_from_8k(&tone(hertz, 8_000.0, 8_000))));
            assert!(down.abs() < 0.1, "{hertz} Hz: {down} dB down");
            assert!(up.abs() < 0.1, "{hertz} Hz: {up} dB up");
        }
    }

    #[test]
    fn doubling_leaves_no_mirror_image() {
        let up = to_16k_from_8k(&tone(3_000.0, 8_000.0, 8_000));
        let wanted = tone(3_000.0, 16_000.0, 16_000);
        let rest: Vec<f32> = up.iter().zip(&wanted).map(|(a, b)| a - b).collect();
        assert!(rms_db(middle(&rest)) < -60.0);
    }

    #[test]
    fn output_is_aligned_with_the_input() {
        let mut click = vec![0.0; 2_400];
        click[1_200] = 1.0;
        let out = to_8k_from_24k(&click);
        let peak = (0..out.len()).max_by(|a, b| out[*a].total_cmp(&out[*b]));
        assert_eq!(peak, Some(400));
        let up = to_16k_from_8k(&click);
        let peak = (0..up.len()).max_by(|a, b| up[*a].total_cmp(&up[*b]));
        assert_eq!(peak, Some(2_400));
    }

    #[test]
    fn pieces_of_any_length_give_the_same_as_the_whole() {
        let input = tone(700.0, 24_000.0, 5_003);
        let whole = to_8k_from_24k(&input);
        for piece in [1, 7, 160, 4_999] {
            let mut resampler = Resampler::from_24k_to_8k();
            let mut out = Vec::new();
            for chunk in input.chunks(piece) {
                resampler.push(chunk, &mut out);
            }
            resampler.finish(&mut out);
            out.truncate(whole.len());
            assert_eq!(out, whole, "pieces of {piece}");
        }
    }

    #[test]
    fn lengths_are_exact() {
        assert_eq!(to_16k_from_8k(&[0.0; 801]).len(), 1_602);
        assert_eq!(to_8k_from_24k(&[0.0; 2_401]).len(), 801);
        assert!(to_8k_from_24k(&[]).is_empty());
    }
}
