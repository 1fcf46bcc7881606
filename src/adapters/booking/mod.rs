//! The book of the business. One adapter today: tables of Maitred's own database.

mod calendar;
mod changes;
mod crews;
mod ledger;
mod rows;
mod search;

pub use ledger::{DrawDigits, Ledger};
pub(crate) use rows::read_booking;
