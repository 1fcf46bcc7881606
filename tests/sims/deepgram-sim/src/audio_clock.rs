//! Time as the audio tells it.
//!
//! Owns the units. Called by both recognisers, whose clocks stand still when no audio comes; it never reads the time
//! of day.

use voice_modem::SAMPLE_RATE;

/// Samples in a millisecond.
pub(crate) const MILLISECOND: u64 = SAMPLE_RATE as u64 / 1000;

/// Samples as seconds of audio.
pub(crate) fn seconds(samples: u64) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}
