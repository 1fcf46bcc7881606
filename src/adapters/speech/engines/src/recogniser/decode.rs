//! Owns the recogniser's networks and the greedy decoding loop.
//!
//! Called by the local speech-to-text adapter. Never decides what is speech: give it speech only.

use std::fs;

use rten::{NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView, Tensor};

use super::stretches::stretches;
use super::token_rules::{END, START, cut_repeats, pick, token_cap};
use super::tokenizer::Tokenizer;
use crate::models::ModelSet;
use crate::net::{Error, Net, Result, Workers};

/// Attention heads of Moonshine base and the width of each.
const HEADS: usize = 8;
const HEAD_WIDTH: usize = 52;
/// The encoder's filters need some audio to work on; shorter stretches are padded with silence.
const SAMPLES_MIN: usize = 8_000;

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// The words, with capitals and punctuation as the model writes them.
    pub text: String,
    /// Mean probability of the tokens, 0 to 1; 0 when there are none.
    pub confidence: f32,
}

/// The speech recogniser; share one between threads by reference.
pub struct Recogniser {
    encoder: Net,
    decoder: Net,
    tokenizer: Tokenizer,
    ports: Ports,
    workers: Workers,
}

/// The tokens of one stretch of speech.
struct Said {
    tokens: Vec<i32>,
    probability_sum: f32,
}

/// The decoder's inputs and outputs.
struct Ports {
    audio: NodeId,
    hidden: NodeId,
    tokens: NodeId,
    encoded: NodeId,
    use_cache: NodeId,
    /// Each layer's memory: where it goes in, and whether it stays the same after the first step.
    past: Vec<(NodeId, bool)>,
    /// The logits, then each layer's memory in the order of `past`.
    outputs: Vec<NodeId>,
}

impl Ports {
    fn of(encoder: &Net, decoder: &Net) -> Result<Self> {
        let mut past = Vec::new();
        let mut outputs = vec![decoder.node("logits")?];
        for (name, id) in decoder.inputs() {
            let Some(layer) = name.strip_prefix("past_key_values.") else {
                continue;
            };
            past.push((id, layer.contains("encoder")));
            outputs.push(decoder.node(&format!("present.{layer}"))?);
        }
        let hidden = encoder.outputs().first().map(|(_, id)| *id);
        Ok(Self {
            audio: encoder.node("input_values")?,
            hidden: hidden.ok_or_else(|| encoder.failed("it has no output"))?,
            tokens: decoder.node("input_ids")?,
            encoded: decoder.node("encoder_hidden_states")?,
            use_cache: decoder.node("use_cache_branch")?,
            past,
            outputs,
        })
    }
}

impl Recogniser {
    /// Loads the networks (about 0.1 s and 110 MB, on some processors 0.4 s and 320 MB).
    ///
    /// # Errors
    /// [`Error::Load`] when a file cannot be read or is not the model expected.
    pub fn load(models: &ModelSet) -> Result<Self> {
        let kind = if int8_is_exact() { "int8.onnx" } else { "onnx" };
        Self::load_kind(models, kind)
    }

    fn load_kind(models: &ModelSet, kind: &str) -> Result<Self> {
        let dir = models.recogniser_dir();
        let encoder = Net::load(&dir.join(format!("encoder.{kind}")))?;
        let decoder = Net::load(&dir.join(format!("decoder.{kind}")))?;
        let path = dir.join("tokenizer.bin");
        let bytes = fs::read(&path).map_err(|e| Error::load(&path, e))?;
        let tokenizer =
            Tokenizer::parse(&bytes).ok_or_else(|| Error::load(&path, "it is cut short"))?;
        let ports = Ports::of(&encoder, &decoder)?;
        let workers = Workers::default();
        Ok(Self {
            encoder,
            decoder,
            tokenizer,
            ports,
            workers,
        })
    }

    /// Transcribes speech, mono at 16 kHz, samples from -1 to 1; more than 30 s is done in parts.
    ///
    /// # Errors
    /// [`Error::Run`] when a network fails; silence is no error.
    pub fn transcribe(&self, samples_16k: &[f32]) -> Result<Transcript> {
        self.transcribe_while(&|| true, samples_16k)
    }

    /// Transcribes as long as it is wanted; gives what it has by then.
    ///
    /// # Errors
    /// [`Error::Run`] when a network fails; silence is no error.
    pub fn transcribe_while(
        &self,
        wanted: &dyn Fn() -> bool,
        samples_16k: &[f32],
    ) -> Result<Transcript> {
        let (mut texts, mut tokens, mut confidence) = (Vec::new(), 0, 0.0);
        for stretch in stretches(samples_16k) {
            let said = self.workers.lend(|options| {
                let encoded = self.encode(stretch, options)?;
                self.decode(wanted, &encoded, token_cap(stretch.len()), options)
            })?;
            texts.push(self.tokenizer.text(&said.tokens));
            tokens += said.tokens.len();
            confidence += said.probability_sum;
        }
        Ok(Transcript {
            text: texts.join(" ").trim().to_owned(),
            confidence: confidence / tokens.max(1) as f32,
        })
    }

    fn encode(&self, samples: &[f32], options: &RunOptions) -> Result<Value> {
        let mut padded = samples.to_vec();
        padded.resize(samples.len().max(SAMPLES_MIN), 0.0);
        let audio = NdTensor::from_data([1, padded.len()], padded);
        let inputs = vec![(self.ports.audio, audio.into())];
        let mut outputs = self.encoder.run(inputs, &[self.ports.hidden], options)?;
        outputs
            .pop()
            .ok_or_else(|| self.encoder.failed("no output"))
    }

    fn decode(
        &self,
        wanted: &dyn Fn() -> bool,
        encoded: &Value,
        cap: usize,
        options: &RunOptions,
    ) -> Result<Said> {
        let empty = || Value::from(Tensor::<f32>::zeros(&[1, HEADS, 1, HEAD_WIDTH]));
        let mut past: Vec<Value> = self.ports.past.iter().map(|_| empty()).collect();
        let (mut tokens, mut probability_sum) = (Vec::new(), 0.0);
        let mut token = START;
        for step in (0..cap).take_while(|_| wanted()) {
            let mut outputs = self.step(token, step, encoded, &past, options)?.into_iter();
            let logits = outputs.next();
            let logits = logits.and_then(|value| value.into_tensor::<f32>());
            let logits = logits.ok_or_else(|| self.decoder.failed("no logits"))?;
            let logits = logits.to_vec();
            let (next, probability) = pick(&logits, step);
            if next == END {
                break;
            }
            token = next;
            tokens.push(token);
            probability_sum += probability;
            if let Some(length) = cut_repeats(&tokens) {
                probability_sum *= length as f32 / tokens.len() as f32;
                tokens.truncate(length);
                break;
            }
            for ((old, new), (_, fixed)) in past.iter_mut().zip(outputs).zip(&self.ports.past) {
                if step == 0 || !fixed {
                    *old = new;
                }
            }
        }
        Ok(Said {
            tokens,
            probability_sum,
        })
    }

    fn step(
        &self,
        token: i32,
        step: usize,
        encoded: &Value,
        past: &[Value],
        options: &RunOptions,
    ) -> Result<Vec<Value>> {
        let (ids, use_cache) = ([token], [i32::from(step > 0)]);
        let mut inputs: Vec<(NodeId, ValueOrView)> = vec![
            (
                self.ports.tokens,
                NdTensorView::from_data([1, 1], &ids).into(),
            ),
            (self.ports.encoded, encoded.into()),
            (
                self.ports.use_cache,
                NdTensorView::from_data([1], &use_cache).into(),
            ),
        ];
        for ((id, _), value) in self.ports.past.iter().zip(past) {
            inputs.push((*id, value.into()));
        }
        self.decoder.run(inputs, &self.ports.outputs, options)
    }
}

/// Tells whether this processor multiplies int8 numbers without a sum overflowing on the way.
///
/// Without the VNNI instructions `rten` adds pairs of products in 16 bits on x86, where they saturate.
fn int8_is_exact() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512vnni");
    #[cfg(not(target_arch = "x86_64"))]
    return true;
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use crate::models::{default_cache_dir, pull};
    use crate::resample::{to_8k_from_24k, to_16k_from_8k};
    use crate::{Voice, VoiceStyle};

    use super::*;

    #[test]
    fn both_kinds_of_weights_hear_the_same() {
        let set = pull(&default_cache_dir(), &mut |_| {}).unwrap();
        let style = VoiceStyle {
            pitch: 0.6,
            speed: 1.0,
        };
        let sound = Voice::load(&set)
            .unwrap()
            .synthesise("I have a table for two on Tuesday.", style);
        let samples = to_16k_from_8k(&to_8k_from_24k(&sound.unwrap()));
        let heard = |kind| {
            Recogniser::load_kind(&set, kind)
                .unwrap()
                .transcribe(&samples)
                .unwrap()
        };
        let unwanted = Recogniser::load_kind(&set, "onnx")
            .unwrap()
            .transcribe_while(&|| false, &samples);
        assert_eq!(unwanted.unwrap().text, "");
        let float = heard("onnx");
        assert!(float.text.contains("Tuesday"), "{float:?}");
        if int8_is_exact() {
            assert_eq!(heard("int8.onnx").text, float.text);
        }
    }
}
