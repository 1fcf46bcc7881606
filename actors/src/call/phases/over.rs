//! Owns what still comes after the end: late reports of the session, the answers to what was asked before. Called by
//! `decide` in phase over.

use super::{arriving, watching};
use crate::call::decide::{LINGER_MS, ask_again};
use crate::call::state::{CallState, Outcome, Phase};
use crate::call::{Effect, Event, Timer};
use crate::types::QuestionNo;
use jiff::Timestamp;

/// Tells what an event means for a call that is over.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    match event {
        Event::SessionChanged { .. } => told_late(state, at),
        Event::TimeCame {
            timer: Timer::Linger,
        } if state.settings.carrier && state.line.session.end_is_missing() => {
            watching::read_session(state, at)
        }
        Event::SessionRead { question, .. } => {
            state.questions.close(*question);
            Vec::new()
        }
        Event::ServerClosing => {
            state.questions.let_sleep(Timer::Linger);
            Vec::new()
        }
        Event::BookingAnswered { question, result } => {
            settled(state, *question, result.is_ok(), Outcome::Booked)
        }
        Event::BookingChanged { question, result } => {
            settled(state, *question, result.is_ok(), Outcome::BookingChanged)
        }
        Event::BookingCancelled { question, result } => {
            settled(state, *question, result.is_ok(), Outcome::BookingCancelled)
        }
        Event::TransferAnswered { question, result } => {
            // The other side may hang up as soon as it has let the caller go, before it has told us so.
            let asked = state.questions.close(*question);
            if let (Some(Effect::Transfer { to, .. } | Effect::Consult { to, .. }), Ok(())) =
                (asked, result)
            {
                state.handed_over_to = Some(to);
                if !state.failed {
                    state.phase = Phase::Over(Outcome::HandedOver);
                }
            }
            Vec::new()
        }
        Event::TimeCame {
            timer: Timer::Deadline(question),
        } => {
            state.questions.close(*question);
            Vec::new()
        }
        Event::Resumed { .. } | Event::ProcessRestarted => ask_again(state),
        Event::Admitted { .. }
        | Event::Rang { .. }
        | Event::CommandAsked { .. }
        | Event::CommandAnswered { .. }
        | Event::VoiceDown
        | Event::Answered { .. }
        | Event::AnswerFailed { .. }
        | Event::CallerCancelled { .. }
        | Event::CallerHungUp { .. }
        | Event::HoldChanged { .. }
        | Event::RecordingStarted { .. }
        | Event::RecordingDiscarded { .. }
        | Event::PromptStarted { .. }
        | Event::PromptPlayed { .. }
        | Event::PromptPaused { .. }
        | Event::PromptStopped { .. }
        | Event::PromptFailed { .. }
        | Event::SpeechStarted
        | Event::CallerSaid { .. }
        | Event::KeyPressed { .. }
        | Event::Understood { .. }
        | Event::SlotChecked { .. }
        | Event::OpeningsFound { .. }
        | Event::BookingsFound { .. }
        | Event::HungUp { .. }
        | Event::TimeCame { .. }
        | Event::EarsFailed { .. }
        | Event::MouthRestarted
        | Event::Poisoned { .. }
        | Event::Abandoned { .. } => Vec::new(),
    }
}

/// Waits a little longer for what else is on its way; takes the call up again if it was never ours and goes on.
fn told_late(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let was_ours = state.answered_at.is_some();
    if !was_ours && state.line.session.ending().is_none() {
        return arriving::revive(state, at);
    }
    if state.questions.timers().contains_key(&Timer::Linger) {
        state.questions.wake(Timer::Linger, at, LINGER_MS);
    }
    Vec::new()
}

/// Takes the book's answer to what was confirmed before the caller hung up.
fn settled(
    state: &mut CallState,
    question: QuestionNo,
    done: bool,
    outcome: Outcome,
) -> Vec<Effect> {
    let waited = state.questions.close(question).is_some();
    if waited && done && !state.failed {
        state.phase = Phase::Over(outcome);
    }
    Vec::new()
}
