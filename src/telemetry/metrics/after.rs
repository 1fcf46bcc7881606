//! Owns the metrics of the work after calls: recordings, transcripts, texts, word to the owner. Fed by the heart's signals
//! and by the sender of texts.

use super::make::{Maker, whole};
use prometheus::{Error, IntCounterVec, IntGauge};
use std::time::Duration;

/// Stages, and the commonest reasons for which they fail.
const STEPS: &[(&str, &[&str])] = &[
    ("card", &["database"]),
    (
        "recording",
        &[
            "no_recording_yet",
            "not_recorded",
            "none",
            "gone",
            "server_error",
            "unreachable",
            "rate_limited",
            "disk",
            "cut",
            "stalled",
        ],
    ),
    (
        "transcript",
        &[
            "no_transcriber",
            "unreachable",
            "unauthorised",
            "rate_limited",
            "not_audio",
        ],
    ),
    ("deletion", &["disk"]),
];

/// Metrics of the work after calls.
pub(super) struct After {
    steps: IntCounterVec,
    given_up: IntCounterVec,
    backlog: IntGauge,
    oldest: IntGauge,
    told: IntCounterVec,
    waiting: IntGauge,
    texts: IntCounterVec,
}

impl After {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        let after = Self {
            steps: maker.counters(
                "maitred_archive_steps_total",
                "Steps of the work after calls, by stage and result",
                &["stage", "result"],
            )?,
            given_up: maker.counters(
                "maitred_archive_given_up_total",
                "Work after calls that is not tried any more, by stage and reason; the record of the call has it too",
                &["stage", "reason"],
            )?,
            backlog: maker.gauge(
                "maitred_archive_backlog",
                "Calls whose recording or transcript is still to come",
            )?,
            oldest: maker.gauge(
                "maitred_archive_oldest_seconds",
                "Seconds since the end of the oldest of those calls; 0 when there is none",
            )?,
            told: maker.counters_of(
                "maitred_owner_notices_total",
                "Tries to tell the owner of a call, by result",
                "result",
                &["ok"],
            )?,
            waiting: maker.gauge(
                "maitred_owner_notices_waiting",
                "Messages that the owner has not had yet",
            )?,
            texts: maker.counters_of(
                "maitred_texts_total",
                "Steps of text messages, by the status they led to",
                "status",
                &[
                    "sent",
                    "waiting",
                    "checking",
                    "failed",
                    "uncertain",
                    "skipped",
                ],
            )?,
        };
        for (stage, reasons) in STEPS {
            after.steps.with_label_values(&[stage, "ok"]);
            for reason in *reasons {
                after.steps.with_label_values(&[stage, reason]);
                after.given_up.with_label_values(&[stage, reason]);
            }
        }
        Ok(after)
    }

    pub fn step(&self, stage: &str, result: &str) {
        self.steps.with_label_values(&[stage, result]).inc();
    }

    pub fn given_up(&self, stage: &str, reason: &str) {
        self.given_up.with_label_values(&[stage, reason]).inc();
    }

    pub fn backlog(&self, calls: u64, oldest: Duration, notices: u64) {
        self.backlog.set(whole(calls));
        self.oldest.set(whole(oldest.as_secs()));
        self.waiting.set(whole(notices));
    }

    pub fn owner_told(&self, result: &str) {
        self.told.with_label_values(&[result]).inc();
    }

    pub fn text(&self, status: &str) {
        self.texts.with_label_values(&[status]).inc();
    }
}
