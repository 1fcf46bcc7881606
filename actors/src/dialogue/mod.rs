//! What to say next: the policy of a conversation. Pure: it is given what was understood and answers with a line to
//! say and what to do after it. It owns slots, confirmation and commitment; it never books, transfers or hangs up
//! itself.

mod book;
mod existing;
mod heard;
mod keys;
mod manners;
mod people;
pub mod phrases;
mod policy;
mod questions;
mod slots;
pub mod spoken;
mod summary;
pub mod texts;

pub use policy::{Ask, Dialogue, Next, Reply};
pub use slots::{Problem, Slots};
pub use summary::Summary;
