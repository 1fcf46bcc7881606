//! Owns RingCentral's REST side: token, rate limits, requests, the subscription that brings the webhooks, commands to
//! calls, texts. Opened by `app`. Never decides what happens to a call; sound travels by SIP (`adapters::telephony`).

mod carrier;
mod client;
mod commands;
mod devices;
mod error;
mod keeper;
mod limits;
mod office;
pub mod party;
mod recordings;
mod request;
mod standing;
mod subscription;
mod texts;
mod token;

pub use carrier::{NoCarrier, RestCarrier};
pub use client::{Client, Count};
pub use devices::{Devices, SipInfo};
pub use error::{Error, Refusal};
pub use keeper::{Keeper, Timing};
pub use limits::Group;
pub use office::Office;
pub use recordings::RecordingLog;
pub use request::{Request, Urgency};
pub use standing::{AccountStanding, Standing, Subscribed};
pub use subscription::{Listed, Step, Wanted, what_to_do};
