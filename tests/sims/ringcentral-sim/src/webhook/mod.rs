//! Webhooks as RingCentral sends them: bodies, handshake, delivery with faults, and a tool that checks a receiver.
//!
//! Owns what goes to a receiver's URL; tests and the binary call it. It never receives anything.

mod delivery;
mod handshake;
mod notification;
mod party;
mod route;
mod scenarios;
mod script;
pub mod sequences;
mod session;

pub use delivery::{Delivery, SendError, Sender, signature};
pub use handshake::{HandshakeError, shake_hands};
pub use notification::{Notification, Shape};
pub use party::{Endpoint, PartyState, Peer};
pub use route::Route;
pub use scenarios::{Check, Scenario, run};
pub use script::Script;
pub use sequences::Sequence;
pub(crate) use session::digits;
pub use session::{Party, Session};
