//! Owns the metrics of the server itself: what it was built from, how it is configured, whether it could serve a caller, and
//! what its process and runtime use. Fed at start and when `/metrics` is read.

use super::make::{Maker, whole};
use maitred_actors::types::Profile;
use prometheus::process_collector::ProcessCollector;
use prometheus::{Error, IntCounterVec, IntGauge, IntGaugeVec, Registry};
use sha2::{Digest as _, Sha256};
use std::sync::OnceLock;

/// Digits of a profile's hash that name its version.
const VERSION_DIGITS: usize = 8;

/// How a server is configured, as its metrics tell it.
pub struct Configured<'a> {
    /// AI mode with which new calls begin.
    pub mode: &'a str,
    /// Recognisers, best first.
    pub recognisers: &'a [&'static str],
    /// Voices, best first.
    pub voices: &'a [&'static str],
    /// Who writes recordings down, if anybody does.
    pub transcriber: Option<&'static str>,
    /// What is there only where it is configured, and whether it is.
    pub parts: &'a [(&'static str, bool)],
}

/// Metrics of the server itself.
pub(super) struct Standing {
    config: IntGaugeVec,
    speech: OnceLock<[&'static str; 2]>,
    profile: IntGaugeVec,
    configured: IntGaugeVec,
    ready: IntGaugeVec,
    profile_changes: IntCounterVec,
    profile_current: IntGauge,
    settings_changes: IntCounterVec,
    settings_version: IntGauge,
    settings_current: IntGauge,
    closing: IntGauge,
    tasks: IntGauge,
    queued: IntGauge,
}

impl Standing {
    pub fn new(maker: &Maker<'_>, registry: &Registry) -> Result<Self, Error> {
        registry.register(Box::new(ProcessCollector::for_self()))?;
        let build = maker.gauges(
            "maitred_build_info",
            "Always 1; what the server was built from",
            &["version", "rust_version"],
        )?;
        let built = [env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_RUST_VERSION")];
        build.with_label_values(&built).set(1);
        Ok(Self {
            speech: OnceLock::new(),
            config: maker.gauges(
                "maitred_config_info",
                "Always 1; how new calls begin: AI mode, first recogniser, first voice",
                &["mode", "recogniser", "voice"],
            )?,
            profile: maker.gauges(
                "maitred_profile_info",
                "Always 1; the version of the business profile by which new calls go",
                &["version"],
            )?,
            configured: maker.gauges(
                "maitred_part_configured",
                "Whether something that can be left out is configured, by part",
                &["part"],
            )?,
            ready: maker.gauges(
                "maitred_part_ready",
                "Whether a part is as it must be to serve a caller now, by part, as in /ready",
                &["part"],
            )?,
            profile_changes: maker.counters_of(
                "maitred_profile_changes_total",
                "Changes of the business profile that were found, by result",
                "result",
                &["accepted", "refused"],
            )?,
            profile_current: maker.gauge(
                "maitred_profile_current",
                "Whether the file of the business profile is the version that holds",
            )?,
            settings_changes: settings_changes(maker)?,
            settings_version: maker.gauge(
                "maitred_settings_version",
                "Version of the settings by which new calls go: the millisecond in which they were taken",
            )?,
            settings_current: maker.gauge(
                "maitred_settings_current",
                "Whether the file of settings is the version that holds",
            )?,
            closing: maker.gauge(
                "maitred_closing_calls_left",
                "Live calls for which a server that was told to stop still waits; 0 while it runs",
            )?,
            tasks: maker.gauge(
                "maitred_runtime_tasks",
                "Tasks that are alive in the runtime",
            )?,
            queued: maker.gauge(
                "maitred_runtime_queued_tasks",
                "Tasks that wait in the runtime's common queue",
            )?,
        })
    }

    pub fn configured(&self, is: &Configured<'_>) {
        let first = |names: &[&'static str]| names.first().copied().unwrap_or("none");
        // A server is configured once; only its settings change.
        let _ = self.speech.set([first(is.recognisers), first(is.voices)]);
        self.mode(is.mode);
        for (part, yes) in is.parts {
            let part = self.configured.with_label_values(&[part]);
            part.set(i64::from(*yes));
        }
    }

    pub fn mode(&self, mode: &str) {
        if let Some([recogniser, voice]) = self.speech.get() {
            self.config.reset();
            self.config
                .with_label_values(&[mode, recogniser, voice])
                .set(1);
        }
    }

    pub fn settings_changed(&self, from: &str, result: &str) {
        self.settings_changes
            .with_label_values(&[from, result])
            .inc();
    }

    pub fn settings(&self, version: u64, is_current: bool) {
        self.settings_version.set(whole(version));
        self.settings_current.set(i64::from(is_current));
    }

    pub fn profile_in_force(&self, profile: &Profile) {
        // A profile is plain values, which always make JSON; the hash of nothing would show if not.
        let json = serde_json::to_vec(profile).unwrap_or_default();
        let mut version = hex::encode(Sha256::digest(json));
        version.truncate(VERSION_DIGITS);
        self.profile.reset();
        self.profile.with_label_values(&[version.as_str()]).set(1);
    }

    pub fn closing(&self, calls_left: usize) {
        self.closing.set(whole(calls_left as u64));
    }

    pub fn ready(&self, part: &str, yes: bool) {
        self.ready.with_label_values(&[part]).set(i64::from(yes));
    }

    pub fn profile_changed(&self, result: &str) {
        self.profile_changes.with_label_values(&[result]).inc();
    }

    pub fn profile_current(&self, yes: bool) {
        self.profile_current.set(i64::from(yes));
    }

    /// Looks at the runtime on which it is called, if on any.
    pub fn look_at_the_runtime(&self) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let runtime = runtime.metrics();
            self.tasks.set(whole(runtime.num_alive_tasks() as u64));
            self.queued.set(whole(runtime.global_queue_depth() as u64));
        }
    }
}

fn settings_changes(maker: &Maker<'_>) -> Result<IntCounterVec, Error> {
    let changes = maker.counters(
        "maitred_settings_changes_total",
        "Changes of settings while running, by where they came from and result",
        &["from", "result"],
    )?;
    for from in ["file", "api"] {
        for result in ["accepted", "refused"] {
            changes.with_label_values(&[from, result]);
        }
    }
    Ok(changes)
}
