//! What can be seen from outside: metrics and logs. Never anything about a caller's identity.

mod logs;
mod metrics;
#[cfg(feature = "otlp")]
mod otlp;

pub use logs::{flush_traces, set_log_level, start_logs, start_logs_to};
pub use metrics::{Configured, Metrics};
