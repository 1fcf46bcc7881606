//! Settings that change while the server runs: what they may be, where they stand, how a file and the API change them.

mod desk;
mod edit;
mod keep;
mod values;

pub use desk::{Refusal, SettingsDesk, Source, Standing};
pub use edit::Change;
pub use values::{Overrides, Values};
