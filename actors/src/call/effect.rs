//! Owns what a decision asks for. Made by `decide`, carried out by `perform`. An effect with a question is kept by
//! the state until its answer comes, and asked for again, unchanged, when the call is restarted.

use crate::grammar::Context;
use crate::ports::booking::{Search, Wanted};
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
    /// Hold a place in the book, if it is free; answered by `SlotChecked`. It is let go when the call is over.
    HoldSlot {
        /// Number of the question.
        question: QuestionNo,
        /// The place.
        wanted: Wanted,
    },
    /// Ask the book which starts of a day are free; answered by `OpeningsFound`.
    FindOpenings {
        /// Number of the question.
        question: QuestionNo,
        /// The party, on that day.
        wanted: Wanted,
    },
    /// Search the book; answered by `BookingsFound`.
    FindBookings {
        /// Number of the question.
        question: QuestionNo,
        /// What is known of the booking.
        search: Search,
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
    /// Change a booking as the caller confirmed; answered by `BookingChanged`.
    ChangeBooking {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is changed at most once.
        key: BookingKey,
        /// Number of the booking.
        number: String,
        /// What was confirmed, whole.
        details: BookingDetails,
    },
    /// Cancel a booking as the caller confirmed; answered by `BookingCancelled`.
    CancelBooking {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is cancelled at most once.
        key: BookingKey,
        /// Number of the booking.
        number: String,
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
    /// Tells whether the book is to be changed by it: its answer is taken even when the call is over.
    pub fn commits(&self) -> bool {
        matches!(
            self,
            Self::Book { .. } | Self::ChangeBooking { .. } | Self::CancelBooking { .. }
        )
    }

    /// How long its answer may take before the state is woken, in milliseconds.
    pub fn deadline_ms(&self) -> i64 {
        match self {
            Self::Answer { .. } => 40_000,
            Self::Say { text, .. } => 15_000 + 150 * text.len() as i64,
            Self::StopSpeaking => 0,
            Self::Interpret { .. } => 1_500,
            Self::HoldSlot { .. }
            | Self::FindOpenings { .. }
            | Self::FindBookings { .. }
            | Self::Book { .. }
            | Self::ChangeBooking { .. }
            | Self::CancelBooking { .. } => 8_000,
            Self::Transfer { .. } => 15_000,
            Self::HangUp { .. } => 5_000,
        }
    }
}
