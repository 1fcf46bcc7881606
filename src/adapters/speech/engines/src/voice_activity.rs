//! Owns telling speech from silence on a live telephone line.
//!
//! Called with each frame by whoever listens to a call, one detector for each call. Never recognises
//! words and never looks ahead: what it reports depends only on what was pushed so far.

use std::collections::VecDeque;

use earshot::Detector;

use crate::resample::Resampler;

/// Samples of 16 kHz audio in one decision: 16 ms.
const FRAME: usize = 256;
/// Length of one decision in milliseconds.
const FRAME_MS: u64 = 16;
/// Frames among which one of speech may be a start.
const STARTING_FRAMES: usize = 3;
/// Samples of 8 kHz audio a millisecond.
const SAMPLES_PER_MS: u64 = 8;

/// When speech counts as started and as ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Speech of this length starts a turn; shorter noises do not. Milliseconds.
    pub start_ms: u64,
    /// Silence of this length ends it. Milliseconds.
    pub end_ms: u64,
    /// Score, 0 to 1, from which a frame begins to count as speech.
    pub score_min: f32,
    /// A frame this far above the noise of the line, in decibels, can be speech; below it never is.
    pub above_noise_db: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            start_ms: 96,
            end_ms: 400,
            score_min: 0.6,
            above_noise_db: 6.0,
        }
    }
}

/// What happened on the line; times are milliseconds of audio since the first sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceEvent {
    /// Speech began at `at_ms` (which is `start_ms` or more ago).
    SpeechStarted {
        /// Where the first frame of speech begins.
        at_ms: u64,
    },
    /// Speech was last heard at `at_ms` (which is `end_ms` or more ago).
    SpeechEnded {
        /// Where the last frame of speech ends.
        at_ms: u64,
    },
}

/// Voice activity on one 8 kHz stream.
pub struct VoiceActivity {
    thresholds: Thresholds,
    detector: Box<Detector>,
    resampler: Resampler,
    /// 16 kHz samples that do not fill a frame yet.
    pending: Vec<f32>,
    floor: NoiseFloor,
    samples: u64,
    frames: u64,
    /// Speech frames among the latest ones, before speech has started.
    recent: VecDeque<bool>,
    speaking: bool,
    /// End of the last speech frame, in milliseconds.
    last_speech_ms: u64,
}

impl VoiceActivity {
    /// Starts listening to a new stream.
    pub fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            detector: Box::default(),
            resampler: Resampler::from_8k_to_16k(),
            pending: Vec::with_capacity(2 * FRAME),
            floor: NoiseFloor::default(),
            samples: 0,
            frames: 0,
            recent: VecDeque::new(),
            speaking: false,
            last_speech_ms: 0,
        }
    }

    /// Takes 8 kHz samples, any number of them, and returns what they made clear.
    pub fn push(&mut self, samples_8k: &[i16]) -> Vec<VoiceEvent> {
        self.samples += samples_8k.len() as u64;
        let samples: Vec<f32> = samples_8k
            .iter()
            .map(|x| f32::from(*x) / 32_768.0)
            .collect();
        self.resampler.push(&samples, &mut self.pending);
        let mut events = Vec::new();
        let whole = self.pending.len() / FRAME * FRAME;
        let pending = self.pending.split_off(whole);
        let mut frames = std::mem::replace(&mut self.pending, pending);
        // A full-scale square overshoots in the filter, which the detector does not accept.
        frames.iter_mut().for_each(|x| *x = x.clamp(-1.0, 1.0));
        for frame in frames.chunks_exact(FRAME) {
            events.extend(self.judge(frame));
        }
        events
    }

    /// Tells whether speech has started and not ended.
    pub fn is_speaking(&self) -> bool {
        self.speaking
    }

    /// Tells whether speech may be starting: one of the last frames is speech, though there is not enough of it yet.
    pub fn may_be_starting(&self) -> bool {
        let mut latest = self.recent.iter().rev().take(STARTING_FRAMES);
        !self.speaking && latest.any(|speech| *speech)
    }

    /// Returns the silence since speech was last heard, in milliseconds; since the start of the
    /// stream when there was none.
    pub fn trailing_silence_ms(&self) -> u64 {
        (self.samples / SAMPLES_PER_MS).saturating_sub(self.last_speech_ms)
    }

    fn judge(&mut self, frame: &[f32]) -> Option<VoiceEvent> {
        let score = self.detector.predict_f32(frame);
        // It takes less to go on speaking than to start.
        let wanted = self.thresholds.score_min * if self.speaking { 0.7 } else { 1.0 };
        let loud = self.floor.excess_db(frame) >= self.thresholds.above_noise_db;
        let speech = score >= wanted && loud;
        self.frames += 1;
        let now_ms = self.frames * FRAME_MS;
        if self.speaking {
            return self.go_on(speech, now_ms);
        }
        self.listen(speech, now_ms)
    }

    fn go_on(&mut self, speech: bool, now_ms: u64) -> Option<VoiceEvent> {
        if speech {
            self.last_speech_ms = now_ms;
            return None;
        }
        if now_ms - self.last_speech_ms < self.thresholds.end_ms {
            return None;
        }
        self.speaking = false;
        self.recent.clear();
        let at_ms = self.last_speech_ms;
        Some(VoiceEvent::SpeechEnded { at_ms })
    }

    /// Speech starts when three of four recent frames are speech over the time asked for.
    fn listen(&mut self, speech: bool, now_ms: u64) -> Option<VoiceEvent> {
        let needed = (self.thresholds.start_ms.div_ceil(FRAME_MS) as usize).max(1);
        self.recent.push_back(speech);
        while self.recent.len() > needed + needed / 3 {
            self.recent.pop_front();
        }
        if !speech || self.recent.iter().filter(|speech| **speech).count() < needed {
            return None;
        }
        let first = self.recent.iter().position(|speech| *speech).unwrap_or(0);
        let length = (self.recent.len() - first) as u64 * FRAME_MS;
        self.speaking = true;
        self.last_speech_ms = now_ms;
        let at_ms = now_ms - length;
        Some(VoiceEvent::SpeechStarted { at_ms })
    }
}

/// The loudness of the line when nobody speaks: the quietest moment of the last seconds.
///
/// Speech dips between syllables and steady noise does not, so noise alone never rises above it,
/// however much it sounds like a voice to the detector.
#[derive(Default)]
struct NoiseFloor {
    /// Power of the latest frames.
    latest: VecDeque<f32>,
    /// Smoothed levels in decibels relative to full scale.
    levels_db: VecDeque<f32>,
}

impl NoiseFloor {
    /// A line quieter than its own quantisation noise is taken to be this loud.
    const LOWEST_DB: f32 = -60.0;
    /// How long a quiet moment is remembered, in frames: 2.4 s.
    const MEMORY: usize = 150;
    /// Frames until the floor is known, 0.2 s; before, it is taken to be no louder than this.
    const WARM_UP: usize = 12;
    const UNKNOWN_DB: f32 = -50.0;
    /// Frames smoothed over.
    const SMOOTHED: usize = 3;

    /// Takes a frame and returns how far it lies above the floor, in decibels.
    fn excess_db(&mut self, frame: &[f32]) -> f32 {
        let power: f32 = frame.iter().map(|x| x * x).sum::<f32>() / frame.len() as f32;
        keep(&mut self.latest, power, Self::SMOOTHED);
        let smooth = self.latest.iter().sum::<f32>() / self.latest.len() as f32;
        keep(&mut self.levels_db, decibels(smooth), Self::MEMORY);
        // Somebody may already be speaking when the line opens.
        let known = self.levels_db.len() >= Self::WARM_UP;
        let highest = if known {
            f32::INFINITY
        } else {
            Self::UNKNOWN_DB
        };
        let quietest = self.levels_db.iter().copied().fold(highest, f32::min);
        decibels(power) - quietest.max(Self::LOWEST_DB)
    }
}

fn keep(line: &mut VecDeque<f32>, value: f32, length: usize) {
    if line.len() == length {
        line.pop_front();
    }
    line.push_back(value);
}

fn decibels(power: f32) -> f32 {
    10.0 * (power + 1e-10).log10()
}

#[cfg(test)]
#[path = "voice_activity_tests.rs"]
mod tests;
