//! Where events come in over HTTP: webhooks, the read API, health and metrics. SIP comes in through
//! `adapters::telephony`. Never decides what an event means.

mod api;
mod authentication;
mod export;
mod health;
mod notification;
mod routes;
mod search;
mod webhooks;

pub use authentication::{Authenticator, Refused};
pub use notification::{Malformed, read_notification};
pub use routes::{Ingress, routes};
