//! Owns the metrics of the work after calls: cards, recordings, transcripts, messages to the owner. Part of `Metrics`,
//! which lists their names. Labels never carry anything of a caller.

use super::metrics::opts;
use maitred_actors::ports::observer::Signal;
use prometheus::{IntCounterVec, IntGauge};

/// Metrics of the work after calls.
pub(super) struct ArchiveMetrics {
    steps: IntCounterVec,
    backlog: IntGauge,
    oldest: IntGauge,
    told: IntCounterVec,
    waiting: IntGauge,
}

impl ArchiveMetrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            steps: IntCounterVec::new(opts("maitred_archive_steps_total"), &["stage", "result"])?,
            backlog: IntGauge::with_opts(opts("maitred_archive_backlog"))?,
            oldest: IntGauge::with_opts(opts("maitred_archive_oldest_seconds"))?,
            told: IntCounterVec::new(opts("maitred_owner_notices_total"), &["result"])?,
            waiting: IntGauge::with_opts(opts("maitred_owner_notices_waiting"))?,
        })
    }

    pub fn all(&self) -> [Box<dyn prometheus::core::Collector>; 5] {
        [
            Box::new(self.steps.clone()),
            Box::new(self.backlog.clone()),
            Box::new(self.oldest.clone()),
            Box::new(self.told.clone()),
            Box::new(self.waiting.clone()),
        ]
    }

    pub fn note(&self, signal: &Signal) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match signal {
            Signal::Archived { stage, result } => {
                self.steps.with_label_values(&[stage, result]).inc();
            }
            Signal::ArchiveBacklog {
                entries,
                oldest,
                notices,
            } => {
                self.backlog.set(whole(*entries));
                self.oldest.set(whole(oldest.as_secs()));
                self.waiting.set(whole(*notices));
            }
            Signal::OwnerTold { result } => self.told.with_label_values(&[result]).inc(),
            _ => {}
        }
    }
}
