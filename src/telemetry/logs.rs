//! Owns the set-up of the log. Called once at start.

use crate::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. A second call in one process changes nothing.
pub fn start_logs(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Pretty => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "log was started before");
    }
}
