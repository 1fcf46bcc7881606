//! Owns the conversation's traffic: prompts, the caller's words, silence. Called by `decide` in
//! phase talking. What to say next is the dialogue's decision.

use super::returning::{back_or_not, reattach, was_reattaching, watch_for_a_ghost};
use super::{booking, floor};
use crate::call::decide::{ask_again, give_up, hand_over, hang_up, leave, over, say};
use crate::call::state::{CallState, Outcome, Phase, Then};
use crate::call::talk::Talk;
use crate::call::texting::pass_on_the_message;
use crate::call::{Effect, Event, Timer, consent};
use crate::dialogue::{Next, Reply, phrases};
use crate::grammar::Understanding;
use crate::ports::hearing::Utterance;
use crate::types::QuestionNo;
use jiff::Timestamp;

/// How long words may take to come after speech began, in milliseconds.
const NO_WORDS_MS: i64 = 25_000;
/// After this time without a reading the caller is told that we are at it, in milliseconds.
const STILL_WORKING_MS: i64 = 1_500;

/// Tells what an event means for a call in conversation.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    let Some(mut talk) = take_talk(state) else {
        return Vec::new();
    };
    let effects = match event {
        Event::PromptPlayed { question } => {
            floor::note_heard(state, &mut talk, event);
            prompt_over(state, &mut talk, *question, at)
        }
        Event::PromptPaused { .. } => {
            floor::note_heard(state, &mut talk, event);
            Vec::new()
        }
        Event::PromptStopped { question, .. } => {
            talk.cut_short |= talk.stopped_to < Some(*question);
            prompt_over(state, &mut talk, *question, at)
        }
        Event::PromptFailed { .. } | Event::Poisoned { .. } => {
            return with_talk(state, talk, |state| give_up(state, at));
        }
        Event::SpeechStarted => speech_started(state, &mut talk, at),
        Event::CallerSaid { utterance, .. } => caller_said(state, &mut talk, utterance, at),
        Event::KeyPressed { key } => key_pressed(state, &mut talk, *key, at),
        Event::Understood { question, reading } => {
            if talk.reading != Some(*question) {
                Vec::new()
            } else {
                state.questions.close(*question);
                talk.reading = None;
                understood(state, &mut talk, reading, at)
            }
        }
        Event::SlotChecked { question, .. }
        | Event::OpeningsFound { question, .. }
        | Event::BookingsFound { question, .. }
        | Event::BookingAnswered { question, .. }
        | Event::BookingChanged { question, .. }
        | Event::BookingCancelled { question, .. } => {
            match booking::answered(state, &mut talk, *question, event, at) {
                Some(reply) => carry_out(state, &mut talk, reply, at),
                None => Vec::new(),
            }
        }
        Event::TimeCame { timer } => time_came(state, &mut talk, *timer, at),
        Event::CallerHungUp { dialog, .. } => {
            if state.line.is_current(dialog.as_ref()) {
                hung_up(state, &talk, at)
            } else {
                Vec::new()
            }
        }
        Event::SessionChanged { .. } | Event::SessionRead { .. } => {
            watch_for_a_ghost(state, event, at);
            Vec::new()
        }
        Event::EarsFailed { .. } => {
            return with_talk(state, talk, |state| {
                state.failed = true;
                hand_over(state, Outcome::Failed, None, at)
            });
        }
        Event::Abandoned { .. } => over(state, Outcome::Failed, at),
        Event::ProcessRestarted => {
            return with_talk(state, talk, |state| reattach(state, at));
        }
        Event::Answered { question, .. } => back_or_not(state, &mut talk, *question, at),
        Event::AnswerFailed { question, .. } => {
            if was_reattaching(state, *question) {
                over(state, Outcome::Interrupted, at)
            } else {
                Vec::new()
            }
        }
        Event::Resumed { .. } | Event::MouthRestarted => {
            return with_talk(state, talk, |state| ask_again(state));
        }
        Event::Admitted { .. }
        | Event::Rang { .. }
        | Event::CommandAsked { .. }
        | Event::CommandAnswered { .. }
        | Event::VoiceDown
        | Event::CallerCancelled { .. }
        | Event::HoldChanged { .. }
        | Event::RecordingStarted { .. }
        | Event::RecordingDiscarded { .. }
        | Event::PromptStarted { .. }
        | Event::TransferAnswered { .. }
        | Event::HungUp { .. }
        | Event::ServerClosing => Vec::new(),
    };
    put_back(state, talk);
    effects
}

/// Takes the conversation out of the state while it is worked on, leaving an empty phase behind.
fn take_talk(state: &mut CallState) -> Option<Box<Talk>> {
    match std::mem::replace(&mut state.phase, Phase::Answering) {
        Phase::Talking(talk) => Some(talk),
        other => {
            state.phase = other;
            None
        }
    }
}

/// Puts the conversation back unless the call has left the phase meanwhile.
fn put_back(state: &mut CallState, talk: Box<Talk>) {
    if state.phase == Phase::Answering {
        state.phase = Phase::Talking(talk);
    }
}

fn with_talk(
    state: &mut CallState,
    talk: Box<Talk>,
    act: impl FnOnce(&mut CallState) -> Vec<Effect>,
) -> Vec<Effect> {
    put_back(state, talk);
    act(state)
}

fn prompt_over(
    state: &mut CallState,
    talk: &mut Talk,
    question: QuestionNo,
    at: Timestamp,
) -> Vec<Effect> {
    if state.questions.close(question).is_none() || state.questions.is_speaking() {
        return Vec::new();
    }
    floor::wait_for_the_caller(state, talk, at);
    Vec::new()
}

fn speech_started(state: &mut CallState, talk: &mut Talk, at: Timestamp) -> Vec<Effect> {
    talk.hearing = true;
    state.questions.let_sleep(Timer::CallerSilent);
    state.questions.wake(Timer::NoWords, at, NO_WORDS_MS);
    Vec::from_iter(floor::pause(state, talk))
}

fn caller_said(
    state: &mut CallState,
    talk: &mut Talk,
    utterance: &Utterance,
    at: Timestamp,
) -> Vec<Effect> {
    talk.hearing = false;
    state.questions.let_sleep(Timer::NoWords);
    state.questions.let_sleep(Timer::CallerSilent);
    let now = state.settings.local(at);
    let text = &utterance.text;
    if text.trim().is_empty() || floor::is_nod(state, talk, text, now) {
        return only_noise(state, talk, at);
    }
    talk.cut_short = false;
    // Words of which no beginning was told stop our voice as well.
    floor::pause(state, talk);
    let mut effects = Vec::from_iter(floor::give_way(talk));
    let text = match talk.pending.take() {
        Some(before) => format!("{before} {}", utterance.text),
        None => utterance.text.clone(),
    };
    effects.push(read(state, talk, text, utterance.nbest.clone(), at));
    effects
}

/// Has the caller's words read; what was being read before is part of them.
fn read(
    state: &mut CallState,
    talk: &mut Talk,
    text: String,
    nbest: Vec<String>,
    at: Timestamp,
) -> Effect {
    if let Some(reading) = talk.reading.take() {
        state.questions.close(reading);
    }
    talk.pending = Some(text.clone());
    let context = Box::new(talk.dialogue.context(state.settings.local(at)));
    let effect = state.questions.ask(at, |question| {
        talk.reading = Some(question);
        Effect::Interpret {
            question,
            text,
            nbest,
            context,
        }
    });
    if let (Some(model_ms), Some(question)) = (state.settings.model_ms, talk.reading) {
        // The grammar answers at once, or after what a model may take; nobody does if the reader is gone.
        let latest = effect.deadline_ms() + i64::from(model_ms);
        let questions = &mut state.questions;
        questions.wake(Timer::Deadline(question), at, latest);
        questions.wake(Timer::StillWorking, at, STILL_WORKING_MS);
    }
    effect
}

/// Goes on after a sound that was no words: what was paused is taken up again, what had no reply gets one, what was lost
/// is said again.
fn only_noise(state: &mut CallState, talk: &mut Talk, at: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::from_iter(floor::go_on(talk));
    if talk.reading.is_none()
        && let Some(text) = talk.pending.take()
    {
        effects.push(read(state, talk, text, Vec::new(), at));
    } else if std::mem::take(&mut talk.cut_short) {
        let reply = talk.dialogue.noise();
        effects.extend(carry_out(state, talk, reply, at));
    } else {
        floor::wait_for_the_caller(state, talk, at);
    }
    effects
}

fn key_pressed(state: &mut CallState, talk: &mut Talk, key: char, at: Timestamp) -> Vec<Effect> {
    if talk.booking.is_some_and(|asked| asked.commits) {
        // The book is at work on what was confirmed; its answer is what is said next.
        return Vec::new();
    }
    state.questions.let_sleep(Timer::CallerSilent);
    let reply = talk.dialogue.key(key);
    let mut effects = Vec::new();
    if reply.is_some() || talk.dialogue.is_keying() {
        effects.extend(floor::give_way_to_a_key(state, talk));
    }
    match reply {
        Some(reply) => effects.extend(carry_out(state, talk, reply, at)),
        None => floor::wait_for_the_caller(state, talk, at),
    }
    effects
}

fn understood(
    state: &mut CallState,
    talk: &mut Talk,
    reading: &Understanding,
    at: Timestamp,
) -> Vec<Effect> {
    if talk.booking.is_none() {
        state.questions.let_sleep(Timer::StillWorking);
    }
    if talk.booking.is_some_and(|asked| asked.commits) {
        // The book is at work on what was confirmed; its answer is what is said next.
        talk.pending = None;
        return Vec::new();
    }
    if talk.hearing {
        // The caller goes on; the words stay pending and are read together with what comes.
        return Vec::new();
    }
    let words = talk.pending.take().unwrap_or_default();
    let now = state.settings.local(at);
    let reply = talk.dialogue.heard(&words, reading, now);
    carry_out(state, talk, reply, at)
}

/// Carries out what the dialogue answers.
pub(super) fn carry_out(
    state: &mut CallState,
    talk: &mut Talk,
    reply: Reply,
    at: Timestamp,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(line) = reply.say {
        effects.extend(consent::sentence(state, talk.stopped_to, at));
        effects.push(floor::say_reply(state, talk, line, at));
    }
    match reply.next {
        Next::Listen => floor::wait_for_the_caller(state, talk, at),
        Next::Ask(asked) => effects.push(booking::ask(state, talk, *asked, at)),
        Next::HandOver(outcome) => {
            booking::drop_question(state, talk);
            if state.settings.person(talk.dialogue.topic(), at).is_some() {
                effects.extend(hand_over(state, outcome, Some(talk), at));
            } else {
                let reply = talk.dialogue.nobody_there(outcome);
                effects.extend(carry_out(state, talk, reply, at));
            }
        }
        Next::Leave(line, outcome) => {
            pass_on_the_message(state, talk, at);
            effects.extend(leave(state, line, Then::HangUp(outcome), at));
        }
    }
    effects
}

/// Ends the call of a caller who hung up; a message that was left is passed on.
fn hung_up(state: &mut CallState, talk: &Talk, at: Timestamp) -> Vec<Effect> {
    pass_on_the_message(state, talk, at);
    let left = talk.dialogue.outcome_so_far();
    let settled = matches!(
        left,
        Outcome::MessageTaken | Outcome::PersonWanted | Outcome::Booked
    );
    let outcome = if settled { left } else { Outcome::HungUp };
    over(state, outcome, at)
}

fn time_came(state: &mut CallState, talk: &mut Talk, timer: Timer, at: Timestamp) -> Vec<Effect> {
    match timer {
        Timer::CallerSilent => {
            let reply = talk.dialogue.silence();
            carry_out(state, talk, reply, at)
        }
        Timer::NoWords => {
            talk.hearing = false;
            only_noise(state, talk, at)
        }
        Timer::StillWorking if talk.hearing && talk.booking.is_none() => Vec::new(),
        Timer::StillWorking => vec![say(state, phrases::ONE_MOMENT, at)],
        Timer::CallTooLong => hang_up(state, Outcome::TurnLimit, at),
        Timer::Deadline(question) => too_late(state, talk, question, at),
        Timer::Ghost => hang_up(state, Outcome::HungUp, at),
        Timer::Linger | Timer::Summon | Timer::Recheck => Vec::new(),
    }
}

fn too_late(
    state: &mut CallState,
    talk: &mut Talk,
    question: QuestionNo,
    at: Timestamp,
) -> Vec<Effect> {
    let Some(asked) = state.questions.close(question) else {
        return Vec::new();
    };
    if let Some(reply) = booking::too_late(talk, &asked, state.settings.local(at)) {
        return carry_out(state, talk, reply, at);
    }
    match asked {
        Effect::Interpret { .. } => {
            talk.reading = None;
            understood(state, talk, &Understanding::default(), at)
        }
        Effect::Say { .. } => {
            state.failed = true;
            hand_over(state, Outcome::Failed, None, at)
        }
        Effect::Reattach { .. } => over(state, Outcome::Interrupted, at),
        Effect::Answer { .. }
        | Effect::BePatient(_)
        | Effect::PauseSpeaking
        | Effect::ResumeSpeaking
        | Effect::StopSpeaking { .. }
        | Effect::HoldSlot { .. }
        | Effect::FindOpenings { .. }
        | Effect::FindBookings { .. }
        | Effect::Book { .. }
        | Effect::ChangeBooking { .. }
        | Effect::CancelBooking { .. }
        | Effect::Transfer { .. }
        | Effect::Consult { .. }
        | Effect::StopConsult
        | Effect::StartRecording { .. }
        | Effect::DiscardRecording { .. }
        | Effect::ReadSession { .. }
        | Effect::Command { .. }
        | Effect::HangUp { .. } => Vec::new(),
    }
}
