//! Two telephones call each other, devices register, webhooks are delivered: all over real sockets.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod binary;
mod calls;
mod commands;
mod edge;
mod hearing;
mod media;
mod outbound;
mod reconnect;
mod recordings;
mod rest;
mod retransmission;
mod sequences;
mod sms;
mod transfers;
mod webhooks;
mod whole;

const SOON: std::time::Duration = std::time::Duration::from_secs(10);
