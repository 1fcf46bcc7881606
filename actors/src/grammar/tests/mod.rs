//! Tests of the grammar through `understand`, one file for each slot.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

mod days;
mod english;
mod intents;
mod names;
mod numbers;
mod people;
mod properties;
mod times;
mod transcripts;
mod wishes;

use jiff::civil::date;

use super::{Context, Understanding, understand};

/// A Tuesday in March, at nine in the morning; nothing asked.
fn context() -> Context {
    Context::new(date(2026, 3, 10).at(9, 0, 0, 0))
}

fn read(text: &str) -> Understanding {
    understand(text, &[], &context())
}
