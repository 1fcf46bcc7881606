//! Owns what a piece of an answer may look like: every field optional, every unknown one passed over. Called by `answer`.
//! Never keeps what a server says about itself.

use serde::Deserialize;
use serde_json::Value;

/// A piece of a streamed answer, or a whole one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    /// What went wrong, in a stream that began well.
    #[serde(default)]
    pub error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Message>,
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    refusal: Option<String>,
}

/// A text, or parts of which some are texts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Default, Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
}

/// How an answer ended, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is whole.
    Whole,
    /// It reached its limit of tokens.
    CutOff,
    /// The model or its keeper would not answer.
    Refused,
}

impl Chunk {
    /// Gives the text of the first choice, and how it ended if it did.
    pub fn read(self) -> (String, Option<End>) {
        let Some(choice) = self.choices.into_iter().flatten().next() else {
            return (String::new(), None);
        };
        let message = choice.delta.or(choice.message).unwrap_or_default();
        let refused = message.refusal.is_some_and(|text| !text.is_empty());
        let end = choice.finish_reason.map(|reason| match reason.as_str() {
            "length" => End::CutOff,
            "content_filter" => End::Refused,
            // Some say `stop`, some `eos`, some anything else.
            _ => End::Whole,
        });
        let end = if refused { Some(End::Refused) } else { end };
        let text = match message.content {
            None => String::new(),
            Some(Content::Text(text)) => text,
            Some(Content::Parts(parts)) => parts.into_iter().filter_map(|part| part.text).collect(),
        };
        (text, end)
    }
}
