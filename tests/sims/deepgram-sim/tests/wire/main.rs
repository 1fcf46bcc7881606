//! The simulator as a client meets it: over real WebSockets.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod client;
mod faults;
mod flux;
mod life;
mod nova;
mod recorded;
mod speak;
