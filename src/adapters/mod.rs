//! Where effects go out: one folder for each port, one file for each vendor.

pub mod booking;
pub mod clock;
pub mod store;
