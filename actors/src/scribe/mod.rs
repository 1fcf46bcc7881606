//! The journal: everything that happens to a call is written here first and told to the call after. The queue takes
//! events at once and outlives its writer; the writer commits in groups.

mod actor;
mod queue;
mod writer;

pub use actor::{Scribe, ScribeMsg};
pub use queue::Queue;
