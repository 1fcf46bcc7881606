//! Owns what a conversation remembers of itself. Begun by `decide` after the greeting; read by whoever tells of a call. What
//! becomes of a turn is `policy`'s.

use super::doubt::Doubt;
use super::phrases::{Asked, Line};
use super::slots::Slots;
use super::stage::{Goal, Stage};
use crate::call::Outcome;
use crate::grammar::{Slot, Understanding};
use crate::ports::booking::{Search, Wanted};
use crate::types::{BookingDetails, CallSettings, PhoneNumber};

/// A turn of the caller: the words, and how they were read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub words: String,
    pub reading: Understanding,
}

/// A conversation with a caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    pub(super) settings: CallSettings,
    pub(super) caller: Option<PhoneNumber>,
    pub(super) slots: Slots,
    /// What the book was asked to hold for this call.
    pub(super) holding: Option<Wanted>,
    /// What the book holds for this call.
    pub(super) held: Option<Wanted>,
    pub(super) goal: Goal,
    pub(super) stage: Stage,
    /// What was asked, by its words.
    pub(super) asked: Asked,
    /// What was said before the open question.
    pub(super) told: Option<String>,
    pub(super) last_line: Line,
    /// The question in the last line, if one was put.
    pub(super) last_question: Option<Line>,
    /// Digits that were pressed and not taken yet.
    pub(super) keys: String,
    /// Silences since the caller last spoke.
    pub(super) silences: u32,
    pub(super) silences_in_all: u32,
    /// Whether the caller was asked, just before, whether anybody is still there.
    pub(super) was_silent: bool,
    /// Whether the caller has just begged for time.
    pub(super) begged_for_time: bool,
    /// Words in a row that led nowhere.
    pub(super) misses: u32,
    pub(super) turns: u32,
    /// Whether the caller has heard the last line.
    pub(super) line_heard: bool,
    /// What was read back and heard, so that a yes to the same counts also while it is read once more.
    pub(super) read_back_heard: Option<Box<BookingDetails>>,
    /// Why the caller calls, in the caller's words.
    pub(super) reason: Option<String>,
    /// What a person is for who should take the call, as the profile names it.
    pub(super) topic: Option<String>,
    /// What the caller wants passed on.
    pub(super) message: Option<String>,
    /// Whether a person was called and did not come.
    pub(super) person_tried: bool,
    /// Whether the book was asked who has called from this number before.
    pub(super) recalled: bool,
    /// By what a booking is looked for.
    pub(super) sought: Search,
    /// Times that bookings were looked for.
    pub(super) searches: u32,
    /// What was said of a booking before it was found.
    pub(super) said_before: Option<Box<Said>>,
    /// What the book was asked to commit and gave no answer to.
    pub(super) unanswered: Option<BookingDetails>,
    /// Whether the book could not be reached.
    pub(super) book_is_down: bool,
    /// Whether the caller wants another booking after this one.
    pub(super) another_wanted: bool,
    /// Bookings that were made.
    pub(super) made: u32,
    /// What was doubtful about the day that is asked for.
    pub(super) doubt: Option<Doubt>,
    /// Whether the caller's last words were a question about the party or about us.
    pub(super) asks: bool,
    /// The one of time and guests that the caller changed in the last turn.
    pub(super) corrected: Option<Slot>,
    /// Whether the place that was told is not served.
    pub(super) too_far: bool,
    /// Whether the price was asked for and has not been told yet.
    pub(super) price_wanted: bool,
    /// Whether the caller was rude before.
    pub(super) was_rude: bool,
    /// Times that the caller advertised something.
    pub(super) pitches: u32,
    /// Whether the caller speaks Spanish.
    pub(super) in_spanish: bool,
}

impl Dialogue {
    /// Begins after the greeting. The caller's number, if known, is the one to call back.
    pub fn new(settings: &CallSettings, caller: Option<PhoneNumber>) -> Self {
        let greeting = Line::fixed(&settings.greeting);
        let mut asked = Asked::default();
        asked.again(&greeting);
        Self {
            slots: Slots {
                phone: caller.clone(),
                ..Slots::default()
            },
            last_line: greeting,
            last_question: None,
            settings: settings.clone(),
            caller,
            holding: None,
            line_heard: false,
            read_back_heard: None,
            held: None,
            goal: Goal::Book,
            stage: Stage::Greeted,
            asked,
            told: None,
            keys: String::new(),
            silences: 0,
            silences_in_all: 0,
            was_silent: false,
            begged_for_time: false,
            misses: 0,
            turns: 0,
            reason: None,
            topic: None,
            message: None,
            person_tried: false,
            recalled: false,
            sought: Search::default(),
            searches: 0,
            said_before: None,
            unanswered: None,
            book_is_down: false,
            another_wanted: false,
            made: 0,
            doubt: None,
            asks: false,
            corrected: None,
            too_far: false,
            price_wanted: false,
            was_rude: false,
            pitches: 0,
            in_spanish: false,
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

    /// Gives how the call ends if it ends now.
    pub fn outcome_so_far(&self) -> Outcome {
        match (&self.message, self.person_tried, self.turns) {
            (Some(_), ..) => Outcome::MessageTaken,
            (None, _, _) if self.made > 0 => Outcome::Booked,
            (None, true, _) => Outcome::PersonWanted,
            (None, false, 0) => Outcome::Silent,
            (None, false, _) => Outcome::NoBooking,
        }
    }
}
