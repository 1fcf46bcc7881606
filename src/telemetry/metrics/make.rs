//! Owns the making of metrics: a name and its purpose once, registered at once. Called by the files beside it. A counter
//! whose labels are known begins at 0, because Prometheus sees no increase in a series that begins at 1.

use prometheus::core::Collector;
use prometheus::{
    Counter, Error, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry,
};

/// Buckets around the targets: 200 ms for webhooks, 500 ms for replies, 3 s for answers.
pub(super) const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0,
    10.0,
];

/// Makes metrics in a registry.
pub(super) struct Maker<'a>(pub &'a Registry);

impl Maker<'_> {
    pub fn counter(&self, name: &str, about: &str) -> Result<IntCounter, Error> {
        self.keep(IntCounter::new(name, about)?)
    }

    pub fn seconds_counter(&self, name: &str, about: &str) -> Result<Counter, Error> {
        self.keep(Counter::new(name, about)?)
    }

    pub fn counters(
        &self,
        name: &str,
        about: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, Error> {
        self.keep(IntCounterVec::new(Opts::new(name, about), labels)?)
    }

    /// Makes counters by one label, of which some values are known.
    pub fn counters_of(
        &self,
        name: &str,
        about: &str,
        label: &str,
        known: &[&str],
    ) -> Result<IntCounterVec, Error> {
        let counters = self.counters(name, about, &[label])?;
        for value in known {
            counters.with_label_values(&[value]);
        }
        Ok(counters)
    }

    pub fn gauge(&self, name: &str, about: &str) -> Result<IntGauge, Error> {
        self.keep(IntGauge::new(name, about)?)
    }

    pub fn gauges(&self, name: &str, about: &str, labels: &[&str]) -> Result<IntGaugeVec, Error> {
        self.keep(IntGaugeVec::new(Opts::new(name, about), labels)?)
    }

    pub fn histogram(&self, name: &str, about: &str, buckets: &[f64]) -> Result<Histogram, Error> {
        let opts = HistogramOpts::new(name, about).buckets(buckets.to_vec());
        self.keep(Histogram::with_opts(opts)?)
    }

    pub fn histograms(
        &self,
        name: &str,
        about: &str,
        label: &str,
        buckets: &[f64],
    ) -> Result<HistogramVec, Error> {
        let opts = HistogramOpts::new(name, about).buckets(buckets.to_vec());
        self.keep(HistogramVec::new(opts, &[label])?)
    }

    fn keep<C: Collector + Clone + 'static>(&self, metric: C) -> Result<C, Error> {
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }
}

/// Fits a number into a gauge.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
