//! Owns what is going on in the conversation: whose words are on the way to whom. Called by `decide` in phase
//! talking. What to say is `dialogue`'s.

use crate::dialogue::Dialogue;
use crate::ports::hearing::Patience;
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
    /// Our voice is held back while the caller makes a sound; the last prompt that was asked for before.
    pub paused: Option<QuestionNo>,
    /// The last prompt that was told to stop, with all before it.
    pub stopped_to: Option<QuestionNo>,
    /// A prompt was cut short that was not told to stop, and nothing was understood since.
    pub cut_short: bool,
    /// How long the ears were told to wait for the end of a turn.
    pub patience: Patience,
    /// Question under which the dialogue's last line is said.
    pub line: Option<QuestionNo>,
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
            paused: None,
            stopped_to: None,
            cut_short: false,
            patience: Patience::Usual,
            line: None,
        }
    }
}
