//! Owns a call that a person answered: no sound of it is ours, and what becomes of it is read off RingCentral's reports.
//! Called by `decide` in phase watching. A report that never came is made up for by reading the session now and then.

use super::arriving;
use crate::call::decide::{ask_again, over};
use crate::call::state::{CallState, Outcome, Phase};
use crate::call::{Effect, Event, Timer};
use jiff::Timestamp;

/// How often the session is read while a person talks, in milliseconds.
const RECHECK_MS: i64 = 20_000;
/// Longest call that is followed without RingCentral's saying that it is over: 6 hours.
const WATCHED_MS_MAX: i64 = 6 * 60 * 60 * 1000;

/// Begins to follow a call that is not ours to talk with.
pub(super) fn begin(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.phase = Phase::Watching;
    state.questions.let_sleep(Timer::Summon);
    state.questions.wake(Timer::CallTooLong, at, WATCHED_MS_MAX);
    recheck_later(state, RECHECK_MS, at);
    Vec::new()
}

/// Sets the moment at which the session is read, where it can be.
pub(super) fn recheck_later(state: &mut CallState, after_ms: i64, at: Timestamp) {
    if state.settings.carrier && state.line.session.id().is_some() {
        state.questions.wake(Timer::Recheck, at, after_ms);
    }
}

/// Reads the session, unless it is being read.
pub(in crate::call) fn read_session(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let reading = state
        .questions
        .open()
        .any(|(_, effect)| matches!(effect, Effect::ReadSession { .. }));
    let Some(session) = state.line.session.id().filter(|_| !reading).cloned() else {
        return Vec::new();
    };
    let effect = state
        .questions
        .ask(at, |question| Effect::ReadSession { question, session });
    vec![effect]
}

/// Tells what an event means for a call that is watched.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    match event {
        Event::Rang { .. } => {
            state.phase = Phase::Arriving;
            arriving::rang(state, at)
        }
        Event::SessionChanged { .. } => moved(state, at),
        Event::SessionRead { question, .. } => {
            state.questions.close(*question);
            recheck_later(state, RECHECK_MS, at);
            moved(state, at)
        }
        Event::TimeCame {
            timer: Timer::Recheck,
        } => read_session(state, at),
        Event::TimeCame {
            timer: Timer::Deadline(question),
        } => {
            state.questions.close(*question);
            recheck_later(state, RECHECK_MS, at);
            Vec::new()
        }
        Event::TimeCame {
            timer: Timer::CallTooLong,
        } => over(state, Outcome::NotAnswered, at),
        Event::Resumed { .. } => ask_again(state),
        Event::ProcessRestarted => {
            let mut effects = ask_again(state);
            effects.extend(read_session(state, at));
            effects
        }
        Event::Abandoned { .. } => over(state, Outcome::Failed, at),
        Event::Admitted { .. }
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
        | Event::BookingChanged { .. }
        | Event::BookingCancelled { .. }
        | Event::BookingAnswered { .. }
        | Event::TransferAnswered { .. }
        | Event::HungUp { .. }
        | Event::TimeCame { .. }
        | Event::EarsFailed { .. }
        | Event::MouthRestarted
        | Event::Poisoned { .. }
        | Event::ServerClosing => Vec::new(),
    }
}

fn moved(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.line.session.ending().is_some() {
        return over(state, Outcome::NotAnswered, at);
    }
    Vec::new()
}
