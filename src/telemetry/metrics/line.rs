//! Owns the metrics of the telephone line: its registration, the network under its calls, and what had drifted apart between
//! RingCentral and us. Fed by the heart's signals and by the ingress.

use super::make::{Maker, whole};
use maitred_actors::ports::audio::{FRAME_BYTES, LegStats};
use prometheus::{Counter, Error, Histogram, IntCounterVec, IntGauge};
use std::sync::atomic::{AtomicBool, Ordering};

/// Seconds of sound in a frame.
const FRAME_SECONDS: f64 = FRAME_BYTES as f64 / 8_000.0;
/// Buckets for the share of packets that is lost: up to 1 % nobody hears, from 5 % on everybody.
const LOSS: &[f64] = &[0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
/// Buckets for jitter in seconds.
const JITTER: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2];

/// Metrics of the line.
pub(super) struct Line {
    registered: IntGauge,
    was_lost: AtomicBool,
    packets: IntCounterVec,
    concealed: Counter,
    loss: Histogram,
    jitter: Histogram,
    subscription: IntGauge,
    drift: IntCounterVec,
}

impl Line {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        Ok(Self {
            registered: maker.gauge(
                "maitred_line_registered",
                "Whether the line is registered with its server",
            )?,
            was_lost: AtomicBool::new(false),
            packets: maker.counters_of(
                "maitred_media_packets_total",
                "Packets of calls that are over, by fate; late ones came after their turn and were dropped",
                "fate",
                &["received", "lost", "late", "rejected", "sent"],
            )?,
            concealed: maker.seconds_counter(
                "maitred_media_concealed_seconds_total",
                "Sound of callers that had to be made up",
            )?,
            loss: maker.histogram(
                "maitred_leg_loss_ratio",
                "Share of a call's packets that were lost or came too late",
                LOSS,
            )?,
            jitter: maker.histogram(
                "maitred_leg_jitter_seconds",
                "Unevenness with which a call's packets came (RFC 3550)",
                JITTER,
            )?,
            subscription: maker.gauge(
                "maitred_subscription_seconds_to_expiry",
                "Seconds until the webhook subscription expires; 0 when there is none",
            )?,
            drift: maker.counters_of(
                "maitred_drift_total",
                "Times that RingCentral's view and ours were brought together again, by kind",
                "kind",
                &["ghost", "missed_report", "subscription", "registration"],
            )?,
        })
    }

    /// Notes the registration; one that is back after it was lost had drifted.
    pub fn registered(&self, yes: bool) {
        self.registered.set(i64::from(yes));
        if self.was_lost.swap(!yes, Ordering::Relaxed) && yes {
            self.drifted("registration");
        }
    }

    pub fn drifted(&self, kind: &str) {
        self.drift.with_label_values(&[kind]).inc();
    }

    pub fn subscription(&self, seconds_to_expiry: u64, revived: u64) {
        self.subscription.set(whole(seconds_to_expiry));
        let noted = self.drift.with_label_values(&["subscription"]);
        noted.inc_by(revived.saturating_sub(noted.get()));
    }

    pub fn leg_ended(&self, stats: &LegStats) {
        for (fate, packets) in [
            ("received", stats.received),
            ("lost", stats.lost),
            ("late", stats.late),
            ("rejected", stats.rejected),
            ("sent", stats.sent),
        ] {
            self.packets.with_label_values(&[fate]).inc_by(packets);
        }
        self.concealed
            .inc_by(stats.concealed as f64 * FRAME_SECONDS);
        let due = stats.received + stats.lost;
        if due > 0 {
            let missing = (stats.lost + stats.late) as f64;
            self.loss.observe(missing / due as f64);
            self.jitter.observe(f64::from(stats.jitter_ms) / 1_000.0);
        }
    }
}
