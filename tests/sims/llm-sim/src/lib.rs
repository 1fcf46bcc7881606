//! A server that speaks the chat completions of language models, streamed.
//!
//! Owns `POST /v1/chat/completions` as a client sees it. Called by tests and by its own binary; it never leaves the
//! loopback, knows no type of the software under test, and runs no model: it answers what it was told to.
//!
//! ```
//! use llm_sim::{Fault, LlmSim};
//!
//! # async fn story() -> std::io::Result<()> {
//! let sim = LlmSim::start().await?;
//! sim.answer("insured", "{\"question\": true}");
//! sim.set(Fault::Status(503));
//! // Point a client at `sim.url()` with `sim.key()`, then look at what it asked:
//! assert!(sim.requests().is_empty());
//! # Ok(())
//! # }
//! ```

mod faults;
mod observe;
mod script;
mod server;
mod stream;

pub use faults::Fault;
pub use observe::{Seen, TimedOut};
pub use server::{LlmSim, SimConfig};
