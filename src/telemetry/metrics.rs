//! Owns every metric: name, labels, buckets. Fed by the heart through `ports::observer::Observer` and by the ingress;
//! read at `/metrics`. Labels are few and never carry anything of a caller.

use super::after_calls::ArchiveMetrics;
use maitred_actors::ports::observer::{Observer, Signal};
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use std::time::Duration;

/// Every metric's name and what it tells, in the order of `/metrics`' sections.
pub const METRICS: &[(&str, &str)] = &[
    ("maitred_calls", "Calls that are live, by phase"),
    ("maitred_calls_ended_total", "Calls that ended, by outcome"),
    (
        "maitred_calls_refused_total",
        "Calls turned away at the door, by reason",
    ),
    (
        "maitred_call_answer_seconds",
        "Time from ringing to the answer",
    ),
    (
        "maitred_turn_seconds",
        "Time from the end of the caller's turn to the first sound of the reply",
    ),
    (
        "maitred_actor_restarts_total",
        "Actors started again, by actor and reason",
    ),
    (
        "maitred_events_poisoned_total",
        "Events set aside because they crashed their call twice",
    ),
    (
        "maitred_journal_commit_seconds",
        "Time to write a group of journal entries",
    ),
    ("maitred_journal_entries_total", "Journal entries written"),
    (
        "maitred_journal_failures_total",
        "Journal writes that failed and were tried again",
    ),
    (
        "maitred_journal_backlog",
        "Journal entries that wait to be written",
    ),
    (
        "maitred_vendor_requests_total",
        "Requests to providers of speech, by provider and result",
    ),
    (
        "maitred_line_registered",
        "Whether the line is registered with its server",
    ),
    (
        "maitred_webhook_deliveries_total",
        "Webhook deliveries, by result",
    ),
    ("maitred_webhook_seconds", "Time to answer a delivery"),
    (
        "maitred_ringcentral_requests_total",
        "Requests to RingCentral's REST, by usage group and result",
    ),
    (
        "maitred_subscription_seconds_to_expiry",
        "Seconds until the webhook subscription expires; 0 when there is none",
    ),
    (
        "maitred_drift_total",
        "Times that RingCentral's view of a call and ours were brought together again, by kind",
    ),
    ("maitred_texts_total", "Steps of texts, by status reached"),
    (
        "maitred_profile_changes_total",
        "Changes of the business profile that were found, by result",
    ),
    (
        "maitred_profile_current",
        "Whether the file of the business profile is the version that holds",
    ),
    (
        "maitred_archive_steps_total",
        "Steps of the work after calls, by stage and result",
    ),
    (
        "maitred_archive_backlog",
        "Cards, recordings and transcripts that are still to come",
    ),
    (
        "maitred_archive_oldest_seconds",
        "Seconds since the end of the oldest call of those; 0 when there is none",
    ),
    (
        "maitred_owner_notices_total",
        "Tries to tell the owner of a call, by result",
    ),
    (
        "maitred_owner_notices_waiting",
        "Messages that the owner has not had yet",
    ),
];

/// Buckets around the targets: 200 ms for webhooks, 500 ms for replies, 3 s for answers.
const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0,
    10.0,
];

/// All metrics of one server.
pub struct Metrics {
    registry: Registry,
    calls: IntGaugeVec,
    calls_ended: IntCounterVec,
    calls_refused: IntCounterVec,
    call_answer: Histogram,
    turn: Histogram,
    restarts: IntCounterVec,
    poisoned: IntCounter,
    commit: Histogram,
    entries: IntCounter,
    commit_failures: IntCounter,
    backlog: IntGauge,
    vendor: IntCounterVec,
    registered: IntGauge,
    deliveries: IntCounterVec,
    webhook: Histogram,
    ringcentral: IntCounterVec,
    subscription: IntGauge,
    drift: IntCounterVec,
    texts: IntCounterVec,
    profile_changes: IntCounterVec,
    profile_current: IntGauge,
    archive: ArchiveMetrics,
}

impl Metrics {
    /// Makes the metrics of a server; fails only if two share a name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let metrics = Self {
            calls: IntGaugeVec::new(opts("maitred_calls"), &["phase"])?,
            calls_ended: IntCounterVec::new(opts("maitred_calls_ended_total"), &["outcome"])?,
            calls_refused: IntCounterVec::new(opts("maitred_calls_refused_total"), &["reason"])?,
            call_answer: histogram("maitred_call_answer_seconds")?,
            turn: histogram("maitred_turn_seconds")?,
            restarts: IntCounterVec::new(
                opts("maitred_actor_restarts_total"),
                &["actor", "reason"],
            )?,
            poisoned: IntCounter::with_opts(opts("maitred_events_poisoned_total"))?,
            commit: histogram("maitred_journal_commit_seconds")?,
            entries: IntCounter::with_opts(opts("maitred_journal_entries_total"))?,
            commit_failures: IntCounter::with_opts(opts("maitred_journal_failures_total"))?,
            backlog: IntGauge::with_opts(opts("maitred_journal_backlog"))?,
            vendor: IntCounterVec::new(
                opts("maitred_vendor_requests_total"),
                &["provider", "result"],
            )?,
            registered: IntGauge::with_opts(opts("maitred_line_registered"))?,
            deliveries: IntCounterVec::new(opts("maitred_webhook_deliveries_total"), &["result"])?,
            webhook: histogram("maitred_webhook_seconds")?,
            ringcentral: IntCounterVec::new(
                opts("maitred_ringcentral_requests_total"),
                &["group", "result"],
            )?,
            subscription: IntGauge::with_opts(opts("maitred_subscription_seconds_to_expiry"))?,
            drift: IntCounterVec::new(opts("maitred_drift_total"), &["kind"])?,
            texts: IntCounterVec::new(opts("maitred_texts_total"), &["status"])?,
            profile_changes: IntCounterVec::new(
                opts("maitred_profile_changes_total"),
                &["result"],
            )?,
            profile_current: IntGauge::with_opts(opts("maitred_profile_current"))?,
            archive: ArchiveMetrics::new()?,
            registry,
        };
        metrics.register()?;
        Ok(metrics)
    }

    /// Counts one webhook delivery.
    pub fn note_delivery(&self, result: &str, took: Duration) {
        self.deliveries.with_label_values(&[result]).inc();
        self.webhook.observe(took.as_secs_f64());
    }

    /// Counts one request to RingCentral's REST.
    pub fn note_ringcentral(&self, group: &str, result: &str) {
        self.ringcentral.with_label_values(&[group, result]).inc();
    }

    /// Counts one step of a text message.
    pub fn note_text(&self, status: &str) {
        self.texts.with_label_values(&[status]).inc();
    }

    /// Counts one change of the business profile.
    pub fn note_profile(&self, result: &str) {
        self.profile_changes.with_label_values(&[result]).inc();
    }

    /// Notes whether the file of the business profile is the version that holds.
    pub fn note_profile_standing(&self, is_current: bool) {
        self.profile_current.set(i64::from(is_current));
    }

    /// Notes how long the webhook subscription still lives.
    pub fn note_subscription(&self, seconds_to_expiry: u64) {
        self.subscription
            .set(i64::try_from(seconds_to_expiry).unwrap_or(i64::MAX));
    }

    /// Writes all metrics in Prometheus' text format.
    pub fn text(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let all: [Box<dyn prometheus::core::Collector>; 21] = [
            Box::new(self.calls.clone()),
            Box::new(self.calls_ended.clone()),
            Box::new(self.calls_refused.clone()),
            Box::new(self.call_answer.clone()),
            Box::new(self.turn.clone()),
            Box::new(self.restarts.clone()),
            Box::new(self.poisoned.clone()),
            Box::new(self.commit.clone()),
            Box::new(self.entries.clone()),
            Box::new(self.commit_failures.clone()),
            Box::new(self.backlog.clone()),
            Box::new(self.vendor.clone()),
            Box::new(self.registered.clone()),
            Box::new(self.deliveries.clone()),
            Box::new(self.webhook.clone()),
            Box::new(self.ringcentral.clone()),
            Box::new(self.subscription.clone()),
            Box::new(self.drift.clone()),
            Box::new(self.texts.clone()),
            Box::new(self.profile_changes.clone()),
            Box::new(self.profile_current.clone()),
        ];
        all.into_iter()
            .chain(self.archive.all())
            .try_for_each(|metric| self.registry.register(metric))
    }
}

impl Observer for Metrics {
    fn note(&self, signal: Signal) {
        match signal {
            Signal::PhaseEntered { from, to } => {
                if let Some(from) = from {
                    self.calls.with_label_values(&[from]).dec();
                }
                if to != "over" {
                    self.calls.with_label_values(&[to]).inc();
                }
            }
            Signal::CallEnded { outcome } => self.calls_ended.with_label_values(&[outcome]).inc(),
            Signal::CallRefused { reason } => self.calls_refused.with_label_values(&[reason]).inc(),
            Signal::Answered(took) => self.call_answer.observe(took.as_secs_f64()),
            Signal::TurnServed(took) => self.turn.observe(took.as_secs_f64()),
            Signal::Restarted { actor, reason } => {
                self.restarts.with_label_values(&[actor, reason]).inc();
            }
            Signal::Poisoned => self.poisoned.inc(),
            Signal::Committed { entries, took } => {
                self.entries.inc_by(entries as u64);
                self.commit.observe(took.as_secs_f64());
            }
            Signal::CommitFailed => self.commit_failures.inc(),
            Signal::Backlog(waiting) => {
                self.backlog.set(i64::try_from(waiting).unwrap_or(i64::MAX))
            }
            Signal::Vendor { provider, result } => {
                self.vendor.with_label_values(&[provider, result]).inc();
            }
            Signal::Drift { kind } => self.drift.with_label_values(&[kind]).inc(),
            Signal::Registered(yes) => self.registered.set(i64::from(yes)),
            Signal::Archived { .. } | Signal::ArchiveBacklog { .. } | Signal::OwnerTold { .. } => {
                self.archive.note(&signal);
            }
        }
    }
}

pub(super) fn opts(name: &str) -> Opts {
    let about = METRICS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, about)| about);
    Opts::new(name, about)
}

fn histogram(name: &str) -> Result<Histogram, prometheus::Error> {
    let HistogramOpts { common_opts, .. } = HistogramOpts::from(opts(name));
    Histogram::with_opts(HistogramOpts {
        common_opts,
        buckets: SECONDS.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    #[test]
    fn every_metric_has_a_name_and_a_purpose() {
        let metrics = Metrics::new().unwrap();
        metrics.note(Signal::PhaseEntered {
            from: None,
            to: "arriving",
        });
        metrics.note(Signal::CallEnded { outcome: "booked" });
        metrics.note(Signal::CallRefused { reason: "closing" });
        metrics.note(Signal::Restarted {
            actor: "call",
            reason: "panic",
        });
        metrics.note(Signal::Vendor {
            provider: "deepgram_flux",
            result: "ok",
        });
        metrics.note_delivery("accepted", Duration::from_millis(3));
        metrics.note_ringcentral("light", "ok");
        metrics.note_text("sent");
        metrics.note(Signal::Drift { kind: "ghost" });
        metrics.note_profile("accepted");
        metrics.note(Signal::Archived {
            stage: "recording",
            result: "ok",
        });
        metrics.note(Signal::OwnerTold { result: "ok" });
        let text = metrics.text().unwrap();
        for (name, about) in METRICS {
            assert!(
                text.contains(&format!("# HELP {name} {about}")),
                "{name} is missing in\n{text}"
            );
        }
    }
}
