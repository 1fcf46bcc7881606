//! A server and telephones that speak RingCentral's protocols.
//!
//! Owns the wire side of RingCentral as tests and daily work need it; it shares no types with Maitred and
//! never contacts anything but the addresses it is given.

pub mod edge;
pub mod media;
pub mod phone;
pub mod rest;
mod sim;
pub mod sip;
pub mod wav;
pub mod webhook;

pub use edge::{EdgeConfig, EdgeFault, SipEdge};
pub use media::RtpFaults;
pub use phone::{AnswerPlan, AnsweringPhone, Caller, DialPlan, Leg, Media, Target};
pub use sim::{Person, RingCentralSim, SimCall, SimConfig};
pub use sip::Transport;
