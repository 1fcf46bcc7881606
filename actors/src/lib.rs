//! The heart: actors, the pure state machine, the dialogue, the ports.

pub mod grammar;
