//! Owns making sound from the network's spectra: pulses, shaped noise and one inverse Fourier
//! transform a frame.
//!
//! Called by `synthesis`. Never runs a network. Ported from Hibari (`dsp.py`, Apache-2.0):
//! `S = exp(lh) e^(i pi tanh(theta)) STFT(pulses(f0)) + exp(ln) Z + exp(lr) e^(i phi)`.

use std::f32::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Samples of one Fourier transform.
const WINDOW: usize = 1_200;
/// Samples from one frame to the next: 12.5 ms.
const HOP: usize = 300;
/// Frequency bins of a frame.
const BINS: usize = WINDOW / 2 + 1;
const RATE: f32 = 24_000.0;
/// Below this fundamental, in Hz, a frame has no voice.
const VOICED_HZ_MIN: f32 = 40.0;
/// Harmonics reach up to here.
const HARMONIC_HZ_MAX: f32 = 11_000.0;
/// Brings the voice to the usual level of speech on a telephone line, some 21 dB below full scale.
const LOUDNESS: f32 = 2.0;
/// How far the throat's resonances follow the pitch: a lower voice comes from a longer throat.
const THROAT_EXPONENT: f32 = 0.3;

/// What the network says about a sentence: five spectra of `BINS` rows, and the fundamental in Hz.
pub struct Spectra {
    /// Log magnitude of the harmonics.
    pub harmonic: Vec<f32>,
    /// Their phase, before `tanh`.
    pub theta: Vec<f32>,
    /// Log magnitude of the noise.
    pub noise: Vec<f32>,
    /// Log magnitude of the free-phase part.
    pub rest: Vec<f32>,
    /// Phase of the free-phase part.
    pub phi: Vec<f32>,
    /// Fundamental of each frame, 0 where there is no voice.
    pub f0: Vec<f32>,
}

/// The transforms, planned once.
pub struct Synthesiser {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
}

impl Synthesiser {
    /// Plans the transforms.
    pub fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let hann = |i: usize| 0.5 - 0.5 * (2.0 * PI * i as f32 / WINDOW as f32).cos();
        Self {
            forward: planner.plan_fft_forward(WINDOW),
            inverse: planner.plan_fft_inverse(WINDOW),
            window: (0..WINDOW).map(hann).collect(),
        }
    }

    /// Returns the sound at 24 kHz, with the fundamental multiplied by `pitch`; `None` when the
    /// spectra do not fit together.
    pub fn sound(&self, spectra: &Spectra, pitch: f32) -> Option<Vec<f32>> {
        let frames = spectra.f0.len();
        let parts = [
            &spectra.harmonic,
            &spectra.theta,
            &spectra.noise,
            &spectra.rest,
            &spectra.phi,
        ];
        if frames < 4 || parts.iter().any(|part| part.len() != BINS * frames) {
            return None;
        }
        let f0: Vec<f32> = spectra.f0.iter().map(|hertz| hertz * pitch).collect();
        let source = reflected(&pulses(&f0));
        let style = Style::of(pitch);
        let mut noise = Noise::default();
        let mut sound = vec![0.0; frames * HOP + WINDOW];
        let mut weight = vec![0.0; sound.len()];
        let mut real = self.forward.make_input_vec();
        let mut bins = self.forward.make_output_vec();
        for frame in 0..frames {
            let at = frame * HOP;
            for (i, x) in real.iter_mut().enumerate() {
                *x = source[at + i] * self.window[i] / (WINDOW as f32 / 4.0);
            }
            self.forward.process(&mut real, &mut bins).ok()?;
            shape(&mut bins, spectra, frame, style, &mut noise);
            self.inverse.process(&mut bins, &mut real).ok()?;
            for (i, x) in real.iter().enumerate() {
                sound[at + i] += x / WINDOW as f32 * self.window[i];
                weight[at + i] += self.window[i] * self.window[i];
            }
        }
        let level = |(x, w): (&f32, &f32)| (LOUDNESS * x / w.max(1e-11)).clamp(-1.0, 1.0);
        let whole = sound.iter().zip(&weight).map(level);
        Some(whole.skip(WINDOW / 2).take(frames * HOP).collect())
    }
}

/// What another pitch changes apart from the pulses.
#[derive(Clone, Copy)]
struct Style {
    /// Factor on the frequencies of the throat's resonances.
    throat: f32,
    /// Factor on the pulses, which would grow louder with more harmonics.
    gain: f32,
    /// Whether the pulses are the voice's own.
    own: bool,
}

impl Style {
    fn of(pitch: f32) -> Self {
        Self {
            throat: pitch.powf(THROAT_EXPONENT),
            gain: pitch.sqrt(),
            own: (pitch - 1.0).abs() < 1e-3,
        }
    }
}

/// Turns the spectrum of the pulses into that of the voice, for one frame.
fn shape(bins: &mut [Complex<f32>], s: &Spectra, frame: usize, style: Style, noise: &mut Noise) {
    let frames = s.f0.len();
    let cell = |bin: f32| (bin.round() as usize).min(BINS - 1) * frames + frame;
    let magnitude = |log: f32| log.min(7.0).exp();
    for (k, bin) in bins.iter_mut().enumerate() {
        let place = k as f32 / style.throat;
        let from = cell(place);
        let (log, theta) = if style.own || s.f0[frame] < VOICED_HZ_MIN {
            (s.harmonic[from], s.theta[from])
        } else {
            // The network is only right at the harmonics of its own fundamental.
            let spacing = s.f0[frame] * WINDOW as f32 / RATE;
            let harmonic = (place / spacing).max(1.0);
            let at = |h: f32| s.harmonic[cell(h * spacing)];
            let part = harmonic.fract();
            let log = at(harmonic.floor()) * (1.0 - part) + at(harmonic.ceil()) * part;
            (log, s.theta[cell(harmonic.round() * spacing)])
        };
        *bin *= Complex::from_polar(magnitude(log) * style.gain, PI * theta.tanh());
        *bin += noise.complex() * magnitude(s.noise[from]);
        *bin += Complex::from_polar(magnitude(s.rest[from]), s.phi[from]);
    }
    // A real signal has no imaginary part at either end of its spectrum.
    bins[0].im = 0.0;
    bins[BINS - 1].im = 0.0;
}

/// A train of pulses that follows the fundamental: every harmonic at unit amplitude.
///
/// `cos t + cos 2t + ... + cos Ht = sin((H + 1/2) t) / (2 sin(t / 2)) - 1/2`.
fn pulses(f0: &[f32]) -> Vec<f32> {
    let mut turns = 0.0f64;
    let sample = |n: usize| {
        let hertz = fundamental_at(f0, n);
        let held = hertz.max(VOICED_HZ_MIN);
        turns = (turns + f64::from(held / RATE)).fract();
        if hertz <= VOICED_HZ_MIN {
            return 0.0;
        }
        let t = 2.0 * PI * turns as f32;
        let harmonics = (HARMONIC_HZ_MAX / held).floor() + 0.5;
        let below = 2.0 * (t / 2.0).sin();
        let sum = if below.abs() <= 2e-3 {
            harmonics
        } else {
            (harmonics * t).sin() / below
        };
        sum - 0.5
    };
    (0..f0.len() * HOP).map(sample).collect()
}

/// The fundamental at sample `n`, in a straight line between the middles of two frames.
fn fundamental_at(f0: &[f32], n: usize) -> f32 {
    let place = (n as f32 + 0.5) / HOP as f32 - 0.5;
    let left = place.floor();
    let at = |frame: f32| f0[(frame.max(0.0) as usize).min(f0.len() - 1)];
    let part = place - left;
    at(left) * (1.0 - part) + at(left + 1.0) * part
}

/// The signal with half a window of its mirror image at each end.
fn reflected(x: &[f32]) -> Vec<f32> {
    let half = WINDOW / 2;
    let start = (1..=half).rev().map(|i| x[i]);
    let end = (2..2 + half).map(|i| x[x.len() - i]);
    start.chain(x.iter().copied()).chain(end).collect()
}

/// Gaussian noise, the same for every sentence, so that the same text is the same sound.
struct Noise {
    state: u64,
}

impl Default for Noise {
    fn default() -> Self {
        Self {
            state: 0x9e37_79b9_7f4a_7c15,
        }
    }
}

impl Noise {
    /// Two independent normal deviates (Box and Muller) of one xorshift step each.
    fn complex(&mut self) -> Complex<f32> {
        let (a, b) = (self.uniform(), self.uniform());
        Complex::from_polar((-2.0 * a.ln()).sqrt(), 2.0 * PI * b)
    }

    /// More than 0 and at most 1.
    fn uniform(&mut self) -> f32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        ((self.state >> 40) + 1) as f32 / (1u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::*;

    /// Spectra of a steady hum: harmonics only, rolling off.
    fn hum(hertz: f32, frames: usize) -> Spectra {
        let silent = vec![-30.0; BINS * frames];
        let roll_off = |i: usize| -4.0 - ((i / frames) as f32) / 20.0;
        Spectra {
            harmonic: (0..BINS * frames).map(roll_off).collect(),
            theta: vec![0.0; BINS * frames],
            noise: silent.clone(),
            rest: silent,
            phi: vec![0.0; BINS * frames],
            f0: vec![hertz; frames],
        }
    }

    /// Strongest period between 60 and 400 Hz, as a frequency.
    fn fundamental(sound: &[f32]) -> f32 {
        let middle = &sound[sound.len() / 4..sound.len() * 3 / 4];
        let alike =
            |lag: usize| -> f32 { middle.iter().zip(&middle[lag..]).map(|(a, b)| a * b).sum() };
        let lag = (60..=400)
            .max_by(|a, b| alike(*a).total_cmp(&alike(*b)))
            .unwrap();
        RATE / lag as f32
    }

    #[test]
    fn the_fundamental_is_the_one_asked_for() {
        let synthesiser = Synthesiser::new();
        for (pitch, expected) in [(1.0, 200.0), (0.6, 120.0), (1.5, 300.0)] {
            let sound = synthesiser.sound(&hum(200.0, 60), pitch).unwrap();
            let found = fundamental(&sound);
            assert!(
                (found - expected).abs() < expected * 0.02,
                "{found} Hz, not {expected}"
            );
        }
    }

    #[test]
    fn a_frame_is_twelve_and_a_half_milliseconds() {
        let sound = Synthesiser::new().sound(&hum(200.0, 80), 1.0).unwrap();
        assert_eq!(sound.len(), 24_000);
        assert!(sound.iter().all(|x| x.is_finite()));
    }

    #[test]
    fn no_fundamental_means_no_pulses() {
        let sound = Synthesiser::new().sound(&hum(0.0, 20), 1.0).unwrap();
        assert!(sound.iter().all(|x| x.abs() < 1e-3));
    }

    #[test]
    fn spectra_that_do_not_fit_are_refused() {
        let mut spectra = hum(200.0, 20);
        spectra.phi.pop();
        assert!(Synthesiser::new().sound(&spectra, 1.0).is_none());
    }
}
