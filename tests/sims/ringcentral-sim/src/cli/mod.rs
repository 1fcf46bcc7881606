//! Subcommands of the binary, one file each.
//!
//! Owns the arguments; `main` calls it. It never holds logic of the simulator.

mod arguments;
mod call;
mod console;
mod play;
mod serve;
mod webhook;

pub use arguments::Arguments;
