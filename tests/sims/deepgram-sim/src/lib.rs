//! A server that speaks Deepgram's streaming protocols.
//!
//! Owns `/v1/listen` (Nova, and recordings by HTTP), `/v2/listen` (Flux) and `/v1/speak` (Aura) as a client sees them. Called by tests, by
//! the demonstration call and by its own binary; it never leaves the loopback, knows no type of the software under
//! test and runs no speech model: it hears and speaks by [`voice_modem`], in mu-law at 8 kHz.
//!
//! ```
//! use std::time::Duration;
//! use deepgram_sim::{DeepgramSim, Route, SimConfig};
//!
//! # async fn story() -> Result<(), Box<dyn std::error::Error>> {
//! let sim = DeepgramSim::start(SimConfig::default()).await?;
//! sim.faults().refuse_next(Route::Flux, 429, 1);
//! // Point a client at `sim.url()` with `sim.key()`, speak, then wait for what was understood:
//! sim.until(|state| state.heard.len() == 1, Duration::from_secs(5)).await?;
//! assert_eq!(sim.heard(), ["a table for four"]);
//! # Ok(())
//! # }
//! ```

mod audio_clock;
mod aura;
mod config;
mod connection;
mod faults;
mod flux;
mod nova;
mod observe;
mod outgoing;
mod query;
mod recorded;
mod server;

pub use config::SimConfig;
pub use faults::{Faults, Route};
pub use observe::{Connection, Heard, Refused, Spoken, State, TimedOut};
pub use server::DeepgramSim;
