//! Owns the beginning and the stopping of the recording of a call that is up. Called by `line`. Never records by itself,
//! and never deletes: whether a call may be recorded is decided elsewhere.

use super::call::{Call, Phase};
use crate::media::recording::Recording;
use maitred_actors::ports::telephony::Error;
use std::path::PathBuf;

/// Records from now on, unless that is done already.
pub(super) async fn start(call: &Call, folder: Option<PathBuf>, file: &str) -> Result<(), Error> {
    let folder = folder.ok_or_else(|| Error::Failed("no folder for recordings".to_owned()))?;
    if is_recorded(call)? {
        return Ok(());
    }
    let recording = Recording::start(&folder, file).await;
    let recording = recording.map_err(|error| Error::Failed(error.to_string()))?;
    record(call, Some(recording))
}

/// Records no longer.
pub(super) fn stop(call: &Call) -> Result<(), Error> {
    record(call, None)
}

fn is_recorded(call: &Call) -> Result<bool, Error> {
    match &call.state().phase {
        Phase::Up(session) => Ok(session.recorded),
        _ => Err(Error::NoSuchCall),
    }
}

fn record(call: &Call, recording: Option<Recording>) -> Result<(), Error> {
    let mut state = call.state();
    let Phase::Up(session) = &mut state.phase else {
        return Err(Error::NoSuchCall);
    };
    session.recorded = recording.is_some();
    let taken = session.control.recordings.send(recording);
    taken.map_err(|_| Error::NoSuchCall)
}
