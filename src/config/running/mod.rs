//! Settings that change while the server runs: what they may be, where they stand, how a file and the API change them.

mod desk;
mod edit;
mod keep;
mod standing;
mod values;

pub use desk::SettingsDesk;
pub use edit::Change;
pub use standing::{Refusal, Source, Standing};
pub use values::{Overrides, Values};
