//! Owns RingCentral's REST side: token, rate limits, requests, and the subscription that brings the webhooks. Started
//! by `app`. Never answers a call and never decides what happens to one; sound travels by SIP (`adapters::telephony`).

mod backoff;
mod client;
mod error;
mod keeper;
mod limits;
pub mod party;
mod request;
mod standing;
mod subscription;
mod token;

pub use client::{Client, Count};
pub use error::{Error, Refusal};
pub use keeper::{Keeper, Timing};
pub use limits::Group;
pub use request::{Request, Urgency};
pub use standing::{Standing, Subscribed};
pub use subscription::{Listed, Step, Wanted, what_to_do};
