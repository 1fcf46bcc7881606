//! Owns hearing: from a finished stretch of speech to words, with Moonshine base (English).
//!
//! Called by the local speech-to-text adapter, after voice activity has cut out the speech. Never
//! streams and never cuts: partial text means transcribing again.

mod decode;
mod stretches;
mod token_rules;
mod tokenizer;

pub use decode::{Recogniser, Transcript};
