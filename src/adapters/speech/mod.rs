//! What hears and speaks for a call: vendors and local engines behind the ports `hearing` and `speaking`. Built by
//! `app`, called by the `SpeechDesk`; never decides what is said.

pub mod deepgram;
pub mod local;
pub mod prompts;
mod providers;

pub use providers::providers;
