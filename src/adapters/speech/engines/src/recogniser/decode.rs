//! Owns the recogniser's networks and the greedy decoding loop.
//!
//! Called by the local speech-to-text adapter. Never decides what is speech: give it speech only.

use std::fs;

use rten::{NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView, Tensor};

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
    /// Loads the networks (about 0.4 s and 320 MB).
    ///
    /// # Errors
    /// [`Error::Load`] when a file cannot be read or is not the model expected.
    pub fn load(models: &ModelSet) -> Result<Self> {
        let dir = models.recogniser_dir();
        let kind = if int8_is_exact() { "int8.onnx" } else { "onnx" };
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

    /// Transcribes one stretch of speech, mono at 16 kHz, samples from -1 to 1.
    ///
    /// # Errors
    /// [`Error::Run`] when a network fails; silence is no error.
    pub fn transcribe(&self, samples_16k: &[f32]) -> Result<Transcript> {
        if samples_16k.is_empty() {
            return Ok(self.finish(&[], 0.0));
        }
        self.workers.lend(|options| {
            let encoded = self.encode(samples_16k, options)?;
            self.decode(&encoded, token_cap(samples_16k.len()), options)
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

    fn decode(&self, encoded: &Value, cap: usize, options: &RunOptions) -> Result<Transcript> {
        let empty = || Value::from(Tensor::<f32>::zeros(&[1, HEADS, 1, HEAD_WIDTH]));
        let mut past: Vec<Value> = self.ports.past.iter().map(|_| empty()).collect();
        let (mut tokens, mut confidence) = (Vec::new(), 0.0);
        let mut token = START;
        for step in 0..cap {
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
            confidence += probability;
            if let Some(length) = cut_repeats(&tokens) {
                confidence *= length as f32 / tokens.len() as f32;
                tokens.truncate(length);
                break;
            }
            for ((old, new), (_, fixed)) in past.iter_mut().zip(outputs).zip(&self.ports.past) {
                if step == 0 || !fixed {
                    *old = new;
                }
            }
        }
        Ok(self.finish(&tokens, confidence))
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

    fn finish(&self, tokens: &[i32], confidence: f32) -> Transcript {
        Transcript {
            text: self.tokenizer.text(tokens),
            confidence: confidence / tokens.len().max(1) as f32,
        }
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
