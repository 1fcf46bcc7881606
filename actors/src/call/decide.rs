//! Owns the decision: what an event means for a call. Called by the `Call` actor for each entry of the journal, in
//! order; and by nobody else. Never awaits, never reads a clock, never logs: the same journal gives the same state.

use super::phases::{self, arriving, ending, floor, talking, watching};
use super::state::{CallState, Outcome, Phase, Then};
use super::talk::Talk;
use super::texting::{self, send_text};
use super::{Effect, Event, Recorded, Timer, consent};
use crate::dialogue::{phrases, texts};
use crate::ports::carrier::Command;
use crate::types::PhoneNumber;
use jiff::Timestamp;

/// Longest call, in milliseconds: 30 minutes.
pub const CALL_MS_MAX: i64 = 30 * 60 * 1000;
/// How long an ended call waits for reports of its session that are late or out of order, in milliseconds.
pub(super) const LINGER_MS: i64 = 10_000;
/// How often a caller who waits for a person is told that we are at it, in milliseconds.
const COMFORT_MS: i64 = 8_000;

/// Folds one entry into the state and tells what is to be done.
pub fn decide(state: &mut CallState, entry: &Recorded) -> Vec<Effect> {
    let at = entry.at;
    if let Event::TimeCame { timer } = &entry.event
        && !state.questions.take_timer(*timer, at)
    {
        return Vec::new();
    }
    phases::note_facts(state, &entry.event, at);
    let paused = floor::is_paused(state);
    let mut effects = asked_by_the_api(state, &entry.event, at);
    if let Event::CommandAnswered { question, .. } = &entry.event {
        state.questions.close(*question);
    }
    effects.extend(match &state.phase {
        Phase::Arriving | Phase::Answering => arriving::on(state, &entry.event, at),
        Phase::Watching => watching::on(state, &entry.event, at),
        Phase::Talking(_) => talking::on(state, &entry.event, at),
        Phase::Leaving(_) | Phase::HandingOver { .. } | Phase::HangingUp(_) => {
            ending::on(state, &entry.event, at)
        }
        Phase::Over(_) => phases::over::on(state, &entry.event, at),
    });
    if paused && !matches!(state.phase, Phase::Talking(_)) {
        // The caller's words change nothing any more, so nobody would end the pause.
        effects.push(Effect::ResumeSpeaking);
    }
    consent::settle(state, &entry.event, &mut effects, at);
    effects.extend(floor::listen(state));
    texting::settle(state, at);
    effects
}

/// Passes a command of the API on, once for its key, whatever the phase: RingCentral knows best what it takes.
fn asked_by_the_api(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    let Event::CommandAsked {
        key,
        command: asked,
    } = event
    else {
        return Vec::new();
    };
    if !state.commands.insert(key.clone()) {
        return Vec::new();
    }
    vec![command(state, Some(key.clone()), asked.clone(), at)]
}

/// Has RingCentral carry out a command on our party.
pub(super) fn command(
    state: &mut CallState,
    key: Option<String>,
    command: Command,
    at: Timestamp,
) -> Effect {
    let party = state.line.session.our_ref();
    state.questions.ask(at, |question| Effect::Command {
        question,
        key,
        party,
        command,
    })
}

/// Repeats everything asked for and not yet answered, after a restart of the call.
pub(super) fn ask_again(state: &CallState) -> Vec<Effect> {
    let open = state.questions.open().filter(|(question, effect)| {
        !(matches!(effect, Effect::Say { .. }) && floor::was_stopped(state, **question))
    });
    let mut effects: Vec<Effect> = open.map(|(_, effect)| effect.clone()).collect();
    effects.extend(floor::ask_again(state));
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
    quieten(state);
    state.phase = Phase::Leaving(then);
    vec![say_line(state, line, at)]
}

/// Hands the caller to a person, or says honestly that there is none. With a conversation to come back to, the person is
/// called first and told who it is.
pub(super) fn hand_over(
    state: &mut CallState,
    outcome: Outcome,
    back: Option<&Talk>,
    at: Timestamp,
) -> Vec<Effect> {
    let consult = state.settings.consult.clone();
    let topic = back.and_then(|back| back.dialogue.topic());
    match (state.settings.person(topic, at), consult, back) {
        (Some(to), Some(consult), Some(back)) if !back.dialogue.person_was_tried() => {
            call_a_person(state, to, i64::from(consult.ring_ms), back, at)
        }
        (Some(to), _, _) => leave(
            state,
            phrases::Line::fixed(phrases::PUTTING_THROUGH),
            Then::Transfer(to),
            at,
        ),
        (None, _, _) => leave(
            state,
            phrases::nobody_there(outcome),
            Then::HangUp(outcome),
            at,
        ),
    }
}

/// Calls a person while the caller waits.
fn call_a_person(
    state: &mut CallState,
    to: PhoneNumber,
    ring_ms: i64,
    back: &Talk,
    at: Timestamp,
) -> Vec<Effect> {
    quieten(state);
    let caller = state.line.from().cloned();
    let summary = back.dialogue.summary();
    if state.settings.texts.summaries {
        let body = texts::summary(&summary, caller.as_ref());
        send_text(state, "triage_summary", Some(to.clone()), body, at);
    }
    let whisper = phrases::whisper(&summary, caller.as_ref());
    state.phase = Phase::HandingOver {
        to: to.clone(),
        back: Some(Box::new(back.clone())),
    };
    state.questions.wake(Timer::StillWorking, at, COMFORT_MS);
    let party = state.line.session.our_ref().map(|(party, _)| party);
    let consult = state.questions.ask(at, |question| Effect::Consult {
        question,
        to,
        whisper,
        ring_ms,
        party,
    });
    vec![say(state, phrases::TRYING_TO_REACH, at), consult]
}

/// Tells a caller who waits for a person that we are at it, now and then.
pub(super) fn comfort(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.questions.wake(Timer::StillWorking, at, COMFORT_MS);
    vec![say(state, phrases::STILL_TRYING, at)]
}

fn quieten(state: &mut CallState) {
    state.questions.let_sleep(Timer::CallerSilent);
    state.questions.let_sleep(Timer::NoWords);
    state.questions.let_sleep(Timer::StillWorking);
}

/// Gives up on the conversation: hands the caller over without another word if there is anybody, else apologises.
pub(super) fn give_up(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.failed = true;
    if !state.has_audio() {
        return over(state, Outcome::Failed, at);
    }
    state.questions.drop_where(|effect| !effect.commits());
    match state.settings.person(None, at) {
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
    state.phase = Phase::HandingOver {
        to: to.clone(),
        back: None,
    };
    let party = state.line.session.our_ref().map(|(party, _)| party);
    vec![state.questions.ask(at, |question| Effect::Transfer {
        question,
        to,
        party,
    })]
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
/// taken; a person who is being called is let go.
pub(super) fn over(state: &mut CallState, outcome: Outcome, at: Timestamp) -> Vec<Effect> {
    let consults = |effect: &Effect| matches!(effect, Effect::Consult { .. });
    let consulting = state.questions.open().any(|(_, effect)| consults(effect));
    state.questions.drop_where(|effect| {
        !consults(effect)
            && !effect.commits()
            && !matches!(
                effect,
                Effect::Transfer { .. } | Effect::Command { .. } | Effect::DiscardRecording { .. }
            )
    });
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
    let may_be_told_more = state.line.session.id().is_some()
        || state.settings.carrier && matches!(outcome, Outcome::NotAnswered | Outcome::Cancelled);
    if may_be_told_more && !state.closing {
        state.questions.wake(Timer::Linger, at, LINGER_MS);
    }
    if consulting {
        vec![Effect::StopConsult]
    } else {
        Vec::new()
    }
}
