//! What can be seen from outside: metrics and logs. Never anything about a caller's identity.

mod after_calls;
mod logs;
mod metrics;

pub use logs::{start_logs, start_logs_to};
pub use metrics::{METRICS, Metrics};
