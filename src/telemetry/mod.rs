//! What can be seen from outside: metrics and logs. Never anything about a caller's identity.

mod logs;
mod metrics;

pub use logs::{set_log_level, start_logs, start_logs_to};
pub use metrics::{Configured, Metrics};
