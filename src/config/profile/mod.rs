//! The business profile: `business.toml` read with every mistake at its line, and held for whoever goes by it.

mod current;
mod hours;
mod menu;
mod read;
#[cfg(test)]
mod tests;

pub use current::CurrentProfile;
pub(super) use current::Standing;
pub use read::{EXAMPLE, example, read_profile};
