//! What to say next: the policy of a conversation. Pure: it is given what was understood and answers with a line to
//! say and what to do after it. It owns slots, confirmation and commitment; it never books, transfers or hangs up
//! itself.

pub mod phrases;
mod policy;
mod slots;
pub mod spoken;

pub use policy::{Dialogue, Next, Reply};
pub use slots::{Problem, Slots};
