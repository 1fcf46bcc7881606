//! Owns the time before the answer. Called by `decide` in phases arriving and answering. The line has the first word
//! where the call rings on it; RingCentral's reports have it where it does not.

use super::watching;
use crate::call::decide::{ask_again, command, over, say_line};
use crate::call::state::{CallState, Outcome, Phase};
use crate::call::talk::Talk;
use crate::call::{Effect, Event, Standing, Timer, consent};
use crate::dialogue::{Dialogue, phrases};
use crate::ports::carrier::{Command, Target};
use crate::types::AiMode;
use jiff::Timestamp;

/// How long an INVITE may take to come before RingCentral is asked to ring our device, in milliseconds.
const SUMMON_MS: i64 = 1_500;
/// How long after the first report of a call that never rings on our line the session is read, in milliseconds.
const FIRST_RECHECK_MS: i64 = 5_000;
/// How long the line may ring on after RingCentral has said that the call is over, in milliseconds.
pub(in crate::call) const GHOST_MS: i64 = 10_000;

/// Tells what an event means for a call that has not been answered.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    match event {
        Event::Rang { .. } => rang(state, at),
        Event::SessionChanged { .. } => moved(state, at),
        Event::SessionRead { question, .. } => {
            state.questions.close(*question);
            watching::recheck_later(state, FIRST_RECHECK_MS, at);
            moved(state, at)
        }
        Event::CommandAnswered { result, .. } => {
            // Neither forwarded nor replied to: a voice that hardly works is better than none.
            if state.voice_down && result.is_err() {
                answer(state, at)
            } else {
                Vec::new()
            }
        }
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
        Event::CallerCancelled { dialog } | Event::CallerHungUp { dialog, .. } => {
            if state.line.is_current(dialog.as_ref()) {
                stopped_ringing(state, at)
            } else {
                Vec::new()
            }
        }
        Event::TimeCame { timer } => time_came(state, *timer, at),
        Event::Resumed { .. } => ask_again(state),
        Event::ProcessRestarted => process_restarted(state, at),
        Event::Poisoned { .. } | Event::Abandoned { .. } => over(state, Outcome::Failed, at),
        Event::Admitted { .. }
        | Event::CommandAsked { .. }
        | Event::VoiceDown
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
        | Event::EarsFailed { .. }
        | Event::MouthRestarted
        | Event::ServerClosing => Vec::new(),
    }
}

fn answers(state: &CallState) -> bool {
    state.settings.answers && state.settings.mode != AiMode::HumanOnly
}

/// Answers the line, or has the caller sent elsewhere when no voice of ours works.
pub(super) fn rang(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.questions.let_sleep(Timer::Summon);
    state.questions.let_sleep(Timer::Recheck);
    if !answers(state) {
        return Vec::new();
    }
    if state.voice_down && state.settings.carrier {
        if state.line.session.rings_for_us() {
            return send_elsewhere(state, at);
        }
        state.questions.wake(Timer::Summon, at, SUMMON_MS);
        return Vec::new();
    }
    answer(state, at)
}

/// Answers the line. A second INVITE takes the place of one that is being answered.
fn answer(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.line.offer.is_none() {
        return Vec::new();
    }
    state
        .questions
        .drop_where(|effect| matches!(effect, Effect::Answer { .. }));
    state.phase = Phase::Answering;
    vec![
        state
            .questions
            .ask(at, |question| Effect::Answer { question }),
    ]
}

/// The last resort without a voice: a person, else RingCentral's own voice.
fn send_elsewhere(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let asked = match state.settings.fallback.clone() {
        Some(to) => Command::Forward {
            to: Target::PhoneNumber(to),
        },
        None => Command::Reply {
            text: phrases::REPLY_WITHOUT_A_VOICE.to_owned(),
        },
    };
    vec![command(state, None, asked, at)]
}

/// Follows RingCentral's view where the call does not ring on our line, or is not ours to answer.
fn moved(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let ours = answers(state) && state.line.offer.is_some();
    match state.line.session.standing() {
        Some(Standing::Over(_)) if ours => {
            state.questions.wake(Timer::Ghost, at, GHOST_MS);
            Vec::new()
        }
        Some(Standing::Over(_)) => over(state, Outcome::NotAnswered, at),
        Some(Standing::Talking | Standing::Held | Standing::Parked | Standing::Voicemail)
            if !ours =>
        {
            watching::begin(state, at)
        }
        Some(
            Standing::Ringing
            | Standing::Between
            | Standing::Talking
            | Standing::Held
            | Standing::Parked
            | Standing::Voicemail,
        )
        | None => {
            wait_for_the_invite(state, at);
            Vec::new()
        }
    }
}

/// Sets the moments at which RingCentral is asked to ring us, and at which its view is read again.
fn wait_for_the_invite(state: &mut CallState, at: Timestamp) {
    if state.line.offer.is_some() || !state.settings.carrier {
        return;
    }
    let timers = state.questions.timers();
    let (summons, rechecks) = (
        timers.contains_key(&Timer::Summon),
        timers.contains_key(&Timer::Recheck),
    );
    if !rechecks {
        watching::recheck_later(state, FIRST_RECHECK_MS, at);
    }
    if answers(state) && !state.summoned && !summons && state.line.session.rings_for_us() {
        state.questions.wake(Timer::Summon, at, SUMMON_MS);
    }
}

fn summon(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let rings = state.line.session.rings_for_us();
    match (&state.line.offer, rings) {
        (None, true) => {
            state.summoned = true;
            vec![command(state, None, Command::Answer, at)]
        }
        (Some(_), true) => send_elsewhere(state, at),
        (Some(_), false) => answer(state, at),
        (None, false) => Vec::new(),
    }
}

/// Takes up a call again that was thought over: reports came in another order than things happened.
pub(in crate::call) fn revive(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    state.questions.let_sleep(Timer::Linger);
    state.phase = Phase::Arriving;
    state.ended_at = None;
    state.line.offer = None;
    state
        .questions
        .wake(Timer::CallTooLong, at, crate::call::CALL_MS_MAX);
    moved(state, at)
}

/// The line fell silent: the caller gave up, or somebody else answered.
fn stopped_ringing(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.line.session.is_with_somebody() {
        return watching::begin(state, at);
    }
    let outcome = if answers(state) {
        Outcome::Cancelled
    } else {
        Outcome::NotAnswered
    };
    over(state, outcome, at)
}

fn time_came(state: &mut CallState, timer: Timer, at: Timestamp) -> Vec<Effect> {
    match timer {
        Timer::Summon => summon(state, at),
        Timer::Recheck => watching::read_session(state, at),
        Timer::Ghost => over(state, Outcome::Cancelled, at),
        Timer::CallTooLong => over(state, Outcome::NotAnswered, at),
        Timer::Deadline(question) => {
            let asked = state.questions.close(question);
            if matches!(asked, Some(Effect::Answer { .. })) {
                return over(state, Outcome::Failed, at);
            }
            if matches!(asked, Some(Effect::Command { .. })) && state.voice_down {
                return answer(state, at);
            }
            watching::recheck_later(state, FIRST_RECHECK_MS, at);
            Vec::new()
        }
        Timer::CallerSilent | Timer::NoWords | Timer::StillWorking | Timer::Linger => Vec::new(),
    }
}

/// A call that rang when the process died: the line is gone, RingCentral may still know more.
fn process_restarted(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.line.offer.is_some() {
        return over(state, Outcome::Interrupted, at);
    }
    watching::read_session(state, at)
}

fn greet(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    let line = phrases::Line::fixed(&state.settings.greeting);
    let dialogue = Dialogue::new(&state.settings, state.line.from().cloned());
    state.phase = Phase::Talking(Box::new(Talk::new(dialogue)));
    let mut effects = Vec::from_iter(consent::sentence(state, None, at));
    effects.push(say_line(state, line, at));
    effects
}
