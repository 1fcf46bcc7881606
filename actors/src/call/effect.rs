//! Owns what a decision asks for. Made by `decide`, carried out by `perform`. An effect with a question is kept by
//! the state until its answer comes, and asked for again, unchanged, when the call is restarted.

use crate::grammar::Context;
use crate::types::{BookingDetails, BookingKey, PhoneNumber, QuestionNo};

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answer the ringing call.
    Answer {
        /// Number of the question.
        question: QuestionNo,
    },
    /// Speak to the caller, after what is being spoken already.
    Say {
        /// Number of the question.
        question: QuestionNo,
        /// The words.
        text: String,
        /// Whether the words are the same in every call, so that their sound may be kept.
        fixed: bool,
    },
    /// Fall silent, and drop what was still to be said.
    StopSpeaking,
    /// Read what the caller said.
    Interpret {
        /// Number of the question.
        question: QuestionNo,
        /// Best transcript.
        text: String,
        /// Other transcripts, best first.
        nbest: Vec<String>,
        /// What was asked, and when.
        context: Box<Context>,
    },
    /// Ask the book whether a start is free.
    CheckSlot {
        /// Number of the question.
        question: QuestionNo,
        /// Start of the party, local time of the business.
        starts: jiff::civil::DateTime,
    },
    /// Make the booking that the caller confirmed.
    Book {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is made at most once.
        key: BookingKey,
        /// What was confirmed.
        details: BookingDetails,
    },
    /// Send the caller to another number.
    Transfer {
        /// Number of the question.
        question: QuestionNo,
        /// The number.
        to: PhoneNumber,
    },
    /// End the call.
    HangUp {
        /// Number of the question.
        question: QuestionNo,
    },
}

impl Effect {
    /// How long its answer may take before the state is woken, in milliseconds.
    pub fn deadline_ms(&self) -> i64 {
        match self {
            Self::Answer { .. } => 40_000,
            Self::Say { text, .. } => 15_000 + 150 * text.len() as i64,
            Self::StopSpeaking => 0,
            Self::Interpret { .. } => 1_500,
            Self::CheckSlot { .. } | Self::Book { .. } => 8_000,
            Self::Transfer { .. } => 15_000,
            Self::HangUp { .. } => 5_000,
        }
    }
}
