//! What engineers run in a terminal beside the server. Reads, and writes lines; never takes part in a call, never changes
//! the database.

pub mod calls;
pub mod converse;
mod hear;
mod understand;

pub use hear::{Asked, hear};
pub use understand::{Form, understand_lines};
