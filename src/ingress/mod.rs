//! Where events come in over HTTP: webhooks, the read API, health and metrics. SIP comes in through
//! `adapters::telephony`. Never decides what an event means.

mod api;
mod authentication;
mod control;
mod export;
mod health;
mod notification;
mod readiness;
mod refusals;
mod routes;
mod search;
mod seen;
mod settings;
mod webhooks;

pub use authentication::{Authenticator, Refused};
pub use notification::{Malformed, Notification, read_notification};
pub use refusals::Refusals;
pub use routes::{Ingress, routes};
pub use seen::{Claim, Seen};
