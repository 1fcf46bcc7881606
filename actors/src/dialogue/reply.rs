//! Owns what the dialogue answers: a line to say, and what to do then. Made by the goals' files; carried out by `decide` in
//! phase talking. Never decides anything.

use super::phrases::Line;
use crate::call::Outcome;
use crate::ports::booking::{Search, Wanted};
use crate::types::BookingDetails;

/// What to do once the line has been handed to the voice.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Wait for the caller.
    Listen,
    /// Ask the book.
    Ask(Box<Ask>),
    /// Hand the caller to a person; the outcome to note if there is none.
    HandOver(Outcome),
    /// Say a last line and end the call.
    Leave(Line, Outcome),
}

/// What the book is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Have the book hold a place for the caller.
    Hold(Wanted),
    /// Ask the book which starts of a day are free.
    Openings(Wanted),
    /// Look for bookings.
    Find(Search),
    /// Make the booking.
    Book(BookingDetails),
    /// Change a booking.
    Change {
        /// Its number.
        number: String,
        /// What was confirmed, whole.
        details: BookingDetails,
    },
    /// Cancel a booking.
    Cancel {
        /// Its number.
        number: String,
    },
}

/// What the dialogue answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What to say now.
    pub say: Option<Line>,
    /// What to do then.
    pub next: Next,
}

impl Ask {
    /// Tells whether the answer settles the call, so that it is waited for.
    pub(super) fn commits(&self) -> bool {
        match self {
            Self::Book(_) | Self::Change { .. } | Self::Cancel { .. } => true,
            Self::Hold(_) | Self::Openings(_) | Self::Find(_) => false,
        }
    }
}

impl Reply {
    pub(super) fn say(line: Line) -> Self {
        Self {
            say: Some(line),
            next: Next::Listen,
        }
    }

    /// Says something before it.
    pub(super) fn beginning(self, first: &str) -> Self {
        let say = match self.say {
            Some(line) => line.after(first),
            None => Line::own(first),
        };
        Self {
            say: Some(say),
            ..self
        }
    }

    pub(super) fn ask(ask: Ask) -> Self {
        Self::then(Next::Ask(Box::new(ask)))
    }

    pub(super) fn then(next: Next) -> Self {
        Self { say: None, next }
    }
}
