//! The SIP edge: where Maitred registers, and through which the outside world calls it.
//!
//! Owns the registrar and its listeners; tests and the caller phone call it. It never takes part in a call's
//! media.

mod listen;
mod outbound;
mod registrar;
mod routing;
mod server;

pub(crate) use outbound::bare;
pub use registrar::{Binding, EdgeFault};
pub use server::{EdgeConfig, SipEdge};
