//! The sequences of events that RingCentral is known to send, each as a function of a session.
//!
//! Owns their order, reasons and times; tests and the binary call it. Where no capture is public, the order is the
//! one that documents and vendor code suggest.

mod moved;
mod names;
mod reached;
mod tale;
mod unanswered;

pub use moved::{
    blind_transfer, conference, forwarded, parked, picked_up, supervised, warm_transfer,
};
pub use names::Sequence;
pub use reached::{behind_menu, direct, from_queue, outbound, taken_by_another_agent};
pub use unanswered::{missed, replied, voicemail};
