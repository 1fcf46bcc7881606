//! The book of the business. One adapter today: tables of Maitred's own database.

mod calendar;
mod changes;
mod crews;
mod ended;
mod ledger;
mod rows;
mod search;

pub use ended::let_go_of_ended;
pub use ledger::{DrawDigits, Ledger};
pub(crate) use rows::read_booking;
