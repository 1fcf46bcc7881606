//! Owns the last words, the handing over and the hanging up. Called by `decide` in those phases. The caller's words
//! no longer change anything here; they are still written down.

use super::returning;
use crate::call::decide::{ask_again, comfort, give_up, hang_up, leave, over, transfer};
use crate::call::state::{CallState, Outcome, Phase, Then};
use crate::call::{Effect, Event, Timer};
use crate::dialogue::phrases;
use crate::types::QuestionNo;
use jiff::Timestamp;

/// Tells what an event means for a call that is being brought to its end.
pub(in crate::call) fn on(state: &mut CallState, event: &Event, at: Timestamp) -> Vec<Effect> {
    match event {
        Event::PromptPlayed { question }
        | Event::PromptStopped { question, .. }
        | Event::PromptFailed { question, .. } => {
            state.questions.close(*question);
            last_words_said(state, at)
        }
        Event::TransferAnswered { question, result } => {
            if state.questions.close(*question).is_none() {
                return Vec::new();
            }
            transferred(state, result.is_ok(), at)
        }
        Event::HungUp { question } => {
            if state.questions.close(*question).is_none() {
                return Vec::new();
            }
            over(state, outcome_so_far(state), at)
        }
        Event::CallerHungUp { dialog, .. } => {
            if !state.line.is_current(dialog.as_ref()) {
                return Vec::new();
            }
            over(state, outcome_so_far(state), at)
        }
        Event::SessionChanged { .. } | Event::SessionRead { .. } => {
            returning::watch_for_a_ghost(state, event, at);
            Vec::new()
        }
        Event::TimeCame {
            timer: Timer::StillWorking,
        } => comfort(state, at),
        Event::TimeCame {
            timer: Timer::Ghost,
        } => over(state, outcome_so_far(state), at),
        Event::BookingAnswered { question, .. }
        | Event::SlotChecked { question, .. }
        | Event::OpeningsFound { question, .. }
        | Event::BookingsFound { question, .. }
        | Event::BookingChanged { question, .. }
        | Event::BookingCancelled { question, .. } => {
            state.questions.close(*question);
            Vec::new()
        }
        Event::TimeCame {
            timer: Timer::Deadline(question),
        } => too_late(state, *question, at),
        Event::TimeCame {
            timer: Timer::CallTooLong,
        } => {
            let outcome = outcome_so_far(state);
            hang_up(state, outcome, at)
        }
        Event::Poisoned { .. } => give_up(state, at),
        Event::Abandoned { .. } => over(state, Outcome::Failed, at),
        Event::ProcessRestarted => {
            if matches!(state.phase, Phase::HangingUp(_)) {
                return over(state, outcome_so_far(state), at);
            }
            returning::reattach(state, at)
        }
        Event::Answered { question, .. } => {
            if returning::was_reattaching(state, *question) {
                return returning::ask_the_line_again(state);
            }
            Vec::new()
        }
        Event::AnswerFailed { question, .. } => {
            if returning::was_reattaching(state, *question) {
                return over(state, outcome_so_far(state), at);
            }
            Vec::new()
        }
        Event::Resumed { .. } | Event::MouthRestarted => ask_again(state),
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
        | Event::PromptPaused { .. }
        | Event::SpeechStarted
        | Event::CallerSaid { .. }
        | Event::KeyPressed { .. }
        | Event::Understood { .. }
        | Event::TimeCame { .. }
        | Event::EarsFailed { .. }
        | Event::ServerClosing => Vec::new(),
    }
}

fn last_words_said(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.questions.is_speaking() {
        return Vec::new();
    }
    match &state.phase {
        Phase::Leaving(Then::HangUp(outcome)) => {
            let outcome = *outcome;
            hang_up(state, outcome, at)
        }
        Phase::Leaving(Then::Transfer(to)) => {
            let to = to.clone();
            transfer(state, to, at)
        }
        Phase::Arriving
        | Phase::Answering
        | Phase::Watching
        | Phase::Talking(_)
        | Phase::HandingOver { .. }
        | Phase::HangingUp(_)
        | Phase::Over(_) => Vec::new(),
    }
}

fn transferred(state: &mut CallState, done: bool, at: Timestamp) -> Vec<Effect> {
    let Phase::HandingOver { to, back } = &state.phase else {
        return Vec::new();
    };
    if done {
        state.handed_over_to = Some(to.clone());
        return hang_up(state, Outcome::HandedOver, at);
    }
    if let Some(back) = back.clone() {
        return returning::nobody_came(state, back, at);
    }
    leave(
        state,
        phrases::nobody_there(Outcome::PersonWanted),
        Then::HangUp(Outcome::PersonWanted),
        at,
    )
}

fn too_late(state: &mut CallState, question: QuestionNo, at: Timestamp) -> Vec<Effect> {
    match state.questions.close(question) {
        Some(Effect::Say { .. }) => last_words_said(state, at),
        Some(Effect::Transfer { .. }) => transferred(state, false, at),
        Some(Effect::Consult { .. }) => {
            let mut effects = vec![Effect::StopConsult];
            effects.extend(transferred(state, false, at));
            effects
        }
        Some(Effect::Reattach { .. }) => over(state, outcome_so_far(state), at),
        Some(Effect::HangUp { .. }) => over(state, outcome_so_far(state), at),
        Some(
            Effect::Answer { .. }
            | Effect::BePatient(_)
            | Effect::PauseSpeaking
            | Effect::ResumeSpeaking
            | Effect::StopSpeaking { .. }
            | Effect::StopConsult
            | Effect::StartRecording { .. }
            | Effect::DiscardRecording { .. }
            | Effect::ReadSession { .. }
            | Effect::Command { .. }
            | Effect::Interpret { .. }
            | Effect::HoldSlot { .. }
            | Effect::FindOpenings { .. }
            | Effect::FindBookings { .. }
            | Effect::Book { .. }
            | Effect::ChangeBooking { .. }
            | Effect::CancelBooking { .. },
        )
        | None => Vec::new(),
    }
}

fn outcome_so_far(state: &CallState) -> Outcome {
    match &state.phase {
        Phase::Leaving(Then::HangUp(outcome)) | Phase::HangingUp(outcome) => *outcome,
        Phase::Leaving(Then::Transfer(_)) | Phase::HandingOver { .. } => Outcome::PersonWanted,
        Phase::Arriving
        | Phase::Answering
        | Phase::Watching
        | Phase::Talking(_)
        | Phase::Over(_) => Outcome::HungUp,
    }
}
