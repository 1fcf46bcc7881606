//! Owns what a conversation remembers of itself. Begun by `decide` after the greeting; read by whoever tells of a call. What
//! becomes of a turn is `policy`'s.

use super::phrases::Line;
use super::slots::Slots;
use super::stage::{Goal, Stage};
use crate::ports::booking::Wanted;
use crate::types::{CallSettings, PhoneNumber};
use std::collections::BTreeMap;

/// A conversation with a caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    pub(super) settings: CallSettings,
    pub(super) caller: Option<PhoneNumber>,
    pub(super) slots: Slots,
    /// What the book holds for this call.
    pub(super) held: Option<Wanted>,
    pub(super) goal: Goal,
    pub(super) stage: Stage,
    pub(super) asked: BTreeMap<&'static str, u32>,
    /// Digits that were pressed and not taken yet.
    pub(super) keys: String,
    pub(super) silences: u32,
    pub(super) misses: u32,
    pub(super) turns: u32,
    pub(super) last_line: Line,
    /// Whether the caller has heard it.
    pub(super) line_heard: bool,
    /// Why the caller calls, in the caller's words.
    pub(super) reason: Option<String>,
    /// What the caller wants passed on.
    pub(super) message: Option<String>,
    /// Whether a person was called and did not come.
    pub(super) person_tried: bool,
    /// Whether the book was asked who has called from this number before.
    pub(super) recalled: bool,
    /// Times that bookings were looked for.
    pub(super) searches: u32,
    /// Whether the price was asked for and has not been told yet.
    pub(super) price_wanted: bool,
    /// Whether the caller was rude before.
    pub(super) was_rude: bool,
}

impl Dialogue {
    /// Begins after the greeting. The caller's number, if known, is the one to call back.
    pub fn new(settings: &CallSettings, caller: Option<PhoneNumber>) -> Self {
        Self {
            slots: Slots {
                phone: caller.clone(),
                ..Slots::default()
            },
            last_line: Line::fixed(&settings.greeting),
            settings: settings.clone(),
            caller,
            line_heard: false,
            held: None,
            goal: Goal::Book,
            stage: Stage::Greeted,
            asked: BTreeMap::new(),
            keys: String::new(),
            silences: 0,
            misses: 0,
            turns: 0,
            reason: None,
            message: None,
            person_tried: false,
            recalled: false,
            searches: 0,
            price_wanted: false,
            was_rude: false,
        }
    }

    /// Gives what is agreed so far.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Gives how often in a row the caller was not understood.
    pub fn misses(&self) -> u32 {
        self.misses
    }

    /// Gives the number of turns that the caller took.
    pub fn turns(&self) -> u32 {
        self.turns
    }
}
