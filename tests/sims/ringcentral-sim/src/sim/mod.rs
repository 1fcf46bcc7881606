//! The whole of RingCentral in one value: edge, REST, webhooks, callers and people that belong together.
//!
//! Owns the parts and the threads between them; tests and `serve` hold it. Dropping it stops everything.

mod call;
mod call_out;
mod follow;
mod network;
mod outbound;
mod people;
mod service;

pub use call::SimCall;
pub use people::Person;
pub use service::{RingCentralSim, SimConfig};
