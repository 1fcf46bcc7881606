//! What events mean, phase by phase. Each file matches every event without a wildcard, so that a new one must be
//! thought through everywhere. Here: the facts that are noted in whatever phase the call is.

pub(super) mod arriving;
mod booking;
pub(super) mod ending;
pub(super) mod floor;
pub(super) mod over;
mod returning;
pub(super) mod talking;
pub(super) mod watching;

use super::state::{CallState, Turn};
use super::{Effect, Event};
use crate::ports::carrier;
use crate::ports::journal::TurnSpeaker;
use jiff::Timestamp;

/// Notes what is true whatever the phase: the line, the session, who said what.
pub(super) fn note_facts(state: &mut CallState, event: &Event, at: Timestamp) {
    match event {
        // A second INVITE counts until one was answered: RingCentral sends it when asked to ring us.
        Event::Rang { offer } if !state.has_audio() => state.line.offer = Some(offer.clone()),
        Event::SessionChanged { status } => state.line.session.report(status),
        Event::SessionRead { question, result } if state.questions.get(*question).is_some() => {
            match result {
                Ok(parties) => state.line.session.read(parties),
                Err(carrier::Error::Gone) => state.line.session.vanished(),
                Err(_) => {}
            }
        }
        Event::VoiceDown => state.voice_down = true,
        Event::ServerClosing => state.closing = true,
        Event::Answered { dialog, .. } => {
            state.line.dialog = Some(dialog.as_ref().clone());
            state.answered_at = Some(at);
        }
        Event::HoldChanged { held } => state.line.held = *held,
        Event::CallerSaid {
            utterance,
            recognised_ms,
        } => {
            let recognised_ms = i64::try_from(*recognised_ms).unwrap_or(0);
            let stopped = at
                .checked_sub(jiff::SignedDuration::from_millis(recognised_ms))
                .unwrap_or(at);
            if !utterance.text.trim().is_empty() {
                state.waiting_since = Some(stopped);
                note_turn(state, TurnSpeaker::Caller, utterance.text.clone(), at);
            }
        }
        Event::PromptStarted { question } => note_prompt(state, *question, at),
        Event::PromptStopped { question, .. } => {
            let turn = state
                .transcript
                .iter_mut()
                .rev()
                .find(|turn| turn.question == Some(*question));
            if let Some(turn) = turn {
                turn.interrupted = true;
            }
        }
        Event::Poisoned { .. } | Event::Abandoned { .. } => state.failed = true,
        Event::Admitted { .. }
        | Event::Rang { .. }
        | Event::SessionRead { .. }
        | Event::CommandAsked { .. }
        | Event::CommandAnswered { .. }
        | Event::RecordingStarted { .. }
        | Event::RecordingDiscarded { .. }
        | Event::AnswerFailed { .. }
        | Event::CallerCancelled { .. }
        | Event::CallerHungUp { .. }
        | Event::PromptPlayed { .. }
        | Event::PromptPaused { .. }
        | Event::PromptFailed { .. }
        | Event::SpeechStarted
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
        | Event::Resumed { .. }
        | Event::ProcessRestarted => {}
    }
}

fn note_turn(state: &mut CallState, speaker: TurnSpeaker, text: String, at: Timestamp) {
    state.transcript.push(Turn {
        speaker,
        text,
        at,
        latency_ms: None,
        question: None,
        interrupted: false,
    });
}

/// Notes a prompt when its first sound leaves, once, with the time the caller waited for it.
fn note_prompt(state: &mut CallState, question: crate::types::QuestionNo, at: Timestamp) {
    let Some(Effect::Say { text, .. }) = state.questions.get(question) else {
        return;
    };
    if state
        .transcript
        .iter()
        .any(|turn| turn.question == Some(question))
    {
        return;
    }
    let latency_ms = state
        .waiting_since
        .take()
        .map(|since| at.duration_since(since).as_millis());
    state.transcript.push(Turn {
        speaker: TurnSpeaker::Agent,
        text: text.clone(),
        at,
        latency_ms: latency_ms.and_then(|ms| i64::try_from(ms).ok()),
        question: Some(question),
        interrupted: false,
    });
}
