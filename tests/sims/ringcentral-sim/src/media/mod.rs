//! The voice path of a simulated telephone: RTP, SRTP, keys pressed, playout order and faults.
//!
//! Owns everything that goes over the media socket; the phone calls it. It never sees a SIP message.

pub mod dtmf;
pub mod faults;
pub mod g711;
mod inbound;
mod outbound;
pub mod reorder;
pub mod rtp;
pub mod session;
pub mod srtp;
mod task;

pub use faults::RtpFaults;
pub use reorder::HeardFrame;
