//! Owns the set-up of the log. Called once at start. Never lets a caller's number through, whatever is configured.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal as _;
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// The SIP stack logs whole messages, numbers and keys included, at every level but this one.
const SIP_STACK: (&str, LevelFilter) = ("rsipstack", LevelFilter::ERROR);

/// Starts logging to standard error. A second call in one process changes nothing.
pub fn start_logs(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Pretty => tracing_subscriber::registry()
            .with(lines.with_filter(Discreet).with_filter(filter))
            .try_init(),
        LogFormat::Json => tracing_subscriber::registry()
            .with(
                lines
                    .json()
                    .flatten_event(true)
                    .with_filter(Discreet)
                    .with_filter(filter),
            )
            .try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "log was started before");
    }
}

/// Keeps what callers are out of the log.
struct Discreet;

impl<S: Subscriber> Filter<S> for Discreet {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        let (target, most) = SIP_STACK;
        !metadata.target().starts_with(target) || *metadata.level() <= most
    }
}
