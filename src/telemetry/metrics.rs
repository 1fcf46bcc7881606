//! Owns all metrics of one server and who feeds which: the heart through `ports::observer::Observer`, the edge by a method
//! each; read at `/metrics`. Names, labels and buckets are in the files beside it. Labels are few and never carry anything
//! of a caller.

mod after;
mod calls;
mod line;
mod make;
mod records;
mod standing;
#[cfg(test)]
mod tests;
mod turns;
mod vendors;

pub use standing::Configured;

use after::After;
use calls::Calls;
use line::Line;
use maitred_actors::ports::observer::{Observer, Signal};
use maitred_actors::types::Profile;
use make::Maker;
use prometheus::{Encoder, Registry, TextEncoder};
use records::Records;
use standing::Standing;
use std::time::Duration;
use turns::Turns;
use vendors::Vendors;

/// All metrics of one server.
pub struct Metrics {
    registry: Registry,
    calls: Calls,
    turns: Turns,
    line: Line,
    vendors: Vendors,
    records: Records,
    after: After,
    standing: Standing,
}

impl Metrics {
    /// Makes the metrics of a server; fails only if two share a name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let maker = Maker(&registry);
        Ok(Self {
            calls: Calls::new(&maker)?,
            turns: Turns::new(&maker)?,
            line: Line::new(&maker)?,
            vendors: Vendors::new(&maker)?,
            records: Records::new(&maker)?,
            after: After::new(&maker)?,
            standing: Standing::new(&maker, &registry)?,
            registry,
        })
    }

    /// Counts one webhook delivery.
    pub fn note_delivery(&self, result: &str, took: Duration) {
        self.records.delivery(result, took);
    }

    /// Counts one request to RingCentral's REST.
    pub fn note_ringcentral(&self, group: &str, result: &str) {
        self.vendors.ringcentral(group, result);
    }

    /// Notes how many requests of a usage group may still be sent in the present window, of how many.
    pub fn note_room(&self, group: &str, remaining: u32, limit: u32) {
        self.vendors.room(group, remaining, limit);
    }

    /// Counts one step of a text message.
    pub fn note_text(&self, status: &str) {
        self.after.text(status);
    }

    /// Counts one change of the business profile.
    pub fn note_profile(&self, result: &str) {
        self.standing.profile_changed(result);
    }

    /// Notes whether the file of the business profile is the version that holds.
    pub fn note_profile_standing(&self, is_current: bool) {
        self.standing.profile_current(is_current);
    }

    /// Counts one change of settings, by where it came from.
    pub fn note_settings(&self, from: &str, result: &str) {
        self.standing.settings_changed(from, result);
    }

    /// Notes the version and AI mode of the settings that hold, and whether their file is that version.
    pub fn note_settings_standing(&self, version: u64, mode: &str, is_current: bool) {
        self.standing.settings(version, is_current);
        self.standing.mode(mode);
    }

    /// Notes how long the webhook subscription still lives, and how often it had to be made again so far.
    pub fn note_subscription(&self, seconds_to_expiry: u64, revived: u64) {
        self.line.subscription(seconds_to_expiry, revived);
    }

    /// Notes how the server is configured.
    pub fn note_config(&self, configured: &Configured<'_>) {
        self.standing.configured(configured);
        let speech = configured.recognisers.iter().chain(configured.voices);
        for provider in speech.chain(&configured.transcriber) {
            self.vendors.expect_provider(provider);
        }
    }

    /// Begins the metrics of another provider than those of speech at 0.
    pub fn expect_provider(&self, provider: &str) {
        self.vendors.expect_provider(provider);
    }

    /// Notes the business profile by which new calls go.
    pub fn note_profile_in_force(&self, profile: &Profile) {
        self.standing.profile_in_force(profile);
    }

    /// Notes whether a part is as it must be to serve a caller.
    pub fn note_ready(&self, part: &str, is_ready: bool) {
        self.standing.ready(part, is_ready);
    }

    /// Notes for how many calls a closing server still waits.
    pub fn note_closing(&self, calls_left: usize) {
        self.standing.closing(calls_left);
    }

    /// Tells whether the journal could not be written or read, and nothing was written since.
    pub fn journal_fails(&self) -> bool {
        self.records.is_failing()
    }

    /// Writes all metrics in Prometheus' text format.
    pub fn text(&self) -> Result<String, prometheus::Error> {
        self.standing.look_at_the_runtime();
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

impl Observer for Metrics {
    fn note(&self, signal: Signal) {
        match signal {
            Signal::PhaseEntered { from, to } => self.calls.entered(from, to),
            Signal::PhaseLeft(phase) => self.calls.left(phase),
            Signal::CallBegan { mode } => self.calls.began(mode),
            Signal::CallEnded {
                direction,
                mode,
                outcome,
            } => self.calls.ended(direction, mode, outcome),
            Signal::CallRefused { reason } => self.calls.refused(reason),
            Signal::Answered(took) => self.calls.answered(took),
            Signal::Restarted { actor, reason } => self.calls.restarted(actor, reason),
            Signal::Poisoned => self.calls.poisoned(),
            Signal::TurnServed(took) => self.turns.served(took),
            Signal::TurnPart { part, took } => self.turns.part(part, took),
            Signal::Silence(lasted) => self.turns.silent(lasted),
            Signal::BargedIn => self.turns.barged_in(),
            Signal::FellSilent(took) => self.turns.fell_silent(took),
            Signal::Prepared { used } => self.turns.prepared(used),
            Signal::NotUnderstood => self.turns.not_understood(),
            Signal::WordsLost { reason } => self.turns.words_lost(reason),
            Signal::Unheard(lasted) => self.turns.unheard(lasted),
            Signal::LegEnded(stats) => self.line.leg_ended(&stats),
            Signal::Registered(yes) => self.line.registered(yes),
            Signal::Drift { kind } => self.line.drifted(kind),
            Signal::Committed { entries, took } => self.records.committed(entries, took),
            Signal::JournalFailed => self.records.commit_failed(),
            Signal::Backlog(waiting) => self.records.backlog(waiting),
            Signal::BookAsked { outcome } => self.records.book_asked(outcome),
            Signal::Vendor {
                provider,
                result,
                took,
            } => self.vendors.asked(provider, result, took),
            Signal::Breaker { provider, open } => self.vendors.breaker(provider, open),
            Signal::Archived { stage, result } => self.after.step(stage, result),
            Signal::GivenUp { stage, reason } => self.after.given_up(stage, reason),
            Signal::ArchiveBacklog {
                entries,
                oldest,
                notices,
            } => self.after.backlog(entries, oldest, notices),
            Signal::OwnerTold { result } => self.after.owner_told(result),
        }
    }
}
