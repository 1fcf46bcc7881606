//! How the simulated service behaves when nothing is wrong.
//!
//! Owns the settings that hold for a whole run. Called by whoever starts a simulator; faults, which change during a
//! run, are elsewhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Settings of a simulator; the default is as fast as possible.
#[derive(Debug, Clone)]
pub struct SimConfig {
    /// Address to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The key that clients must present.
    pub key: String,
    /// Silence, in milliseconds of audio, at which Flux is 0.7 sure that a turn ended. Less than 60 acts as 60,
    /// because the modem needs as long to see the end of its carrier.
    pub end_of_turn_ms: u64,
    /// Silence, in milliseconds of audio, at which Flux is 0.4 sure that a turn ended.
    pub eager_ms: u64,
    /// Time from receiving audio to saying what it held.
    pub recognition_delay: Duration,
    /// Time from a text's arrival to the first audio of it.
    pub first_audio_delay: Duration,
    /// How many times faster than real time speech is delivered; as fast as possible when absent.
    pub synthesis_pace: Option<f64>,
    /// Audio frames that still arrive after a `Clear` and before its `Cleared`.
    pub stale_frames: usize,
    /// Time without audio after which a listening connection is closed with `NET-0001`.
    pub idle_timeout: Duration,
    /// Whether to leave out the fields of Nova's `Results` that the specification calls optional.
    pub bare_results: bool,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            key: "simulated-deepgram-key".to_owned(),
            end_of_turn_ms: 160,
            eager_ms: 80,
            recognition_delay: Duration::ZERO,
            first_audio_delay: Duration::ZERO,
            synthesis_pace: None,
            stale_frames: 2,
            idle_timeout: Duration::from_secs(10),
            bare_results: false,
        }
    }
}

impl SimConfig {
    /// Delays as the vendor published them: 260 ms to an end of turn, 200 ms to first audio, speech at ten times real
    /// time.
    #[must_use]
    pub fn with_published_delays() -> Self {
        Self {
            recognition_delay: Duration::from_millis(100),
            first_audio_delay: Duration::from_millis(200),
            synthesis_pace: Some(10.0),
            ..Self::default()
        }
    }
}
