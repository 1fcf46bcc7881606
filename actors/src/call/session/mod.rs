//! RingCentral's view of a call: the fold of its reports, in whatever order they come.
//!
//! Owns what is known of each party (`party`) and what all of them together mean for us (`standing`). Called by `decide`
//! through `LineFacts`. The same set of reports gives the same view, however ordered or doubled: a field is taken from the
//! highest sequence that has it, and what once was true stays true.

mod fold;
mod party;
mod standing;

pub use fold::Session;
pub use standing::{Ending, Standing};
