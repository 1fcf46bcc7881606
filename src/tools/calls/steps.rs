//! Owns how long the steps of each turn took: recognition, understanding, the book, the sound of the reply. Called by the
//! timeline with everything that was asked and answered. Never reads a clock; times are those of the journal.

use super::retrace::answered;
use jiff::Timestamp;
use maitred_actors::call::{Effect, Event};
use maitred_actors::types::QuestionNo;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How long the steps of one turn of the caller took, in milliseconds. A step that did not take place is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TurnSteps {
    /// Number of the entry with the caller's words.
    pub seq: u64,
    /// From the end of the speech to the words.
    pub recognised_ms: f64,
    /// From the words to their meaning.
    pub understood_ms: Option<f64>,
    /// All questions to the book together.
    pub book_ms: Option<f64>,
    /// From the decision to say the first reply to its first sound.
    pub sound_ms: Option<f64>,
    /// From the end of the speech to the first sound of a reply: what the caller waited.
    pub waited_ms: Option<f64>,
}

impl TurnSteps {
    /// Names the columns of a line.
    pub const HEAD: &'static str =
        "turn at entry  recognised  understood        book       sound      waited (ms)";
}

impl fmt::Display for TurnSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
        };
        write!(
            f,
            "{:>13}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}",
            self.seq,
            ms(Some(self.recognised_ms)),
            ms(self.understood_ms),
            ms(self.book_ms),
            ms(self.sound_ms),
            ms(self.waited_ms),
        )
    }
}

/// What was asked and answered so far.
#[derive(Default)]
pub(super) struct Steps {
    asked: BTreeMap<QuestionNo, (&'static str, Timestamp)>,
    turns: Vec<(Timestamp, TurnSteps)>,
    seq: u64,
}

impl Steps {
    /// Notes a question; one that is asked again keeps the time of its first asking.
    pub fn ask(&mut self, effect: &Effect, at: Timestamp) {
        if let Some(question) = effect.question() {
            self.asked.entry(question).or_insert((effect.kind(), at));
        }
    }

    /// Notes the next entry: the caller's words begin a turn.
    pub fn heard(&mut self, event: &Event, at: Timestamp) {
        self.seq += 1;
        let Event::CallerSaid {
            utterance,
            recognised_ms,
        } = event
        else {
            return;
        };
        if !utterance.text.trim().is_empty() {
            let turn = TurnSteps {
                seq: self.seq,
                recognised_ms: *recognised_ms as f64,
                ..TurnSteps::default()
            };
            self.turns.push((at, turn));
        }
    }

    /// Notes an answer, before the entry itself; tells what it answers and after how long.
    pub fn answer(
        &mut self,
        question: QuestionNo,
        event: &Event,
        at: Timestamp,
    ) -> super::timeline::Answered {
        let asked = self.asked.get(&question).copied();
        let took_ms = asked.map(|(_, asked_at)| ms_between(asked_at, at));
        if let (Some((_, asked_at)), Some(took)) = (asked, took_ms) {
            self.note(event, asked_at, took, at);
        }
        super::timeline::Answered {
            question,
            asked: asked.map(|(kind, _)| kind),
            took_ms,
        }
    }

    fn note(&mut self, event: &Event, asked_at: Timestamp, took: f64, at: Timestamp) {
        let Some((said_at, turn)) = self.turns.last_mut() else {
            return;
        };
        if asked_at < *said_at {
            return;
        }
        let of_the_book = answered(event).is_some_and(|(_, kinds)| {
            let book = [
                "hold_slot",
                "book",
                "find_openings",
                "find_bookings",
                "change_booking",
                "cancel_booking",
            ];
            kinds.iter().any(|kind| book.contains(kind))
        });
        match event {
            Event::Understood { .. } => turn.understood_ms = Some(took),
            Event::PromptStarted { .. } if turn.waited_ms.is_none() => {
                turn.sound_ms = Some(took);
                turn.waited_ms = Some(turn.recognised_ms + ms_between(*said_at, at));
            }
            _ if of_the_book => turn.book_ms = Some(turn.book_ms.unwrap_or(0.0) + took),
            _ => {}
        }
    }

    /// Gives the turns, in order.
    pub fn turns(self) -> Vec<TurnSteps> {
        self.turns.into_iter().map(|(_, turn)| turn).collect()
    }
}

/// Milliseconds from one moment to another, with microseconds.
pub(super) fn ms_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_microsecond() - from.as_microsecond()) as f64 / 1000.0
}
