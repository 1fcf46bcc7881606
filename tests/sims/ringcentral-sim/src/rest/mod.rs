//! The REST side: tokens, Call Control, subscriptions and devices, one file per resource.
//!
//! Owns the HTTP server and its rules (authorisation, rate limits, error bodies); the simulator starts it. It
//! never talks SIP: what a call must do is told to whoever carries the call.

mod delivery;
mod devices;
mod error;
mod exchange;
mod gate;
mod oauth;
mod parties;
mod server;
mod sessions;
mod subscriptions;
mod tokens;

pub use delivery::DeliveryFaults;
pub use exchange::{CallState, Effect, Exchange};
pub use gate::{Group, Limits, RestFault};
pub use server::{RestConfig, RestServer, SipAccess};
pub use subscriptions::Subscription;
