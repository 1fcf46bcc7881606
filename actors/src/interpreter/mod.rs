//! Shared understanding: the grammar reads what a caller said, and where it is unsure a language model, if there is one, is
//! asked to help. Asked by calls; answers through the journal, once for each question. Never waits for the model itself.

mod actor;
mod answers;
mod asking;
mod check;
mod facts;
mod model;
#[cfg(test)]
mod tests;
mod unsure;

pub use actor::{Interpreter, InterpreterMsg};
pub(crate) use answers::{adds_nothing, speakable};
pub use model::Model;
