//! Owns the talk with Deepgram: Flux and Nova to hear, Aura to speak, each over its own kind of WebSocket, and recordings
//! written down by HTTP. Called through the ports by the `SpeechDesk` and the `Archivist`; never retries by itself except on a socket that went stale while idle.
//!
//! Every enumeration on this wire is open: what is not known is logged and passed over.

mod aura;
mod close;
mod config;
mod flux;
mod line;
mod link;
mod listen;
mod nova;
mod prerecorded;
mod sentences;
mod timeline;

pub use aura::Aura;
pub use config::DeepgramConfig;
pub use flux::Flux;
pub use nova::Nova;
pub use prerecorded::Prerecorded;
