//! The rules of the house, held against every file of the repository: who may know whom, what stays pure, sizes,
//! opening sentences, names, links, licences. Owns no rule about behaviour. `.env.example` is held against the
//! configuration beside it (`src/config/tests.rs`), formatting and lints by rustfmt and clippy.
//!
//! A list of exceptions may only shrink: an entry that is needed no more fails its test too.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/packages.rs"]
mod packages;
#[path = "tidy/purity.rs"]
mod purity;
#[path = "tidy/repository.rs"]
mod repository;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/stories.rs"]
mod stories;
