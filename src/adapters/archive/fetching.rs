//! Owns the fetching of RingCentral's recordings to the shelf. Called by the `Archivist` through
//! `ports::archive::Recordings`. What a call's recordings are is RingCentral's log to say, what a file must be `check`'s.

use super::download::{Pace, Target};
use super::shelf::DiskShelf;
use crate::adapters::ringcentral::RecordingLog;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{Error, Recordings, Search, Stored, Trace};

/// Largest recording that is kept: 512 MiB, four hours of stereo telephone sound.
pub const RECORDING_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// RingCentral's recordings, fetched to a disk.
#[derive(Clone, Debug)]
pub struct Fetcher {
    log: RecordingLog,
    shelf: DiskShelf,
    bytes_max: u64,
    pace: Pace,
}

impl Fetcher {
    /// Fetches what the log has to the shelf, and gives up what is larger than `bytes_max`.
    pub fn new(log: RecordingLog, shelf: DiskShelf, bytes_max: u64) -> Self {
        Self {
            log,
            shelf,
            bytes_max,
            pace: Pace::default(),
        }
    }

    /// Expects another pace of the server.
    #[must_use]
    pub fn at_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    async fn fetch_one(&self, trace: &Trace, id: &str) -> Result<Stored, Error> {
        let target = Target::new(self.shelf.stem(trace, id), self.bytes_max, self.pace);
        let stored = match target.finished().await {
            Some(stored) => stored,
            None => {
                let held = target.held().await;
                let validator = held.validator.as_deref();
                let answer = self.log.content(id, held.bytes, validator).await?;
                target.receive(answer, &held).await?
            }
        };
        Ok(Stored {
            id: id.to_owned(),
            uri: Some(self.log.uri(id)),
            ..stored
        })
    }
}

impl Recordings for Fetcher {
    fn find(&self, trace: &Trace) -> PortFuture<Result<Search, Error>> {
        let (fetcher, trace) = (self.clone(), trace.clone());
        Box::pin(async move { fetcher.log.look_up(&trace).await })
    }

    fn fetch(&self, trace: &Trace, id: &str) -> PortFuture<Result<Stored, Error>> {
        let (fetcher, trace, id) = (self.clone(), trace.clone(), id.to_owned());
        Box::pin(async move { fetcher.fetch_one(&trace, &id).await })
    }
}
