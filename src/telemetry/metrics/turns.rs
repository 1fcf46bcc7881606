//! Owns the metrics of the conversation as the caller hears it: how long each reply takes and why, silence, words that are
//! lost. Fed by the heart's signals.

use super::make::{Maker, SECONDS};
use maitred_actors::ports::observer::TurnPart;
use prometheus::{Counter, Error, Histogram, HistogramVec, IntCounter, IntCounterVec};
use std::time::Duration;

/// Buckets for silence: what is not noticed, what is, and what makes a caller hang up.
const SILENCE: &[f64] = &[
    0.2, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0,
];

/// Buckets for falling silent: a frame is 0.02 s, and 0.1 s is the longest that goes unnoticed.
const BARGE_IN: &[f64] = &[0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.5, 1.0];

/// Metrics of the conversation.
pub(super) struct Turns {
    turn: Histogram,
    parts: HistogramVec,
    prepared: IntCounterVec,
    silence: Histogram,
    barged_in: IntCounter,
    barge_in: Histogram,
    not_understood: IntCounter,
    words_lost: IntCounterVec,
    unheard: Counter,
}

impl Turns {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        let turns = Self {
            turn: maker.histogram(
                "maitred_turn_seconds",
                "Time from the end of the caller's turn to the first sound of the reply",
                SECONDS,
            )?,
            parts: maker.histograms(
                "maitred_turn_part_seconds",
                "Parts of that time, by part",
                "part",
                SECONDS,
            )?,
            prepared: maker.counters_of(
                "maitred_replies_prepared_total",
                "Replies whose sound was prepared before the caller's turn was over, by what became of them",
                "result",
                &["used", "dropped"],
            )?,
            silence: maker.histogram(
                "maitred_silence_seconds",
                "Times in which neither side spoke although it was ours to speak, 0.1 s or longer",
                SILENCE,
            )?,
            barged_in: maker.counter(
                "maitred_barge_ins_total",
                "Prompts that were stopped because the caller spoke over them or pressed a key",
            )?,
            barge_in: maker.histogram(
                "maitred_barge_in_seconds",
                "Time from the recogniser's notice that the caller speaks over a prompt to our silence",
                BARGE_IN,
            )?,
            not_understood: maker.counter(
                "maitred_turns_not_understood_total",
                "Turns of callers of which nothing could be made",
            )?,
            words_lost: maker.counters_of(
                "maitred_words_lost_total",
                "Times that a caller spoke and no words came of it, by reason",
                "reason",
                &["no_words", "ears_failed"],
            )?,
            unheard: maker.seconds_counter(
                "maitred_unheard_seconds_total",
                "Sound of callers that no recogniser was given",
            )?,
        };
        for part in TurnPart::ALL {
            turns.parts.with_label_values(&[part.as_str()]);
        }
        Ok(turns)
    }

    pub fn served(&self, took: Duration) {
        self.turn.observe(took.as_secs_f64());
    }

    pub fn part(&self, part: TurnPart, took: Duration) {
        let part = self.parts.with_label_values(&[part.as_str()]);
        part.observe(took.as_secs_f64());
    }

    pub fn prepared(&self, used: bool) {
        let result = if used { "used" } else { "dropped" };
        self.prepared.with_label_values(&[result]).inc();
    }

    pub fn silent(&self, lasted: Duration) {
        self.silence.observe(lasted.as_secs_f64());
    }

    pub fn barged_in(&self) {
        self.barged_in.inc();
    }

    pub fn fell_silent(&self, took: Duration) {
        self.barge_in.observe(took.as_secs_f64());
    }

    pub fn not_understood(&self) {
        self.not_understood.inc();
    }

    pub fn words_lost(&self, reason: &str) {
        self.words_lost.with_label_values(&[reason]).inc();
    }

    pub fn unheard(&self, lasted: Duration) {
        self.unheard.inc_by(lasted.as_secs_f64());
    }
}
