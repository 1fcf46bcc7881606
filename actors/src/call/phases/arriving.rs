//! Owns the time before the answer. Called by `decide` in phases arriving and answering.

use crate::call::decide::{ask_again, over, say_line};
use crate::call::state::{CallState, Outcome, Phase};
use crate::call::talk::Talk;
use crate::call::{Effect, Event, Timer};
use crate::dialogue::{Dialogue, phrases};
use crate::types::AiMode;
use jiff::Timestamp;

/// Tells what an event means for a call that has not been answered.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    match event {
        Event::Rang { .. } => rang(state, at),
        Event::SessionChanged { .. } => session_changed(state, at),
        Event::Answered { question, .. } => {
            if state.questions.close(*question).is_none() {
                return Vec::new();
            }
            greet(state, at)
        }
        Event::AnswerFailed { question, .. } => {
            if state.questions.close(*question).is_none() {
                return Vec::new();
            }
            over(state, Outcome::Failed, at)
        }
        Event::CallerCancelled | Event::CallerHungUp { .. } => {
            let outcome = if answers(state) {
                Outcome::Cancelled
            } else {
                Outcome::NotAnswered
            };
            over(state, outcome, at)
        }
        Event::TimeCame {
            timer: Timer::Deadline(question),
        } => {
            state.questions.close(*question);
            over(state, Outcome::Failed, at)
        }
        Event::TimeCame {
            timer: Timer::CallTooLong,
        } => over(state, Outcome::NotAnswered, at),
        Event::Resumed { .. } => ask_again(state),
        Event::ProcessRestarted => over(state, Outcome::Interrupted, at),
        Event::Poisoned { .. } | Event::Abandoned { .. } => over(state, Outcome::Failed, at),
        Event::Admitted { .. }
        | Event::HoldChanged { .. }
        | Event::PromptStarted { .. }
        | Event::PromptPlayed { .. }
        | Event::PromptStopped { .. }
        | Event::PromptFailed { .. }
        | Event::SpeechStarted
        | Event::CallerSaid { .. }
        | Event::KeyPressed { .. }
        | Event::Understood { .. }
        | Event::SlotChecked { .. }
        | Event::OpeningsFound { .. }
        | Event::BookingsFound { .. }
        | Event::BookingChanged { .. }
        | Event::BookingCancelled { .. }
        | Event::BookingAnswered { .. }
        | Event::TransferAnswered { .. }
        | Event::HungUp { .. }
        | Event::TimeCame { .. }
        | Event::EarsFailed { .. }
        | Event::MouthRestarted
        | Event::ServerClosing => Vec::new(),
    }
}

fn answers(state: &CallState) -> bool {
    state.settings.answers && state.settings.mode != AiMode::HumanOnly
}

fn rang(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if !answers(state) || state.phase != Phase::Arriving {
        return Vec::new();
    }
    state.phase = Phase::Answering;
    vec![
        state
            .questions
            .ask(at, |question| Effect::Answer { question }),
    ]
}

/// Ends a call that is only known from RingCentral when all its parties are over. Where it rings on our own line,
/// the line has the last word.
fn session_changed(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let all_over = state.line.parties.values().all(|party| party.ended);
    if state.line.offer.is_some() || !all_over {
        return Vec::new();
    }
    over(state, Outcome::NotAnswered, at)
}

fn greet(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let line = phrases::Line::fixed(&state.settings.greeting);
    let dialogue = Dialogue::new(&state.settings, state.line.from.clone());
    state.phase = Phase::Talking(Box::new(Talk::new(dialogue)));
    vec![say_line(state, line, at)]
}
