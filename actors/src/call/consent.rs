//! Owns whether a call is recorded: what the caller was told of it, what they said to that, and what was recorded until
//! then. Called by `decide` around each phase. Nothing is recorded before the sentence was heard to its end; who goes on
//! after it agrees, and who refuses, at whatever moment, has what was recorded deleted.

use super::decide::{command, say};
use super::state::CallState;
use super::{Effect, Event};
use crate::grammar::refuses_recording;
use crate::ports::carrier::Command;
use crate::ports::journal::TurnSpeaker;
use crate::types::QuestionNo;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Times that the sentence is begun; a caller who talks over it each time is not recorded.
const TELLINGS_MAX: u32 = 2;
/// Beginning of the key under which RingCentral is asked to pause a recording that was refused.
pub(crate) const REFUSED_KEY: &str = "recording refused/";

/// What the caller was told of being recorded, and what they said to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// Nothing was said of it.
    #[default]
    Untold,
    /// The sentence is being spoken, for so many times.
    Telling(QuestionNo, u32),
    /// It was begun so many times, and never heard to its end.
    CutShort(u32),
    /// It was heard, and the caller goes on.
    Told,
    /// The caller does not want to be recorded.
    Refused,
}

/// Whether there is sound to record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Leg {
    #[default]
    Down,
    Up,
    Recorded,
}

/// What stands of the recording of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consent {
    asked: Asked,
    leg: Leg,
    /// Files that were begun and are not known to be deleted.
    files: Vec<String>,
    /// Recordings of RingCentral's that it was asked to pause.
    paused: BTreeSet<String>,
}

impl Consent {
    /// Gives the file that the record shows, as the line was asked to name it.
    pub fn file(&self) -> Option<&String> {
        self.files.last()
    }

    /// Says for the record what became of consent; `None` where it was never in question.
    pub fn as_str(&self) -> Option<&'static str> {
        match self.asked {
            Asked::Untold => None,
            Asked::Telling(..) | Asked::CutShort(_) => Some("not_heard"),
            Asked::Told => Some("told"),
            Asked::Refused => Some("refused"),
        }
    }
}

/// Gives the sentence where it is still to be spoken, before whatever else is said next. Prompts up to `stopped_to` were
/// told to fall silent.
pub(super) fn sentence(
    state: &mut CallState,
    stopped_to: Option<QuestionNo>,
    at: Timestamp,
) -> Option<Effect> {
    let text = state.settings.recording.sentence.clone()?;
    note_what_fell_silent(state, stopped_to);
    let times = match state.consent.asked {
        Asked::Untold => 0,
        Asked::CutShort(times) if times < TELLINGS_MAX => times,
        Asked::CutShort(_) | Asked::Telling(..) | Asked::Told | Asked::Refused => return None,
    };
    let effect = say(state, &text, at);
    if let Some(question) = effect.question() {
        state.consent.asked = Asked::Telling(question, times + 1);
    }
    Some(effect)
}

/// Follows an event after its phase has: adds to the effects what is to be recorded, or to be recorded no longer.
pub(super) fn settle(
    state: &mut CallState,
    event: &Event,
    effects: &mut Vec<Effect>,
    at: Timestamp,
) {
    note_the_leg(state, event);
    if let (Event::PromptPlayed { question }, Asked::Telling(told, _)) =
        (event, state.consent.asked)
        && *question == told
    {
        state.consent.asked = Asked::Told;
    }
    note_what_fell_silent(state, None);
    let was_refused = state.consent.asked == Asked::Refused;
    if !was_refused && is_refused(state, event, effects) {
        state.consent.asked = Asked::Refused;
        effects.extend(discard(state, at));
    }
    if let Event::RecordingStarted { .. } = event
        && was_refused
    {
        // It was begun while it was refused: the file may have come after what deleted it.
        effects.extend(discard(state, at));
    }
    if state.consent.asked == Asked::Refused {
        effects.extend(pause_at_the_carrier(state, at));
    } else {
        effects.extend(start(state, at));
    }
}

fn note_the_leg(state: &mut CallState, event: &Event) {
    if let Event::Answered { recording, .. } = event
        && state.has_audio()
    {
        state.consent.leg = Leg::Up;
        if let Some(file) = recording {
            // As journals older than consent have it: recorded from the answer on.
            state.consent.leg = Leg::Recorded;
            state.consent.files.push(file.clone());
        }
    }
    if let Event::ProcessRestarted = event {
        state.consent.leg = Leg::Down;
        // What was begun ended with that process; the line, once it is back, is recorded anew.
        let begins = |effect: &Effect| matches!(effect, Effect::StartRecording { .. });
        state.questions.drop_where(begins);
    }
    if let Event::RecordingStarted { question, .. } | Event::RecordingDiscarded { question, .. } =
        event
    {
        state.questions.close(*question);
    }
    if let Event::RecordingDiscarded { result: Ok(()), .. } = event {
        state.consent.files.clear();
    }
}

/// Notes that the sentence is no longer being spoken, if it is not: cut short, or lost with the process.
fn note_what_fell_silent(state: &mut CallState, stopped_to: Option<QuestionNo>) {
    if let Asked::Telling(question, times) = state.consent.asked
        && (stopped_to >= Some(question) || state.questions.get(question).is_none())
    {
        state.consent.asked = Asked::CutShort(times);
    }
}

/// Tells whether the caller's words refuse to be recorded, by themselves or with those before them.
fn is_refused(state: &CallState, event: &Event, effects: &[Effect]) -> bool {
    let turns = state.transcript.iter();
    let turns = turns.filter(|turn| turn.speaker == TurnSpeaker::Caller);
    let just_told = state.settings.recording.sentence.is_some() && turns.count() <= 1;
    let is_heard = matches!(event, Event::CallerSaid { utterance, .. }
        if refuses_recording(&utterance.text, just_told));
    let is_read = |effect: &Effect| matches!(effect, Effect::Interpret { text, .. } if refuses_recording(text, just_told));
    is_heard || effects.iter().any(is_read)
}

/// Records what is left of the call, once that may be.
fn start(state: &mut CallState, at: Timestamp) -> Option<Effect> {
    let recording = &state.settings.recording;
    let agreed = recording.sentence.is_none() || state.consent.asked == Asked::Told;
    let may_start = recording.own && agreed && state.has_audio();
    if !may_start || state.consent.leg != Leg::Up {
        return None;
    }
    state.consent.leg = Leg::Recorded;
    let call = state.call.clone();
    let effect = state.questions.ask(at, |question| {
        let file = format!("{call}-{}.wav", question.0);
        Effect::StartRecording { question, file }
    });
    if let Effect::StartRecording { file, .. } = &effect {
        state.consent.files.push(file.clone());
    }
    Some(effect)
}

/// Has everything deleted that was recorded.
fn discard(state: &mut CallState, at: Timestamp) -> Option<Effect> {
    let files = state.consent.files.clone();
    let discard = |question| Effect::DiscardRecording { question, files };
    (!state.consent.files.is_empty()).then(|| state.questions.ask(at, discard))
}

/// Has RingCentral pause each recording that it makes of the call, once. One that its account makes by itself may not be
/// ours to pause; then its answer says so.
fn pause_at_the_carrier(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if !state.settings.carrier {
        return Vec::new();
    }
    let made = state.line.session.recordings().map(str::to_owned);
    let open: Vec<String> = made
        .filter(|recording| !state.consent.paused.contains(recording))
        .collect();
    let mut effects = Vec::new();
    for recording in open {
        if state.consent.paused.insert(recording.clone()) {
            let key = Some(format!("{REFUSED_KEY}{recording}"));
            let pause = Command::SetRecording {
                recording,
                active: false,
            };
            effects.push(command(state, key, pause, at));
        }
    }
    effects
}
