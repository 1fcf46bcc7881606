//! Owns what is measured of a call: how long the caller waits and for what, who speaks over whom, what is not understood.
//! Called by the `Call` actor with each entry after its decision. Never changes the call, and holds none of its words.

use super::{CallState, Effect, Event, Phase, Recorded, Timer};
use crate::ports::observer::{Observer, Signal, TurnPart};
use crate::types::QuestionNo;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Shortest silence that counts; between two prompts there is always a little.
const SILENCE: Duration = Duration::from_millis(100);

/// What has been seen of a call so far.
#[derive(Debug, Default)]
pub(super) struct Witness {
    answered: bool,
    hearing: bool,
    playing: BTreeSet<QuestionNo>,
    /// When the caller began to speak over what is playing.
    spoken_over: Option<Timestamp>,
    /// What fell silent and may go on.
    paused: Option<QuestionNo>,
    silent_since: Option<Timestamp>,
    turns: usize,
    misses: u32,
    /// What is being read, and since when.
    reading: Option<(QuestionNo, Timestamp)>,
    /// When it was read; nothing has been decided on it yet.
    read_at: Option<Timestamp>,
    /// What will be said, and when that was decided.
    decided: Option<(QuestionNo, Timestamp)>,
}

impl Witness {
    /// Gives what an entry is worth noting for, decided at `now`.
    pub fn see(
        &mut self,
        state: &CallState,
        entry: &Recorded,
        effects: &[Effect],
        now: Timestamp,
    ) -> Vec<Signal> {
        let mut signals = Vec::new();
        let mut silent_from = entry.at;
        match &entry.event {
            Event::Admitted { settings } => signals.push(Signal::CallBegan {
                mode: settings.mode.as_str(),
            }),
            Event::Answered { .. } if !std::mem::replace(&mut self.answered, true) => {
                signals.push(Signal::Answered(between(state.started_at, entry.at)));
            }
            Event::SpeechStarted => {
                self.hearing = true;
                let pauses = effects.contains(&Effect::PauseSpeaking);
                self.spoken_over = pauses.then_some(entry.at);
            }
            Event::PromptPaused { question, .. } => {
                self.playing.remove(question);
                self.paused = Some(*question);
                let since = self.spoken_over.take();
                signals.extend(since.map(|since| Signal::FellSilent(between(since, entry.at))));
            }
            Event::CallerSaid { recognised_ms, .. } => {
                self.hearing = false;
                let late = Duration::from_millis(*recognised_ms);
                silent_from = entry.at.checked_sub(late).unwrap_or(entry.at);
            }
            Event::TimeCame {
                timer: Timer::NoWords,
            } => {
                self.hearing = false;
                signals.push(Signal::WordsLost { reason: "no_words" });
            }
            Event::EarsFailed { .. } => signals.push(Signal::WordsLost {
                reason: "ears_failed",
            }),
            Event::PromptStarted { question } => {
                self.playing.insert(*question);
                self.first_sound(state, *question, entry.at, &mut signals);
            }
            Event::PromptPlayed { question }
            | Event::PromptStopped { question, .. }
            | Event::PromptFailed { question, .. } => {
                self.playing.remove(question);
                self.paused.take_if(|paused| paused == question);
            }
            Event::ProcessRestarted | Event::MouthRestarted => self.playing.clear(),
            _ => {}
        }
        for effect in effects {
            match effect {
                Effect::ResumeSpeaking => self.playing.extend(self.paused.take()),
                Effect::StopSpeaking { .. } => signals.push(Signal::BargedIn),
                _ => {}
            }
        }
        self.follow_the_turn(entry, effects, now, &mut signals);
        self.count_misses(state, &mut signals);
        self.listen_for_silence(state, silent_from, entry.at, &mut signals);
        signals
    }

    /// Notes the whole time that the caller waited for a reply, and its last part.
    fn first_sound(
        &mut self,
        state: &CallState,
        question: QuestionNo,
        at: Timestamp,
        signals: &mut Vec<Signal>,
    ) {
        if let Some((_, since)) = self.decided.take_if(|(said, _)| *said == question) {
            let took = between(since, at);
            let part = TurnPart::FirstAudio;
            signals.push(Signal::TurnPart { part, took });
        }
        let before = std::mem::replace(&mut self.turns, state.transcript.len());
        let served = state.transcript.get(before..).unwrap_or_default().last();
        if let Some(ms) = served.and_then(|turn| turn.latency_ms) {
            let took = Duration::from_millis(ms.unsigned_abs());
            signals.push(Signal::TurnServed(took));
        }
    }

    /// Follows the caller's words from being heard to being answered.
    fn follow_the_turn(
        &mut self,
        entry: &Recorded,
        effects: &[Effect],
        now: Timestamp,
        signals: &mut Vec<Signal>,
    ) {
        if let Event::Understood { question, .. } = &entry.event
            && let Some((_, since)) = self.reading.take_if(|(read, _)| read == question)
        {
            let took = between(since, entry.at);
            let part = TurnPart::Understanding;
            signals.push(Signal::TurnPart { part, took });
            self.read_at = Some(entry.at);
        }
        for effect in effects {
            match effect {
                Effect::Interpret { question, .. } => {
                    self.reading = Some((*question, entry.at));
                    (self.read_at, self.decided) = (None, None);
                }
                Effect::Say { question, .. } => {
                    if let Some(since) = self.read_at.take() {
                        let took = between(since, now);
                        let part = TurnPart::Decision;
                        signals.push(Signal::TurnPart { part, took });
                        self.decided = Some((*question, now));
                    }
                }
                _ => {}
            }
        }
    }

    fn count_misses(&mut self, state: &CallState, signals: &mut Vec<Signal>) {
        let (Phase::Talking(talk)
        | Phase::HandingOver {
            back: Some(talk), ..
        }) = &state.phase
        else {
            return;
        };
        let misses = talk.dialogue.misses();
        if misses > self.misses {
            signals.push(Signal::NotUnderstood);
        }
        self.misses = misses;
    }

    fn listen_for_silence(
        &mut self,
        state: &CallState,
        from: Timestamp,
        at: Timestamp,
        signals: &mut Vec<Signal>,
    ) {
        let waits = is_ours_to_speak(state) && !self.hearing && self.playing.is_empty();
        if waits {
            self.silent_since.get_or_insert(from);
        } else if let Some(since) = self.silent_since.take() {
            let took = between(since, at);
            if took >= SILENCE {
                signals.push(Signal::Silence(took));
            }
        }
    }
}

/// Tells whether the caller waits for something of ours. One who has been put on hold by the other side hears nothing
/// of us anyway.
fn is_ours_to_speak(state: &CallState) -> bool {
    let owed = |effect: &Effect| match effect {
        Effect::Say { .. }
        | Effect::Reattach { .. }
        | Effect::Interpret { .. }
        | Effect::HoldSlot { .. }
        | Effect::FindOpenings { .. }
        | Effect::FindBookings { .. }
        | Effect::Book { .. }
        | Effect::ChangeBooking { .. }
        | Effect::CancelBooking { .. }
        | Effect::Transfer { .. }
        | Effect::Consult { .. } => true,
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
        | Effect::HangUp { .. } => false,
    };
    state.has_audio() && !state.line.held && state.questions.open().any(|(_, effect)| owed(effect))
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from)
        .max(jiff::SignedDuration::ZERO)
        .unsigned_abs()
}

/// Counts a call in the phase it is in, for as long as its actor lives: one that crashes leaves nothing behind.
pub(super) struct InPhase {
    observer: Arc<dyn Observer>,
    phase: Option<&'static str>,
}

impl InPhase {
    /// Begins in no phase.
    pub fn new(observer: Arc<dyn Observer>) -> Self {
        let phase = None;
        Self { observer, phase }
    }

    /// Counts the call in a phase, and no longer in the one before.
    pub fn enter(&mut self, to: &'static str) {
        let from = self.phase.replace(to);
        if from != Some(to) {
            self.observer.note(Signal::PhaseEntered { from, to });
        }
    }
}

impl Drop for InPhase {
    fn drop(&mut self) {
        if let Some(phase) = self.phase {
            self.observer.note(Signal::PhaseLeft(phase));
        }
    }
}
