//! What events mean, phase by phase. Each file matches every event without a wildcard, so that a new one must be
//! thought through everywhere. Here: the facts that are noted in whatever phase the call is.

pub(super) mod arriving;
pub(super) mod ending;
pub(super) mod talking;

use super::state::{CallState, Party, Turn};
use super::{Effect, Event, PartyStatus};
use crate::ports::journal::TurnSpeaker;
use jiff::Timestamp;

/// Notes what is true whatever the phase: the line, the session, who said what.
pub(super) fn note_facts(state: &mut CallState, event: &Event, at: Timestamp) {
    match event {
        Event::Rang { offer } => {
            state.line.from = offer.from.clone().or_else(|| state.line.from.take());
            state.line.to = Some(offer.to.clone());
            state.line.offer = Some(offer.clone());
        }
        Event::SessionChanged { status } => note_party(state, status),
        Event::Answered {
            dialog, recording, ..
        } => {
            state.line.dialog = Some(dialog.as_ref().clone());
            state.line.recording.clone_from(recording);
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
        | Event::AnswerFailed { .. }
        | Event::CallerCancelled
        | Event::CallerHungUp { .. }
        | Event::PromptPlayed { .. }
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
        | Event::ProcessRestarted
        | Event::ServerClosing => {}
    }
}

/// Takes a party's report unless a later one of the same party is known, or the party is over.
fn note_party(state: &mut CallState, status: &PartyStatus) {
    if let Some(known) = state.line.parties.get(&status.party)
        && (known.ended || known.sequence >= status.sequence)
    {
        return;
    }
    let ended = status.is_over();
    state
        .line
        .session
        .get_or_insert_with(|| status.session.clone());
    state.line.status = Some(status.code.clone());
    if status.direction.as_deref() == Some("Inbound") || state.line.direction.is_none() {
        state.line.direction.clone_from(&status.direction);
    }
    if state.line.from.is_none() {
        state.line.from.clone_from(&status.from);
    }
    if state.line.to.is_none() {
        state.line.to.clone_from(&status.to);
    }
    let party = Party {
        sequence: status.sequence,
        code: status.code.clone(),
        ended,
    };
    state.line.parties.insert(status.party.clone(), party);
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
