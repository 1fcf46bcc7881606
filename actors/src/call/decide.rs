//! Owns the decision: what an event means for a call. Called by the `Call` actor for each entry of the journal, in
//! order; and by nobody else. Never awaits, never reads a clock, never logs: the same journal gives the same state.

use super::phases::{self, arriving, ending, talking};
use super::state::{CallState, Outcome, Phase, Then};
use super::{Effect, Event, Recorded, Timer};
use crate::dialogue::phrases;
use crate::types::PhoneNumber;
use jiff::Timestamp;

/// Longest call, in milliseconds: 30 minutes.
pub const CALL_MS_MAX: i64 = 30 * 60 * 1000;
/// How long an ended call waits for RingCentral's last word on its session, in milliseconds.
const LINGER_MS: i64 = 10_000;

/// Folds one entry into the state and tells what is to be done.
pub fn decide(state: &mut CallState, entry: &Recorded) -> Vec<Effect> {
    let at = entry.at;
    if let Event::TimeCame { timer } = &entry.event
        && !state.questions.take_timer(*timer, at)
    {
        return Vec::new();
    }
    phases::note_facts(state, &entry.event, at);
    match &state.phase {
        Phase::Arriving | Phase::Answering => arriving::on(state, &entry.event, at),
        Phase::Talking(_) => talking::on(state, &entry.event, at),
        Phase::Leaving(_) | Phase::HandingOver { .. } | Phase::HangingUp(_) => {
            ending::on(state, &entry.event, at)
        }
        Phase::Over(_) => after_the_end(state, &entry.event),
    }
}

/// Repeats everything asked for and not yet answered, after a restart of the call.
pub(super) fn ask_again(state: &CallState) -> Vec<Effect> {
    let stopping = matches!(&state.phase, Phase::Talking(talk) if talk.stopping);
    let mut effects: Vec<Effect> = state
        .questions
        .open()
        .map(|(_, effect)| effect.clone())
        .filter(|effect| !(stopping && matches!(effect, Effect::Say { .. })))
        .collect();
    if stopping {
        effects.push(Effect::StopSpeaking);
    }
    effects
}

/// Says a sentence that is the same in every call.
pub(super) fn say(state: &mut CallState, text: &str, at: Timestamp) -> Effect {
    say_line(state, phrases::Line::fixed(text), at)
}

/// Says a line.
pub(super) fn say_line(state: &mut CallState, line: phrases::Line, at: Timestamp) -> Effect {
    let phrases::Line { text, fixed } = line;
    state.questions.ask(at, |question| Effect::Say {
        question,
        text,
        fixed,
    })
}

/// Says the last words and ends the call after them.
pub(super) fn leave(
    state: &mut CallState,
    line: phrases::Line,
    then: Then,
    at: Timestamp,
) -> Vec<Effect> {
    state.questions.let_sleep(Timer::CallerSilent);
    state.questions.let_sleep(Timer::NoWords);
    state.questions.let_sleep(Timer::StillWorking);
    state.phase = Phase::Leaving(then);
    vec![say_line(state, line, at)]
}

/// Hands the caller to a person, or says honestly that there is none.
pub(super) fn hand_over(state: &mut CallState, outcome: Outcome, at: Timestamp) -> Vec<Effect> {
    match state.settings.fallback.clone() {
        Some(to) => leave(
            state,
            phrases::Line::fixed(phrases::PUTTING_THROUGH),
            Then::Transfer(to),
            at,
        ),
        None => leave(
            state,
            phrases::nobody_there(outcome),
            Then::HangUp(outcome),
            at,
        ),
    }
}

/// Gives up on the conversation: hands the caller over without another word if there is anybody, else apologises.
pub(super) fn give_up(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.failed = true;
    if !state.has_audio() {
        return over(state, Outcome::Failed, at);
    }
    state.questions.drop_where(|effect| !effect.commits());
    match state.settings.fallback.clone() {
        Some(to) => transfer(state, to, at),
        None => leave(
            state,
            phrases::Line::fixed(phrases::SOMETHING_WRONG),
            Then::HangUp(Outcome::Failed),
            at,
        ),
    }
}

/// Sends the caller to another number.
pub(super) fn transfer(state: &mut CallState, to: PhoneNumber, at: Timestamp) -> Vec<Effect> {
    state.phase = Phase::HandingOver { to: to.clone() };
    vec![
        state
            .questions
            .ask(at, |question| Effect::Transfer { question, to }),
    ]
}

/// Hangs up.
pub(super) fn hang_up(state: &mut CallState, outcome: Outcome, at: Timestamp) -> Vec<Effect> {
    state.questions.drop_where(|effect| !effect.commits());
    state.phase = Phase::HangingUp(outcome);
    vec![
        state
            .questions
            .ask(at, |question| Effect::HangUp { question }),
    ]
}

/// Ends the call. A booking or a transfer that was asked for and not answered stays open, so that its answer is still
/// taken.
pub(super) fn over(state: &mut CallState, outcome: Outcome, at: Timestamp) -> Vec<Effect> {
    state
        .questions
        .drop_where(|effect| !effect.commits() && !matches!(effect, Effect::Transfer { .. }));
    let timers: Vec<Timer> = state.questions.timers().keys().copied().collect();
    for timer in timers {
        if !matches!(timer, Timer::Deadline(_)) {
            state.questions.let_sleep(timer);
        }
    }
    state.phase = Phase::Over(if state.failed {
        Outcome::Failed
    } else {
        outcome
    });
    state.ended_at = Some(at);
    let waits_for_ringcentral =
        state.line.session.is_some() && state.line.parties.values().any(|party| !party.ended);
    if waits_for_ringcentral {
        state.questions.wake(Timer::Linger, at, LINGER_MS);
    }
    Vec::new()
}

fn after_the_end(state: &mut CallState, event: &Event) -> Vec<Effect> {
    match event {
        Event::SessionChanged { .. } => {
            if state.line.parties.values().all(|party| party.ended) {
                state.questions.let_sleep(Timer::Linger);
            }
            Vec::new()
        }
        Event::BookingAnswered { question, result } => {
            state.questions.close(*question);
            if result.is_ok() && !state.failed {
                state.phase = Phase::Over(Outcome::Booked);
            }
            Vec::new()
        }
        Event::BookingChanged { question, .. } | Event::BookingCancelled { question, .. } => {
            state.questions.close(*question);
            Vec::new()
        }
        Event::TransferAnswered { question, result } => {
            // The other side may hang up as soon as it has let the caller go, before it has told us so.
            let asked = state.questions.close(*question);
            if let (Some(Effect::Transfer { to, .. }), Ok(())) = (asked, result) {
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
        | Event::Answered { .. }
        | Event::AnswerFailed { .. }
        | Event::CallerCancelled
        | Event::CallerHungUp { .. }
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
        | Event::HungUp { .. }
        | Event::TimeCame { .. }
        | Event::EarsFailed { .. }
        | Event::MouthRestarted
        | Event::Poisoned { .. }
        | Event::Abandoned { .. }
        | Event::ServerClosing => Vec::new(),
    }
}
