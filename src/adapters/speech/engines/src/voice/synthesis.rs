//! Owns the voice: its network, its alphabet, and the way from a text to samples.
//!
//! Called by the local text-to-speech adapter. Never streams inside a sentence.

use std::collections::HashMap;
use std::fs;

use rten::{NodeId, Value};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::phonemes::Phonemes;
use super::sentences::sentences;
use super::signal::{Spectra, Synthesiser};
use crate::models::ModelSet;
use crate::net::{Error, Net, Result, Workers};
use crate::spoken::spoken;

/// Samples a second of everything the voice says.
pub const SAMPLE_RATE: u32 = 24_000;

/// How the voice speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceStyle {
    /// Factor on the fundamental frequency, kept within 0.4 to 2; 1 is the voice's own (a woman's),
    /// 0.6 sounds like a man.
    pub pitch: f32,
    /// Factor on the pace, kept within 0.5 to 2.
    pub speed: f32,
}

impl Default for VoiceStyle {
    fn default() -> Self {
        Self {
            pitch: 1.0,
            speed: 1.0,
        }
    }
}

/// The voice; share one between threads by reference.
pub struct Voice {
    net: Net,
    ids: NodeId,
    speed: NodeId,
    outputs: Vec<NodeId>,
    alphabet: HashMap<char, i32>,
    phonemes: Phonemes,
    synthesiser: Synthesiser,
    workers: Workers,
}

impl Voice {
    /// Loads the network and the lexicons (about 150 MB).
    ///
    /// # Errors
    /// [`Error::Load`] when a file cannot be read or is not the model expected.
    pub fn load(models: &ModelSet) -> Result<Self> {
        let dir = models.voice_dir();
        let path = dir.join("vocab.json");
        let text = fs::read(&path).map_err(|e| Error::load(&path, e))?;
        let net = Net::load(&dir.join("hibari.onnx"))?;
        Ok(Self {
            alphabet: serde_json::from_slice(&text).map_err(|e| Error::load(&path, e))?,
            ids: net.node("ids")?,
            speed: net.node("speed")?,
            outputs: net.outputs().into_iter().map(|(_, id)| id).collect(),
            net,
            phonemes: Phonemes::load(&dir)?,
            synthesiser: Synthesiser::new(),
            workers: Workers::default(),
        })
    }

    /// Speaks a text: mono samples at 24 kHz, within -1 to 1; the same text gives the same
    /// samples. A text with nothing to say gives none.
    ///
    /// # Errors
    /// [`Error::Run`] when the network fails.
    pub fn synthesise(&self, text: &str, style: VoiceStyle) -> Result<Vec<f32>> {
        let mut sound = Vec::new();
        for sentence in sentences(text) {
            for phonemes in self.phonemes.of(&spoken(sentence)) {
                sound.extend(self.say(&phonemes, style)?);
            }
        }
        Ok(sound)
    }

    fn say(&self, phonemes: &str, style: VoiceStyle) -> Result<Vec<f32>> {
        let known = phonemes
            .chars()
            .filter_map(|sound| self.alphabet.get(&sound).copied());
        let mut ids = vec![0];
        ids.extend(known);
        ids.push(0);
        if ids.len() < 3 {
            return Ok(Vec::new());
        }
        let ids = NdTensor::from_data([1, ids.len()], ids);
        let speed = NdTensor::from_data([1], vec![style.speed.clamp(0.5, 2.0)]);
        let inputs = vec![(self.ids, ids.into()), (self.speed, speed.into())];
        let run = |options: &_| self.net.run(inputs, &self.outputs, options);
        let spectra = spectra(self.workers.lend(run)?);
        let spectra = spectra.ok_or_else(|| self.net.failed("unexpected outputs"))?;
        let sound = self
            .synthesiser
            .sound(&spectra, style.pitch.clamp(0.4, 2.0));
        sound.ok_or_else(|| self.net.failed("spectra of unequal length"))
    }
}

/// Takes the six outputs in the network's order.
fn spectra(outputs: Vec<Value>) -> Option<Spectra> {
    let tensors = outputs.into_iter().map(|value| value.into_tensor::<f32>());
    let mut parts = tensors.map(|tensor| tensor.map(|t| t.to_vec()));
    let mut next = || parts.next().flatten();
    Some(Spectra {
        harmonic: next()?,
        theta: next()?,
        noise: next()?,
        rest: next()?,
        phi: next()?,
        f0: next()?,
    })
}
