//! Owns the port to time and chance. Implemented by `adapters/clock.rs`, the only file that reads either.

use crate::types::CallId;
use jiff::Timestamp;

/// Tells the time and makes new identifiers.
pub trait Clock: Send + Sync + 'static {
    /// Tells the time, in microseconds at best (what both databases keep).
    fn now(&self) -> Timestamp;
    /// Makes a call id that sorts by time.
    fn new_call_id(&self) -> CallId;
}
