//! Contracts: what an adapter promises, held against the real thing or a simulator that speaks its protocol, over
//! real sockets. One module for each port or vendor.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod archive;
mod baresip;
mod deepgram;
mod dialogs;
mod fixture;
mod local_recordings;
mod local_speech;
mod malformed;
mod peer;
mod phone;
mod registration;
mod ringcentral;
mod store;
