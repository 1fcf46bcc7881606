//! The REST side: tokens, Call Control, subscriptions, recordings, call log and texts, one file per resource.
//!
//! Owns the HTTP server and its rules (authorisation, rate limits, error bodies); the simulator starts it. It
//! never talks SIP: what a call must do is told to whoever carries the call.

mod arrival;
mod call;
mod call_log;
mod calls;
mod commands;
mod delivery;
mod devices;
mod error;
mod exchange;
mod faults;
mod gate;
mod joining;
mod media_host;
mod oauth;
mod parking;
mod parties;
mod presence;
mod recordings;
mod server;
mod sessions;
mod sms;
mod subscriptions;
mod tokens;

pub use call::CallState;
pub use call_log::LoggedCall;
pub use delivery::DeliveryFaults;
pub(crate) use exchange::Placement;
pub use exchange::{Effect, Exchange};
pub use faults::RestFault;
pub use gate::{Group, Limits};
pub use media_host::MediaFault;
pub use recordings::{RecordingKind, RecordingPlan};
pub use server::{RestConfig, RestServer, SipAccess};
pub use sms::SentText;
pub use subscriptions::Subscription;
