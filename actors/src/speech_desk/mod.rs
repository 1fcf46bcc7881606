//! Shared speech: which provider serves, which is left alone for a while, and the sound of prompts that never change.

mod actor;
mod breaker;

pub use actor::{Ears, SpeechDesk, SpeechDeskMsg, Spoken};
pub use breaker::Breaker;
