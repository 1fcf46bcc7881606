//! Owns what hears and speaks for a call: vendors and local engines behind the ports `hearing` and `speaking`.
//! Built by `app.rs`, called by the `SpeechDesk`; never decides what is said.

pub mod deepgram;
pub mod local;
