//! A conversation in the terminal, `maitred converse`: the real decision, grammar and book, without a line, a sound or a
//! network.

mod rehearsal;
mod script;
mod show;

pub use rehearsal::Rehearsal;
pub use script::converse;
