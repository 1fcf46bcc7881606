//! The adapters against simulators that speak the vendors' protocols, over real sockets. One module for each vendor.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod deepgram;
mod local_speech;
