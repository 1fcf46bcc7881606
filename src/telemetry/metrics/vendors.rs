//! Owns the metrics of those whom we ask: providers of speech, the language model and RingCentral's REST. Fed by the heart's signals, by the
//! REST client and by the ingress.

use super::make::{Maker, SECONDS, whole};
use prometheus::{Error, HistogramVec, IntCounterVec, IntGaugeVec};
use std::time::Duration;

/// Results of a provider that are known beforehand.
const PROVIDED: [&str; 7] = [
    "ok",
    "unauthorised",
    "rate_limited",
    "bad_request",
    "unreachable",
    "broken",
    "late",
];
const GROUPS: [&str; 4] = ["light", "medium", "heavy", "auth"];
/// Results of a REST request that are known beforehand.
const ANSWERED: [&str; 6] = [
    "ok",
    "server_error",
    "rate_limited",
    "unreachable",
    "no_answer",
    "held_back",
];

/// Metrics of vendors.
pub(super) struct Vendors {
    requests: IntCounterVec,
    seconds: HistogramVec,
    breaker: IntGaugeVec,
    ringcentral: IntCounterVec,
    remaining: IntGaugeVec,
    limit: IntGaugeVec,
}

impl Vendors {
    pub fn new(maker: &Maker<'_>) -> Result<Self, Error> {
        let vendors = Self {
            requests: maker.counters(
                "maitred_vendor_requests_total",
                "Requests to providers of speech and to the language model, by provider and result",
                &["provider", "result"],
            )?,
            seconds: maker.histograms(
                "maitred_vendor_seconds",
                "Time until a provider of speech began to serve, or the language model had answered, by provider",
                "provider",
                SECONDS,
            )?,
            breaker: maker.gauges(
                "maitred_vendor_breaker_open",
                "Whether a provider failed three times in a row and has not served since, by provider",
                &["provider"],
            )?,
            ringcentral: maker.counters(
                "maitred_ringcentral_requests_total",
                "Requests to RingCentral's REST, by usage group and result",
                &["group", "result"],
            )?,
            remaining: maker.gauges(
                "maitred_ringcentral_requests_remaining",
                "Requests that may still be sent within the present window, by usage group; 0 in a penalty",
                &["group"],
            )?,
            limit: maker.gauges(
                "maitred_ringcentral_requests_limit",
                "Requests that may be sent within one window, by usage group",
                &["group"],
            )?,
        };
        for group in GROUPS {
            for result in ANSWERED {
                vendors.ringcentral.with_label_values(&[group, result]);
            }
        }
        Ok(vendors)
    }

    /// Begins the series of a provider at 0.
    pub fn expect_provider(&self, provider: &str) {
        for result in PROVIDED {
            self.requests.with_label_values(&[provider, result]);
        }
        self.seconds.with_label_values(&[provider]);
        self.breaker.with_label_values(&[provider]);
    }

    pub fn asked(&self, provider: &str, result: &str, took: Duration) {
        self.requests.with_label_values(&[provider, result]).inc();
        if result == "ok" {
            let seconds = self.seconds.with_label_values(&[provider]);
            seconds.observe(took.as_secs_f64());
        }
    }

    pub fn breaker(&self, provider: &str, is_open: bool) {
        let breaker = self.breaker.with_label_values(&[provider]);
        breaker.set(i64::from(is_open));
    }

    pub fn ringcentral(&self, group: &str, result: &str) {
        self.ringcentral.with_label_values(&[group, result]).inc();
    }

    pub fn room(&self, group: &str, remaining: u32, limit: u32) {
        let of_group = [group];
        let remaining = whole(remaining.into());
        self.remaining.with_label_values(&of_group).set(remaining);
        self.limit
            .with_label_values(&of_group)
            .set(whole(limit.into()));
    }
}
