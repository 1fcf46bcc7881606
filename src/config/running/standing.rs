//! Owns how the settings stand, where they came from, and why a change of them is refused. Made by the desk; shown by the
//! API. Never changes anything.

use super::values::Values;
use crate::config::file::FileProblem;
use jiff::Timestamp;
use serde::Serialize;

/// Where settings came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The start of the server: the environment, and the files as they were.
    Start,
    /// A change of a file.
    File,
    /// The API.
    Api,
}

impl Source {
    /// Gives the name used in the log and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::File => "file",
            Self::Api => "api",
        }
    }
}

/// How the settings stand.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Number of this version; later ones have higher numbers, also over restarts.
    pub version: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// Where it came from.
    pub source: Source,
    /// What holds.
    pub values: Values,
    /// What is wrong with the file as it is now; empty if it is the one that holds.
    pub refused: Vec<FileProblem>,
    /// The file by which it holds, or what it would be.
    pub(super) text: String,
}

/// Why a change was not taken; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Every reason why it cannot be used.
    #[error("settings refused")]
    Problems(Vec<FileProblem>),
    /// Its file cannot be read or written.
    #[error("file cannot be changed: {0}")]
    NotKept(String),
}

/// Gives the number of the next version: the millisecond in which it was taken, or one more than the one before.
pub(super) fn version_after(before: u64, at: Timestamp) -> u64 {
    at.as_millisecond().unsigned_abs().max(before + 1)
}
