//! Contracts: what an adapter promises, held against the real thing. One module for each port or adapter.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail by panic"
)]

mod fixture;
mod postgres;
mod store;
