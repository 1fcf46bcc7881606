//! The telephone line, shared by all calls: what rings, what is answered, what RingCentral is asked to do.
//!
//! Owns the way from a call's effect to the line (SIP) or to the carrier (RingCentral's REST), and the choice between the
//! two. Asked by calls; answers through the journal, and what rings goes to the switchboard. Never decides what a call
//! does.

mod actor;
mod commands;
mod consult;
mod recording;

pub use actor::{PhoneLine, PhoneLineMsg};
pub use commands::Ask;
pub use consult::Consultation;
pub use recording::Recording;
