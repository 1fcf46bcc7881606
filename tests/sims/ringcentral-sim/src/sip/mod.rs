//! A small hand-written SIP: messages, SDP, flows over UDP, TCP and TLS, digest, dialogs and transactions.
//!
//! Owns the wire format; the phone and the edge call it. It never decides what a call does.

pub mod dialog;
pub mod digest;
pub mod flow;
pub mod message;
pub mod sdp;
pub mod tls;
pub mod transaction;
pub mod values;

pub use flow::{Flow, Inbound, Transport};
pub use message::{Message, Start};
