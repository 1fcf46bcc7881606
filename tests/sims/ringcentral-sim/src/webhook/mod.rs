//! Webhooks as RingCentral sends them: bodies, handshake, delivery with faults, and a tool that checks a receiver.
//!
//! Owns what goes to a receiver's URL; tests and the binary call it. It never receives anything.

mod delivery;
mod handshake;
mod notification;
mod scenarios;
mod script;
mod session;

pub use delivery::{Delivery, SendError, Sender, signature};
pub use handshake::{HandshakeError, shake_hands};
pub use notification::{Notification, Shape};
pub use scenarios::{Check, Scenario, run};
pub use script::Script;
pub use session::{Party, Session};
