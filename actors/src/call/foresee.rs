//! Owns the look ahead: what would be said if the caller's turn ended with the words heard so far. Called by the `Call`
//! actor when the recogniser thinks that it may. Works on a copy of the state with answers that are imagined: never
//! writes, never performs, never imagines that the book changed.

use super::{CallState, Effect, Event, Recorded, decide};
use crate::dialogue::phrases::Line;
use crate::grammar::understand;
use crate::ports::hearing::Utterance;
use jiff::Timestamp;
use std::collections::VecDeque;

/// Effects that are looked at for one turn: it is read, the book agrees once or twice, something is said.
const EFFECTS_MAX: usize = 8;

/// Tells what the first words of the reply would be; none where that depends on what nobody knows yet.
pub(super) fn foresee(state: &CallState, text: &str, at: Timestamp) -> Option<Line> {
    let mut ahead = state.clone();
    let utterance = Utterance {
        text: text.to_owned(),
        nbest: Vec::new(),
        confidence: 1.0,
        speech_end_ms: 0,
    };
    let said = Event::CallerSaid {
        utterance,
        recognised_ms: 0,
    };
    let mut effects = VecDeque::from(imagine(&mut ahead, said, at));
    for _ in 0..EFFECTS_MAX {
        let effect = effects.pop_front()?;
        if let Effect::Say { text, fixed, .. } = effect {
            return Some(Line { text, fixed });
        }
        if let Some(answer) = likely_answer(effect) {
            effects.extend(imagine(&mut ahead, answer, at));
        }
    }
    None
}

/// Decides on an event that has not happened.
fn imagine(ahead: &mut CallState, event: Event, at: Timestamp) -> Vec<Effect> {
    let entry = Recorded {
        call: ahead.call.clone(),
        seq: 0,
        at,
        event,
    };
    decide(ahead, &entry)
}

/// Gives the answer that a question usually has, where it only looks: words mean what the grammar reads in them, a place
/// is free, a caller has not called before.
fn likely_answer(effect: Effect) -> Option<Event> {
    match effect {
        Effect::Interpret {
            question,
            text,
            nbest,
            context,
        } => Some(Event::Understood {
            question,
            reading: Box::new(understand(&text, &nbest, &context)),
        }),
        Effect::HoldSlot { question, .. } => Some(Event::SlotChecked {
            question,
            result: Ok(()),
        }),
        Effect::FindBookings { question, search } if search.past => Some(Event::BookingsFound {
            question,
            result: Ok(Vec::new()),
        }),
        _ => None,
    }
}
