//! Telephones: one that dials as a caller from the public network does, and one that answers.
//!
//! Owns the behaviour of a telephone in a call; tests, the edge and the binary call it. It never knows who
//! is at the other end.

mod agent;
mod answering;
mod caller;
mod device;
mod events;
mod incoming;
mod leg;
mod line;
mod negotiation;
mod outgoing;
mod plan;

pub(crate) use agent::{Link, Opening};
pub use answering::{AnswerPlan, AnsweringPhone, Reaction};
pub use caller::Caller;
pub use device::{DeviceAccount, RegisterError};
pub use events::{CallError, End, Events, Happened, PhoneEvent};
pub(crate) use incoming::API_IDS;
pub use leg::Leg;
pub(crate) use line::Consultation;
pub use line::Line;
pub use plan::{DialPlan, Media, ReferReaction, Target};
