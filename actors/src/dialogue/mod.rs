//! What to say next: the policy of a conversation. Pure: it is given what was understood and answers with a line to
//! say and what to do after it. It owns slots, confirmation and commitment; it never books, transfers or hangs up
//! itself.

mod asking;
mod book;
mod conversation;
mod day_names;
mod doubt;
mod existing;
mod heard;
mod hour_or_guests;
mod keys;
mod listening;
mod manners;
mod message;
mod openings;
mod people;
pub mod phrases;
mod policy;
mod questions;
mod recorded;
mod reply;
mod several;
mod slots;
pub mod spoken;
mod stage;
mod summary;
pub mod texts;

pub use conversation::Dialogue;
pub(crate) use questions::is_known;
pub use reply::{Ask, Next, Reply};
pub use slots::{Problem, Slots};
pub use summary::Summary;
