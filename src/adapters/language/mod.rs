//! The language model: any server that speaks the chat completions of OpenAI, streamed, in any of their dialects. Owns the
//! wire. Implements `ports::language`. Never judges what a model wrote.

mod answer;
mod chat;
mod chunk;
mod dialect;
mod refusal;
mod sse;

pub use chat::{ChatCompletions, ChatConfig};
