//! Owns the set-up of the log. Called once at start, and when its level changes. Never lets a caller's number or words, or a key, through, whatever
//! is configured.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal as _;
use std::sync::OnceLock;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Filter, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

/// The SIP stack logs whole messages, numbers and keys included, at every level but this one.
const SIP_STACK: (&str, LevelFilter) = ("rsipstack", LevelFilter::ERROR);
/// At the level below this one libraries log what they send and receive: words, headers, keys.
const LIBRARIES: LevelFilter = LevelFilter::DEBUG;
/// What our own parts call themselves.
const OURS: &str = "maitred";

/// By which the level changes; a process has one log.
static LEVEL: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Starts logging to standard error. A second call in one process changes nothing.
pub fn start_logs(log: &Log) {
    start_logs_to(log, std::io::stderr, std::io::stderr().is_terminal());
}

/// Starts logging to a writer, in colours or not. A second call in one process changes nothing.
pub fn start_logs_to<W>(log: &Log, writer: W, colours: bool)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let (filter, level) = reload::Layer::new(filter);
    let lines = fmt::layer().with_writer(writer).with_ansi(colours);
    let lines = match log.format {
        LogFormat::Pretty => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let lines = lines.with_filter(Discreet).with_filter(filter);
    match tracing_subscriber::registry().with(lines).try_init() {
        Ok(()) => {
            // Nobody else has set it: only one call gets here.
            let _ = LEVEL.set(level);
        }
        Err(error) => tracing::debug!(%error, "log was started before"),
    }
}

/// Changes what is logged from now on. Does nothing before the log was started, or with a filter that cannot be read.
pub fn set_log_level(level: &str) {
    if let (Some(handle), Ok(filter)) = (LEVEL.get(), EnvFilter::try_new(level)) {
        // Fails only when the log is gone with its process.
        let _ = handle.reload(filter);
    }
}

/// Keeps what callers are, and what opens doors, out of the log.
struct Discreet;

impl<S: Subscriber> Filter<S> for Discreet {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        may_log(metadata.target(), *metadata.level())
    }
}

fn may_log(target: &str, level: Level) -> bool {
    let (sip_stack, most) = SIP_STACK;
    if target.starts_with(sip_stack) {
        return level <= most;
    }
    target.starts_with(OURS) || level <= LIBRARIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_do_not_log_what_they_carry() {
        assert!(may_log("maitred::app", Level::TRACE));
        assert!(may_log("maitred_actors::call", Level::TRACE));
        assert!(may_log("tungstenite::protocol", Level::DEBUG));
        assert!(!may_log("tungstenite::handshake::client", Level::TRACE));
        assert!(may_log("rsipstack::transport", Level::ERROR));
        assert!(!may_log("rsipstack::transport::udp", Level::WARN));
    }
}
