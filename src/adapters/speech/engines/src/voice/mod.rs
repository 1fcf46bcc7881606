//! Owns speaking: from text to sound at 24 kHz, with Hibari's network and the voice "heart".
//!
//! Called by the local text-to-speech adapter, one sentence at a time when it streams. Never plays,
//! resamples or codes the sound.

mod phonemes;
mod sentences;
mod signal;
mod synthesis;

pub use sentences::sentences;
pub use synthesis::{SAMPLE_RATE, Voice, VoiceStyle};
