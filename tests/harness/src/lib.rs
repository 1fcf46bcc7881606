//! Gives stories three lines of set-up: a house (a real server with a real database and simulated vendors, all on port
//! 0) and callers who speak by modem. Called by `tests/calls` and by the demo. Never looks into the server but
//! through its API, its journal and its telephone line.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness fails its test by panicking"
)]

mod business;
mod call;
mod caller;
mod crash;
pub mod demo;
mod exchange;
mod house;
mod library;
pub mod load;
mod postgres;
mod transcript;
mod words;

pub use business::{business, example_business};
pub use call::{Call, Party};
pub use caller::{Caller, DEADLINE};
pub use crash::{Crashes, How, Part, kill_shared};
pub use exchange::{Colleague, Exchange, OnThePhone};
pub use house::{House, Setup};
pub use library::Library;
pub use postgres::Postgres;
pub use transcript::{prompts, told};
pub use words::{Heard, day_in_words, nth_said, plain, said, weekday_said};
