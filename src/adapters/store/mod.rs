//! The database: SQLite in a file or PostgreSQL, behind the journal port and a read side for the API.

mod database;
pub mod entities;
mod error;
mod journal;
mod projections;
mod reading;
mod rows;

pub use database::Database;
pub use error::OpenError;
pub use journal::SqlJournal;
pub use reading::{
    BookingRow, CallFilter, CallRow, CallView, JournalRow, Page, ReadError, Reading, TurnRow,
};
pub(crate) use rows::{civil_from_sql, civil_to_sql, sql_text, time_from_sql, time_to_sql};
