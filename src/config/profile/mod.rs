//! The business profile: `business.toml` read with every mistake at its line, and taken up anew when it changes.

mod follow;
mod hours;
mod menu;
mod problem;
mod read;
mod section;
#[cfg(test)]
mod tests;

pub use follow::{CurrentProfile, Follower};
pub use problem::ProfileProblem;
pub use read::{EXAMPLE, example, read_profile};
