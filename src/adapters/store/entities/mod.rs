//! The tables as sea-orm sees them, one file per table; `migrations/` makes them.

pub mod booking_changes;
pub mod booking_holds;
pub mod bookings;
pub mod call_events;
pub mod call_recordings;
pub mod outbox;
pub mod transcript_turns;
