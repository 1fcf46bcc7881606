//! Owns the putting together of what the actors are given. Called by the start of a server.

use super::Providers;
use super::after_calls::archive;
use crate::adapters::booking::Ledger;
use crate::adapters::clock::SystemClock;
use crate::adapters::language::{ChatCompletions, ChatConfig};
use crate::adapters::ringcentral::RecordingLog;
use crate::adapters::speech::prompts::DiskPrompts;
use crate::adapters::store::Database;
use crate::adapters::telephony::SipLine;
use crate::config::{Config, CurrentProfile};
use crate::telemetry::Metrics;
use maitred_actors::interpreter::Model;
use maitred_actors::ports::carrier::Carrier;
use maitred_actors::ports::clock::Clock;
use maitred_actors::registry::Registry;
use maitred_actors::scribe::Queue;
use maitred_actors::world::{Decide, World};
use std::sync::Arc;

/// What the world of the actors is made of, beside what is configured.
pub(super) struct HeartParts<'a> {
    /// How actors find each other.
    pub registry: Registry,
    /// The database.
    pub database: &'a Database,
    /// The telephone line.
    pub line: Arc<SipLine>,
    /// Metrics.
    pub metrics: &'a Arc<Metrics>,
    /// RingCentral's REST.
    pub carrier: Arc<dyn Carrier>,
    /// RingCentral's call log and recordings, where REST is configured.
    pub recordings: Option<RecordingLog>,
    /// The profile of the business that holds now.
    pub profile: &'a CurrentProfile,
    /// The decision.
    pub decide: Decide,
}

/// Puts together what every actor is given.
pub(super) fn world(
    config: &Config,
    providers: Providers,
    parts: HeartParts<'_>,
) -> anyhow::Result<World> {
    let HeartParts {
        registry,
        database,
        line,
        metrics,
        carrier,
        recordings,
        profile,
        decide,
    } = parts;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let book = Ledger::new(database.clone(), Arc::clone(&clock), profile.clone());
    let archive = archive(config, database, &clock, recordings, providers.transcribing)?;
    let model = model(config)?;
    Ok(World {
        registry,
        queue: Arc::new(Queue::new(Arc::clone(&clock))),
        clock,
        observer: Arc::clone(metrics) as _,
        line,
        carrier,
        book: Arc::new(book),
        hearing: providers.hearing,
        speaking: providers.speaking,
        prompts: Arc::new(DiskPrompts::new(&config.speech.cache)),
        model,
        archive,
        decide,
    })
}

/// Makes the language model that is configured. Nobody is contacted.
fn model(config: &Config) -> anyhow::Result<Option<Arc<Model>>> {
    let Some(settings) = config.language.clone() else {
        return Ok(None);
    };
    let chat = ChatCompletions::new(ChatConfig {
        url: settings.url,
        model: settings.model,
        key: settings.key,
        live_wait: settings.live_wait,
    })?;
    Ok(Some(Arc::new(Model::new(Arc::new(chat)))))
}
