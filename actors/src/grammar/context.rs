//! The light in which an utterance is read: what was asked, what the business is like, what the booking has so far.
//!
//! Owns what the grammar is told beside the words. Built by the dialogue. Never changes while it is used.

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use super::reading::Slot;
use super::vocabulary::Vocabulary;

/// The light in which an utterance is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The local date and time at the business at which the utterance was said.
    pub reference: DateTime,
    /// What was just asked, if anything.
    pub asked: Option<Slot>,
    /// Whether a yes or no was just asked for (a read-back).
    pub confirming: bool,
    /// When the business's day begins: decides a.m. or p.m. where the caller leaves it open.
    pub opens: Time,
    /// When the business's day ends; at or before `opens` it means the next morning.
    pub closes: Time,
    /// Words of the business's own.
    #[serde(default)]
    pub vocabulary: Vocabulary,
    /// Whether days are written before months, as in Britain: 5/8 is in August.
    #[serde(default)]
    pub day_first: bool,
    /// Whether the words themselves are wanted, whatever they mean: a message, or the reason of a call.
    #[serde(default)]
    pub verbatim: bool,
    /// What the booking has so far: "the week after", "two more people" count from it.
    #[serde(default)]
    pub standing: Standing,
}

/// What a booking has so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The day.
    pub day: Option<Date>,
    /// The start.
    pub start: Option<Time>,
    /// Guests, adults and children together.
    pub guests: Option<u32>,
    /// How many of the guests are children.
    pub children: Option<u32>,
}

impl Context {
    /// Builds the context of an opening turn: nothing asked, and a day from 09:00 to 21:00.
    #[must_use]
    pub fn new(reference: DateTime) -> Self {
        Self {
            reference,
            asked: None,
            confirming: false,
            opens: Time::constant(9, 0, 0, 0),
            closes: Time::constant(21, 0, 0, 0),
            vocabulary: Vocabulary::default(),
            day_first: false,
            verbatim: false,
            standing: Standing::default(),
        }
    }

    /// Says what was just asked.
    #[must_use]
    pub fn asking(mut self, slot: Slot) -> Self {
        self.asked = Some(slot);
        self
    }

    /// Says that a read-back was just put to the caller.
    #[must_use]
    pub fn confirming(mut self) -> Self {
        self.confirming = true;
        self
    }

    /// Sets the business's day.
    #[must_use]
    pub fn open(mut self, opens: Time, closes: Time) -> Self {
        self.opens = opens;
        self.closes = closes;
        self
    }
}
