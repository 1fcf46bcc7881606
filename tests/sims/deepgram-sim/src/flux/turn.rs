//! The turns of a conversation, on the clock of the audio.
//!
//! Owns the states of a turn. Called by the session with what the modem found and with the passing of audio; it
//! never knows the time of day, so that a turn whose audio stops never ends.

use voice_modem::{Item, SAMPLE_RATE};

use crate::audio_clock::MILLISECOND;
use crate::config::SimConfig;
use crate::flux::settings::Settings;

/// Samples between two updates when nothing else changed: a quarter of a second.
const UPDATE_SAMPLES: u64 = SAMPLE_RATE as u64 / 4;

/// What a turn reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Start,
    Update,
    EagerEnd,
    Resumed,
    /// The end, with the reason that stands in `trigger`.
    End(&'static str),
}

/// A word and the samples it spans.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// The turn that is open, or the silence before it.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    pub(crate) index: u64,
    pub(crate) words: Vec<Word>,
    /// Stretches of speech that could not be understood.
    pub(crate) damaged: usize,
    /// Where this turn's window of audio begins.
    pub(crate) window_start: u64,
    open: bool,
    eager_sent: bool,
    silent_since: Option<u64>,
    last_event: u64,
}

impl Turn {
    /// Takes one finding of the modem.
    pub(crate) fn hear(&mut self, item: Item) -> Vec<Event> {
        let mut events = Vec::new();
        match item {
            Item::CarrierStarted { at_sample } => self.speech(at_sample, &mut events),
            Item::Word {
                text,
                from_sample,
                to_sample,
            } => {
                self.speech(from_sample, &mut events);
                self.words.push(Word {
                    text,
                    from: from_sample,
                    to: to_sample,
                });
            }
            Item::Damaged { from_sample } => {
                self.speech(from_sample, &mut events);
                self.damaged += 1;
            }
            Item::CarrierEnded { at_sample } => self.silent_since = Some(at_sample),
        }
        events
    }

    /// Lets audio pass up to a sample.
    pub(crate) fn pass(
        &mut self,
        now: u64,
        settings: &Settings,
        config: &SimConfig,
    ) -> Option<Event> {
        let event = self.due(now, settings, config)?;
        self.last_event = now;
        self.eager_sent |= event == Event::EagerEnd;
        Some(event)
    }

    /// Ends the open turn on demand.
    pub(crate) fn force(&mut self) -> Option<Event> {
        self.open.then_some(Event::End("manual"))
    }

    /// How sure the model is that the turn has ended, 0 to 1: a curve through the two configured silences. It never
    /// reaches 1, so a threshold of 1 leaves the end to the timeout.
    pub(crate) fn end_confidence(&self, now: u64, config: &SimConfig) -> f64 {
        let Some(since) = self.silent_since else {
            return 0.05;
        };
        let silence = (now.saturating_sub(since) / MILLISECOND) as f64;
        let (eager, end) = (config.eager_ms as f64, config.end_of_turn_ms as f64);
        let curve = [
            (0.0, 0.1),
            (eager, 0.4),
            (end, 0.7),
            (3.0 * end, 0.9),
            (6.0 * end, 0.99),
        ];
        let above = curve.windows(2).find(|pair| silence < pair[1].0);
        above.map_or(0.99, |pair| {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            y0 + (silence - x0).max(0.0) / (x1 - x0) * (y1 - y0)
        })
    }

    /// Begins the next turn, after an end was reported.
    pub(crate) fn next(&mut self, now: u64) {
        let silent_since = self.silent_since;
        *self = Self {
            index: self.index + 1,
            window_start: now,
            silent_since,
            last_event: now,
            ..Self::default()
        };
    }

    /// Whether a turn is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    fn speech(&mut self, at: u64, events: &mut Vec<Event>) {
        if !self.open {
            self.open = true;
            self.window_start = self.window_start.max(at);
            events.push(Event::Start);
        } else if self.eager_sent {
            self.eager_sent = false;
            events.push(Event::Resumed);
        }
        self.silent_since = None;
        self.last_event = self.last_event.max(at);
    }

    fn due(&self, now: u64, settings: &Settings, config: &SimConfig) -> Option<Event> {
        if self.open
            && let Some(since) = self.silent_since
        {
            let confidence = self.end_confidence(now, config);
            if settings.eager.is_some_and(|eager| confidence >= eager)
                && !self.eager_sent
                && !self.words.is_empty()
            {
                return Some(Event::EagerEnd);
            }
            if confidence >= settings.end {
                return Some(Event::End("model"));
            }
            if now.saturating_sub(since) >= settings.timeout_ms * MILLISECOND {
                return Some(Event::End("timeout"));
            }
        }
        (now >= self.last_event + UPDATE_SAMPLES).then_some(Event::Update)
    }
}
