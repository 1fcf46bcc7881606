//! The tables as sea-orm sees them, one file per table; `migrations/` makes them.

pub mod archive_jobs;
pub mod archived_recordings;
pub mod booking_changes;
pub mod booking_holds;
pub mod bookings;
pub mod call_events;
pub mod call_recordings;
pub mod cards;
pub mod final_turns;
pub mod outbox;
pub mod owner_notices;
pub mod transcript_flags;
pub mod transcript_turns;
