//! Owns the guest's ears and mouth: modem, or the local engines with another voice than Maitred's. Called by the guest.
//! Never decides what is said.

use anyhow::Context as _;
use maitred_speech_engines::models::ModelSet;
use maitred_speech_engines::{
    Recogniser, Thresholds, Voice, VoiceActivity, VoiceEvent, VoiceStyle, resample,
};
use std::collections::VecDeque;
use std::sync::Arc;
use voice_modem::{Decoder, Item};

/// Makes the voice that of a man.
const STYLE: VoiceStyle = VoiceStyle {
    pitch: 0.6,
    speed: 1.0,
};
/// Silence after which somebody polite takes the other to have finished, in milliseconds.
const POLITE_MS: u64 = 640;
/// Audio before the notice of speech that belongs to it: 0.4 s at 8000 Hz.
const PRE_ROLL: usize = 3_200;

/// Ears and mouth.
pub(super) enum Senses {
    /// Words as data in the audio.
    Modem(Decoder, String),
    /// Words as people hear and say them.
    Engines(Box<Engines>),
}

/// The local engines with what they are hearing.
pub(super) struct Engines {
    models: Arc<(Recogniser, Voice)>,
    activity: VoiceActivity,
    audio: VecDeque<i16>,
}

impl Senses {
    /// Gives senses that hear and speak by modem.
    pub fn by_modem() -> Self {
        Self::Modem(Decoder::new(), String::new())
    }

    /// Gives senses that hear and speak with the local engines; loads them, which takes about a second.
    pub fn by_engines(models: &ModelSet) -> anyhow::Result<Self> {
        let thresholds = Thresholds {
            end_ms: POLITE_MS,
            ..Thresholds::default()
        };
        Ok(Self::Engines(Box::new(Engines {
            models: Arc::new((Recogniser::load(models)?, Voice::load(models)?)),
            activity: VoiceActivity::new(thresholds),
            audio: VecDeque::new(),
        })))
    }

    /// Listens to the next samples; gives what was said when the other side has paused.
    pub async fn hear(&mut self, samples: &[i16]) -> anyhow::Result<Option<String>> {
        match self {
            Self::Modem(decoder, text) => {
                let items = decoder.push(samples);
                let mut said = None;
                for item in items {
                    match item {
                        Item::Word { text: word, .. } => {
                            text.push_str(&word);
                            text.push(' ');
                        }
                        Item::CarrierEnded { .. } => said = Some(std::mem::take(text)),
                        Item::CarrierStarted { .. } | Item::Damaged { .. } => {}
                    }
                }
                Ok(said)
            }
            Self::Engines(engines) => engines.hear(samples).await,
        }
    }

    /// Tells whether the other side seems to be speaking.
    pub fn hears_speech(&self) -> bool {
        match self {
            Self::Modem(_, text) => !text.is_empty(),
            Self::Engines(engines) => engines.activity.is_speaking(),
        }
    }

    /// Makes the sound of words, 8000 samples a second.
    pub async fn sound(&self, text: &str) -> anyhow::Result<Vec<i16>> {
        match self {
            Self::Modem(..) => Ok(voice_modem::encode(text)),
            Self::Engines(engines) => engines.sound(text.to_owned()).await,
        }
    }
}

impl Engines {
    async fn hear(&mut self, samples: &[i16]) -> anyhow::Result<Option<String>> {
        self.audio.extend(samples);
        let mut ended = false;
        for event in self.activity.push(samples) {
            ended = matches!(event, VoiceEvent::SpeechEnded { .. });
        }
        if ended {
            let stretch = self
                .audio
                .drain(..)
                .map(|sample| f32::from(sample) / 32_768.0);
            let stretch: Vec<f32> = stretch.collect();
            let models = Arc::clone(&self.models);
            let heard = tokio::task::spawn_blocking(move || {
                models.0.transcribe(&resample::to_16k_from_8k(&stretch))
            });
            return Ok(Some(heard.await.context("guest's recogniser")??.text));
        }
        if !self.activity.is_speaking() {
            let old = self.audio.len().saturating_sub(PRE_ROLL);
            self.audio.drain(..old);
        }
        Ok(None)
    }

    async fn sound(&self, text: String) -> anyhow::Result<Vec<i16>> {
        let models = Arc::clone(&self.models);
        let sound = tokio::task::spawn_blocking(move || models.1.synthesise(&text, STYLE));
        let sound = resample::to_8k_from_24k(&sound.await.context("guest's voice")??);
        Ok(sound
            .iter()
            .map(|sample| (sample * 32_767.0) as i16)
            .collect())
    }
}
