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
mod baresip_called;
mod deepgram;
mod dialogs;
mod fixture;
mod kamailio;
mod llm;
mod local_recordings;
mod local_speech;
mod malformed;
mod odd;
mod offers;
mod outbound;
mod peer;
mod phone;
mod registrar;
mod registration;
mod resumed;
mod ringcentral;
mod ringing;
mod simulated_edge;
mod sip_server;
mod store;
mod tones;
