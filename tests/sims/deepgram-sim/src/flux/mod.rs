//! `/v2/listen`: recognition that says itself when a turn begins and ends.

mod session;
mod settings;
mod turn;

pub(crate) use session::Flux;
