//! The database: SQLite in a file or PostgreSQL, behind the journal port and a read side for the API.

mod after_reading;
mod after_views;
mod connect;
mod database;
mod endings;
pub mod entities;
mod error;
mod journal;
mod outbox;
mod projections;
mod reading;
mod rows;
mod search;
mod views;

pub use after_views::{AfterView, CardRow, FinalTurnRow, FlagRow, RecordingRow};
pub use database::Database;
pub use error::OpenError;
pub use journal::SqlJournal;
pub use outbox::{DueText, Outbox, TextStep};
pub(crate) use projections::{Texts, put_texts};
pub use reading::{ReadError, Reading};
pub(crate) use rows::{civil_from_sql, civil_to_sql, sql_text, time_from_sql, time_to_sql};
pub use search::CallFilter;
pub use views::{BookingRow, CallRow, CallView, ChangeRow, JournalRow, Page, TurnRow};
