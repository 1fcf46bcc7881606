//! The book of the business. One adapter today: a table of Maitred's own database.

mod ledger;
mod slots;

pub use ledger::{Ledger, LedgerConfig};
