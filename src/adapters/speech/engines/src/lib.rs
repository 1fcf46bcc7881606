//! Local speech engines: hearing and speaking without a cloud account.
//!
//! Owns the models' files, the recogniser, the voice, voice activity and the sample formats between
//! them. Called synchronously, on threads of the caller's. Never knows a call, a network or a clock.

pub mod models;
pub mod mulaw;
mod net;
mod ort_format;
mod recogniser;
pub mod resample;
mod spoken;
mod voice;
mod voice_activity;

pub use net::Error;
pub use recogniser::{Recogniser, Transcript};
pub use voice::{SAMPLE_RATE, Voice, VoiceStyle, sentences};
pub use voice_activity::{Thresholds, VoiceActivity, VoiceEvent};
