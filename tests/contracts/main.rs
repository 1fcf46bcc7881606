//! Contracts with the world outside: our adapters against real peers and recorded vendors.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

mod baresip;
mod dialogs;
mod malformed;
mod peer;
mod phone;
mod registration;
