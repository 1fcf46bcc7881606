//! What engineers run in a terminal beside the server. Pure reading and writing of lines; never a call, never a
//! database.

mod understand;

pub use understand::{Form, understand_lines};
