//! The heart of Maitred: actors, the pure state machine of a call, the dialogue, and the ports
//! through which it reaches the world. Knows no HTTP, no SQL and no vendor.

pub mod call;
pub mod grammar;
pub mod ports;
pub mod types;
