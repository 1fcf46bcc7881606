//! `/v1/listen`: recognition that reports spans of text, silence and speech.

mod session;
mod settings;
mod utterance;

pub(crate) use session::Nova;
