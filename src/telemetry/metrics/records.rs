//! Owns the metrics of what is written down: the journal, the webhooks that go into it, the book. Fed by the heart's signals
//! and by the ingress.

use super::make::{Maker, SECONDS, whole};
use prometheus::{Error, Histogram, IntCounter, IntCounterVec, IntGauge};
use std::time::Duration;

/// Metrics of what is written down.
pub(super) struct Records {
    commit: Histogram,
    entries: IntCounter,
    failures: IntCounter,
    failing: IntGauge,
    backlog: IntGauge,
    deliveries: IntCounterVec,
    webhook: Histogram,
    bookings: IntCounterVec,
}

impl Records {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        Ok(Self {
            commit: maker.histogram(
                "maitred_journal_commit_seconds",
                "Time to write a group of journal entries",
                SECONDS,
            )?,
            entries: maker.counter("maitred_journal_entries_total", "Journal entries written")?,
            failures: maker.counter(
                "maitred_journal_failures_total",
                "Writes and reads of the journal that failed and were tried again",
            )?,
            failing: maker.gauge(
                "maitred_journal_failing",
                "Whether the journal could not be written or read, and nothing was written since",
            )?,
            backlog: maker.gauge(
                "maitred_journal_backlog",
                "Journal entries that wait to be written",
            )?,
            deliveries: maker.counters_of(
                "maitred_webhook_deliveries_total",
                "Webhook deliveries, by result",
                "result",
                &[
                    "accepted",
                    "duplicate",
                    "validated",
                    "malformed",
                    "not_written",
                    "rate_limited",
                    "not_configured",
                    "no_proof",
                    "wrong_signature",
                    "wrong_token",
                ],
            )?,
            webhook: maker.histogram(
                "maitred_webhook_seconds",
                "Time to answer a webhook delivery",
                SECONDS,
            )?,
            bookings: maker.counters_of(
                "maitred_bookings_total",
                "Answers of the book to whoever wanted to change it, by outcome; failed readings too",
                "outcome",
                &[
                    "held",
                    "booked",
                    "changed",
                    "cancelled",
                    "taken",
                    "refused",
                    "no_such_booking",
                    "unavailable",
                ],
            )?,
        })
    }

    pub fn committed(&self, entries: usize, took: Duration) {
        self.entries.inc_by(entries as u64);
        self.commit.observe(took.as_secs_f64());
        self.failing.set(0);
    }

    pub fn commit_failed(&self) {
        self.failures.inc();
        self.failing.set(1);
    }

    /// Tells whether it could not be written or read, and nothing was written since.
    pub fn is_failing(&self) -> bool {
        self.failing.get() != 0
    }

    pub fn backlog(&self, waiting: usize) {
        self.backlog.set(whole(waiting as u64));
    }

    pub fn delivery(&self, result: &str, took: Duration) {
        self.deliveries.with_label_values(&[result]).inc();
        self.webhook.observe(took.as_secs_f64());
    }

    pub fn book_asked(&self, outcome: &str) {
        self.bookings.with_label_values(&[outcome]).inc();
    }
}
