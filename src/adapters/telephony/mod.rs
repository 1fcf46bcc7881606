//! Owns the telephone line: implements `ports::telephony::Line` with SIP (rsipstack for parsing, transactions and
//! transports; the dialogs are ours) and starts the media legs of `crate::media`. Started by `app`, called by the
//! `PhoneLine` actor. Never decides what happens to a call.
//!
//! rsipstack writes whole messages to the log at level INFO: whoever sets up logging must keep `rsipstack` at WARN.

mod accounts;
mod answer;
mod body;
mod call;
mod caller;
mod config;
mod dial;
mod dialog;
mod digest;
mod flow;
mod incoming;
mod inviting;
mod line;
mod listen;
mod net;
mod offer;
mod outgoing;
mod recorded;
mod register;
mod resume;
mod session;
mod session_timer;
mod transfer;

pub use config::{Account, OpenError, SipConfig, TlsListen, Transport};
pub use line::{LineStats, SipLine};
