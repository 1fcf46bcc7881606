//! Owns the walk through a call's journal with today's `decide`, as the `Call` actor itself would take it after a restart:
//! effects are noted and not performed, poisoned entries are passed over. Called by the timeline and by the replay.

use maitred_actors::call::{CallState, Effect, Event, Recorded, Timer, decide};
use maitred_actors::types::QuestionNo;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What one entry led to.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    /// Whether the call is in another phase than before.
    pub moved: bool,
    /// What is asked for, in order.
    pub effects: Vec<Effect>,
    /// The entry crashed the call twice and was passed over.
    pub set_aside: bool,
    /// Today's decision panics at it; what it says.
    pub panicked: Option<String>,
}

/// A walk through the journal of one call.
pub(super) struct Walk {
    poisoned: BTreeSet<u64>,
    state: Option<CallState>,
}

impl Walk {
    /// Makes ready to walk through these entries.
    pub fn through(entries: &[Recorded]) -> Self {
        let poisoned = entries.iter().filter_map(|entry| match entry.event {
            Event::Poisoned { seq } => Some(seq),
            _ => None,
        });
        Self {
            poisoned: poisoned.collect(),
            state: None,
        }
    }

    /// Gives the state after the entries so far; none before an admission.
    pub fn state(&self) -> Option<&CallState> {
        self.state.as_ref()
    }

    /// Takes the next entry.
    pub fn step(&mut self, entry: &Recorded) -> Step {
        if self.poisoned.contains(&entry.seq) {
            return Step {
                set_aside: true,
                ..Step::default()
            };
        }
        let Some(before) = self.state.clone() else {
            self.state = CallState::begin(entry);
            return Step {
                moved: self.state.is_some(),
                ..Step::default()
            };
        };
        let from = before.phase.name();
        let mut state = before;
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let effects = decide(&mut state, entry);
            (state, effects)
        }));
        match decided {
            Ok((state, effects)) => {
                let moved = from != state.phase.name();
                self.state = Some(state);
                Step {
                    moved,
                    effects,
                    ..Step::default()
                }
            }
            Err(panic) => Step {
                panicked: Some(words_of(panic.as_ref())),
                ..Step::default()
            },
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no words".to_owned())
}

/// Gives the question that an event answers, and the kinds of effect that it can be the answer to; no kinds: any.
pub(super) fn answered(event: &Event) -> Option<(QuestionNo, &'static [&'static str])> {
    Some(match event {
        Event::Answered { question, .. } | Event::AnswerFailed { question, .. } => {
            (*question, &["answer", "reattach"])
        }
        Event::PromptStarted { question }
        | Event::PromptPlayed { question }
        | Event::PromptPaused { question, .. }
        | Event::PromptStopped { question, .. }
        | Event::PromptFailed { question, .. } => (*question, &["say"]),
        Event::Understood { question, .. } => (*question, &["interpret"]),
        Event::RecordingStarted { question, .. } => (*question, &["start_recording"]),
        Event::RecordingDiscarded { question, .. } => (*question, &["discard_recording"]),
        Event::SlotChecked { question, .. } => (*question, &["hold_slot"]),
        Event::OpeningsFound { question, .. } => (*question, &["find_openings"]),
        Event::BookingsFound { question, .. } => (*question, &["find_bookings"]),
        Event::BookingAnswered { question, .. } => (*question, &["book"]),
        Event::BookingChanged { question, .. } => (*question, &["change_booking"]),
        Event::BookingCancelled { question, .. } => (*question, &["cancel_booking"]),
        Event::TransferAnswered { question, .. } => (*question, &["transfer", "consult"]),
        Event::SessionRead { question, .. } => (*question, &["read_session"]),
        Event::CommandAnswered { question, .. } => (*question, &["command"]),
        Event::HungUp { question } => (*question, &["hang_up"]),
        Event::TimeCame {
            timer: Timer::Deadline(question),
        } => (*question, &[]),
        _ => return None,
    })
}
