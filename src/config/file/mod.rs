//! TOML files that say how Maitred behaves: read with every mistake at its line, and looked at anew while it runs.

mod follow;
mod problem;
mod read;
mod section;

pub(super) use follow::{Follower, Found, look_at};
pub use problem::FileProblem;
pub(super) use read::read;
pub(super) use section::{Field, Findings, Section};
