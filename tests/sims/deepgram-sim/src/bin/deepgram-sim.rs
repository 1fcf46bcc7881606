//! The simulator as a program, for the demonstration call and for daily use.
//!
//! Owns the reading of its options. Called by people and scripts; it never does more than the library.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use deepgram_sim::{DeepgramSim, SimConfig};

/// Speaks Deepgram's streaming protocols, with modem sounds for speech.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Options {
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Key that clients must present.
    #[arg(long)]
    key: Option<String>,
    /// Silence that ends a turn, in milliseconds of audio.
    #[arg(long)]
    end_of_turn_ms: Option<u64>,
    /// Silence that may end a turn, in milliseconds of audio.
    #[arg(long)]
    eager_ms: Option<u64>,
    /// Time from audio to its transcript, in milliseconds.
    #[arg(long)]
    recognition_delay_ms: Option<u64>,
    /// Time from text to its first audio, in milliseconds.
    #[arg(long)]
    first_audio_delay_ms: Option<u64>,
    /// How many times faster than real time speech is delivered; as fast as possible when absent.
    #[arg(long)]
    synthesis_pace: Option<f64>,
    /// Starts from the delays that the vendor published.
    #[arg(long)]
    published_delays: bool,
}

impl Options {
    fn config(self) -> SimConfig {
        let base = if self.published_delays {
            SimConfig::with_published_delays()
        } else {
            SimConfig::default()
        };
        SimConfig {
            listen: self.listen,
            key: self.key.unwrap_or(base.key),
            end_of_turn_ms: self.end_of_turn_ms.unwrap_or(base.end_of_turn_ms),
            eager_ms: self.eager_ms.unwrap_or(base.eager_ms),
            recognition_delay: self
                .recognition_delay_ms
                .map_or(base.recognition_delay, Duration::from_millis),
            first_audio_delay: self
                .first_audio_delay_ms
                .map_or(base.first_audio_delay, Duration::from_millis),
            synthesis_pace: self.synthesis_pace.or(base.synthesis_pace),
            ..base
        }
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let sim = DeepgramSim::start(Options::parse().config()).await?;
    println!("{}", sim.url());
    tokio::signal::ctrl_c().await
}
