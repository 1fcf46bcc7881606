//! Owns the model files on disk: fetching, checking, unpacking and converting them.
//!
//! Called by the operator's `models pull` and, to open the files, by whoever starts the engines.
//! Never loads a model into memory and never runs one.

mod cache;
mod error;
mod fetch;
mod packages;
mod pull;
mod wheel;

pub use cache::{ModelSet, default_cache_dir, open};
pub use error::Error;
pub use pull::{pull, pull_from};
