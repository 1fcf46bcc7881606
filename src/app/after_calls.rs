//! Owns the putting together of what works after calls. Called by the start of a server.

use crate::adapters::archive::{
    DiskShelf, Fetcher, OwnerWebhook, RECORDING_BYTES_MAX, SqlList, Telling,
};
use crate::adapters::ringcentral::RecordingLog;
use crate::adapters::store::{Database, SqlJournal};
use crate::config::Config;
use jiff::tz::TimeZone;
use maitred_actors::ports::archive::{Archive, Owner, Recordings, Transcriber};
use maitred_actors::ports::clock::Clock;
use std::sync::Arc;

/// Gives the time zone of the business; the profile's was checked when it was read.
pub(super) fn zone(config: &Config) -> TimeZone {
    TimeZone::get(&config.business.profile.time_zone).unwrap_or(TimeZone::UTC)
}

/// Makes the journal, which knows after which calls a recording may come.
pub(super) fn journal(config: &Config, database: &Database) -> SqlJournal {
    SqlJournal::new(database.clone()).expecting_recordings(
        config.ringcentral.credentials.is_some(),
        config.archive.patience.first_wait,
    )
}

/// Puts together what the archivist works with.
pub(super) fn archive(
    config: &Config,
    database: &Database,
    clock: &Arc<dyn Clock>,
    log: Option<RecordingLog>,
    transcriber: Option<Arc<dyn Transcriber>>,
) -> anyhow::Result<Archive> {
    let settings = &config.archive;
    let telling = Telling {
        by_webhook: settings.owner_webhook.is_some(),
        by_text: settings.owner_sms.clone(),
    };
    let shelf = DiskShelf::new(&settings.folder, zone(config));
    let fetcher = log.map(|log| {
        Arc::new(Fetcher::new(log, shelf.clone(), RECORDING_BYTES_MAX)) as Arc<dyn Recordings>
    });
    let owner = match settings.owner_webhook.clone() {
        Some((url, secret)) => Some(Arc::new(OwnerWebhook::new(&url, secret)?) as Arc<dyn Owner>),
        None => None,
    };
    Ok(Archive {
        list: Arc::new(SqlList::new(database.clone(), Arc::clone(clock), telling)),
        shelf: Arc::new(shelf),
        recordings: fetcher,
        transcriber,
        owner,
        patience: settings.patience,
    })
}
