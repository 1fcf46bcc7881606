//! Owns what is going on in the conversation: whose words are on the way to whom. Called by `decide` in phase
//! talking. What to say is `dialogue`'s.

use crate::dialogue::Dialogue;
use crate::types::QuestionNo;

/// What the book was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookQuestion {
    /// Number of the question.
    pub question: QuestionNo,
    /// Whether it commits a booking, or only looks.
    pub commits: bool,
}

/// The conversation of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Talk {
    /// What was agreed so far, and what to say next.
    pub dialogue: Dialogue,
    /// The caller is speaking, or just was.
    pub hearing: bool,
    /// What the caller said and has had no reply to.
    pub pending: Option<String>,
    /// Question under which it is being read.
    pub reading: Option<QuestionNo>,
    /// What the book was asked and has not answered.
    pub booking: Option<BookQuestion>,
    /// Our prompts are to fall silent, and have not yet.
    pub stopping: bool,
    /// The last prompt was cut short, and nothing was understood since.
    pub cut_short: bool,
}

impl Talk {
    /// Begins a conversation.
    pub fn new(dialogue: Dialogue) -> Self {
        Self {
            dialogue,
            hearing: false,
            pending: None,
            reading: None,
            booking: None,
            stopping: false,
            cut_short: false,
        }
    }
}
