//! The root of the tree and the registry of calls: which session, which dialog, which call; who may come in.

mod actor;
mod board;
mod directory;
mod shared;

pub use actor::{Standing, Switchboard, SwitchboardArgs, SwitchboardMsg};
pub use directory::Directory;
