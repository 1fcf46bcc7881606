//! The heart of Maitred: actors, the pure state machine of a call, the dialogue, and the ports
//! through which it reaches the world. Knows no HTTP, no SQL and no vendor.

pub mod archivist;
pub mod booking_desk;
pub mod call;
pub mod dialogue;
pub mod grammar;
pub mod interpreter;
pub mod phone_line;
pub mod ports;
pub mod registry;
pub mod scribe;
pub mod speech_desk;
mod supervision;
pub mod switchboard;
mod task;
pub mod types;
pub mod voice;
pub mod world;
