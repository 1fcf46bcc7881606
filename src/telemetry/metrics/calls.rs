//! Owns the metrics of calls as a whole and of the actors that serve them. Fed by the heart's signals.

use super::make::{Maker, SECONDS};
use maitred_actors::call::Outcome;
use prometheus::{Error, Histogram, IntCounter, IntCounterVec, IntGaugeVec};
use std::time::Duration;

/// Phase in which a call is no longer live.
const OVER: &str = "over";
const MODES: [&str; 3] = ["full_auto", "triage", "human_only"];
const PHASES: [&str; 7] = [
    "arriving",
    "answering",
    "watching",
    "talking",
    "leaving",
    "handing_over",
    "hanging_up",
];
const ACTORS: [&str; 11] = [
    "call",
    "call_supervisor",
    "listener",
    "speaker",
    "media_leg",
    "scribe",
    "phone_line",
    "speech_desk",
    "interpreter",
    "booking_desk",
    "archivist",
];
const ENDS: [&str; 4] = ["panic", "killed", "error", "stopped"];

/// Metrics of calls.
pub(super) struct Calls {
    live: IntGaugeVec,
    began: IntCounterVec,
    ended: IntCounterVec,
    refused: IntCounterVec,
    answer: Histogram,
    restarts: IntCounterVec,
    poisoned: IntCounter,
}

impl Calls {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        let calls = Self {
            live: maker.gauges("maitred_calls", "Calls that are live, by phase", &["phase"])?,
            began: maker.counters_of(
                "maitred_calls_admitted_total",
                "Calls that were admitted, by AI mode",
                "mode",
                &MODES,
            )?,
            ended: maker.counters(
                "maitred_calls_ended_total",
                "Calls that ended, by direction, AI mode and outcome",
                &["direction", "mode", "outcome"],
            )?,
            refused: maker.counters_of(
                "maitred_calls_refused_total",
                "Calls turned away at the door, by reason",
                "reason",
                &["closing", "journal_behind", "too_many_calls"],
            )?,
            answer: maker.histogram(
                "maitred_call_answer_seconds",
                "Time from ringing to the answer",
                SECONDS,
            )?,
            restarts: maker.counters(
                "maitred_actor_restarts_total",
                "Actors started again, by actor and reason",
                &["actor", "reason"],
            )?,
            poisoned: maker.counter(
                "maitred_events_poisoned_total",
                "Events set aside because they crashed their call twice",
            )?,
        };
        for phase in PHASES {
            calls.live.with_label_values(&[phase]);
        }
        for outcome in Outcome::ALL {
            for mode in MODES {
                calls.ended_as("inbound", mode, outcome.as_str());
            }
        }
        let failed = Outcome::Failed.as_str();
        for mode in MODES {
            calls.ended_as("outbound", mode, failed);
        }
        calls.ended_as("unknown", "unknown", failed);
        for actor in ACTORS {
            for reason in ENDS {
                calls.restarts.with_label_values(&[actor, reason]);
            }
        }
        Ok(calls)
    }

    pub fn entered(&self, from: Option<&str>, to: &str) {
        if let Some(from) = from {
            self.left(from);
        }
        if to != OVER {
            self.live.with_label_values(&[to]).inc();
        }
    }

    pub fn left(&self, phase: &str) {
        if phase != OVER {
            self.live.with_label_values(&[phase]).dec();
        }
    }

    pub fn began(&self, mode: &str) {
        self.began.with_label_values(&[mode]).inc();
    }

    pub fn ended(&self, direction: &str, mode: &str, outcome: &str) {
        self.ended_as(direction, mode, outcome).inc();
    }

    pub fn refused(&self, reason: &str) {
        self.refused.with_label_values(&[reason]).inc();
    }

    pub fn answered(&self, took: Duration) {
        self.answer.observe(took.as_secs_f64());
    }

    pub fn restarted(&self, actor: &str, reason: &str) {
        self.restarts.with_label_values(&[actor, reason]).inc();
    }

    pub fn poisoned(&self) {
        self.poisoned.inc();
    }

    fn ended_as(&self, direction: &str, mode: &str, outcome: &str) -> IntCounter {
        self.ended.with_label_values(&[direction, mode, outcome])
    }
}
