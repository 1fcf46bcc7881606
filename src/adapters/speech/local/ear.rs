//! Owns one stream of telephone sound as it is listened to: the audio of the open turn, the detector of voice, the turns.
//! Called by `hearing` for those who call and by `overhearing` for recordings. Never runs a model, never waits.

use super::turns::{Sound, Step, Turns};
use bytes::{Buf, BytesMut};
use maitred_actors::ports::audio::BYTES_PER_MS;
use maitred_actors::ports::hearing::{Heard, Patience};
use maitred_speech_engines::{Thresholds, Transcript, VoiceActivity, mulaw, resample};

/// One decision of the detector: 16 ms.
const FRAME_MS: u64 = 16;
/// Bytes that are listened to at once.
pub(super) const FRAME_BYTES: usize = (FRAME_MS * BYTES_PER_MS) as usize;
/// Voice that makes a start.
const START_MS: u64 = 112;
/// Silence after which single frames of voice no longer count as going on.
const PAUSE_MS: u64 = 160;
/// Silence put behind what is transcribed: where the sound breaks off, the recogniser leaves the sentence open.
const TAIL_MS: u64 = 80;

/// What is to be done.
pub(super) enum Task {
    /// Tells the heart.
    Report(Heard),
    /// Has this transcribed; an earlier request is void.
    Transcribe(Stretch),
    /// Makes the request void.
    Forget,
}

/// Sound that is to be transcribed, as it came.
pub(super) struct Stretch(Vec<u8>);

impl Stretch {
    /// Gives the sound as the recogniser wants it.
    pub fn samples_16k(&self) -> Vec<f32> {
        let coded = self.0.iter().map(|code| mulaw::decode(*code));
        let tail = std::iter::repeat_n(0.0, (TAIL_MS * BYTES_PER_MS) as usize);
        let samples: Vec<f32> = coded
            .map(|sample| f32::from(sample) / 32_768.0)
            .chain(tail)
            .collect();
        resample::to_16k_from_8k(&samples)
    }
}

/// An ear on one stream.
pub(super) struct Ear {
    activity: VoiceActivity,
    turns: Turns,
    /// Audio that may still be transcribed, and the position of its first byte.
    kept: BytesMut,
    kept_from: u64,
}

impl Ear {
    /// Begins to listen, as patiently as this.
    pub fn new(patience: Patience) -> Self {
        let thresholds = Thresholds {
            start_ms: START_MS,
            end_ms: PAUSE_MS,
            ..Thresholds::default()
        };
        let mut turns = Turns::default();
        turns.be_patient(patience);
        Self {
            activity: VoiceActivity::new(thresholds),
            turns,
            kept: BytesMut::new(),
            kept_from: 0,
        }
    }

    /// Waits for the ends of turns as patiently as this from now on.
    pub fn be_patient(&mut self, patience: Patience) {
        self.turns.be_patient(patience);
    }

    /// Tells whether a text is so late that audio has to wait for it.
    pub fn awaits_text(&self) -> bool {
        self.turns.awaits_text()
    }

    /// Tells how much audio it has listened to.
    pub fn now_ms(&self) -> u64 {
        (self.kept_from + self.kept.len() as u64) / BYTES_PER_MS
    }

    /// Listens to a frame in mu-law.
    pub fn frame(&mut self, frame: &[u8]) -> Vec<Task> {
        let samples: Vec<i16> = frame.iter().map(|code| mulaw::decode(*code)).collect();
        self.activity.push(&samples);
        let goes_on = self.activity.trailing_silence_ms() <= FRAME_MS;
        let sound = if self.activity.is_speaking() && goes_on {
            Sound::Voice
        } else if self.activity.may_be_starting() {
            Sound::Doubt
        } else {
            Sound::Silence
        };
        self.kept.extend_from_slice(frame);
        let steps = self.turns.frame(sound, self.now_ms());
        let tasks = self.tasks(steps);
        let past = (self.turns.needed_from_ms() * BYTES_PER_MS).saturating_sub(self.kept_from);
        self.kept.advance((past as usize).min(self.kept.len()));
        self.kept_from += past;
        tasks
    }

    /// Takes the text that was asked for.
    pub fn transcribed(&mut self, transcript: &Transcript) -> Vec<Task> {
        let text = transcript.text.trim().to_owned();
        let confidence = transcript.confidence.clamp(0.0, 1.0);
        let steps = self.turns.transcribed(text, confidence);
        self.tasks(steps)
    }

    /// Says that there will be no more audio; an open turn ends with its text.
    pub fn close(&mut self) -> Vec<Task> {
        let steps = self.turns.close();
        self.tasks(steps)
    }

    fn tasks(&self, steps: Vec<Step>) -> Vec<Task> {
        let task = |step| match step {
            Step::Report(heard) => Task::Report(heard),
            Step::Forget => Task::Forget,
            Step::Transcribe { from_ms, to_ms } => {
                let from = (from_ms * BYTES_PER_MS).saturating_sub(self.kept_from) as usize;
                let to = (to_ms * BYTES_PER_MS).saturating_sub(self.kept_from) as usize;
                let sound = self.kept.get(from..to).unwrap_or_default();
                Task::Transcribe(Stretch(sound.to_vec()))
            }
        };
        steps.into_iter().map(task).collect()
    }
}
