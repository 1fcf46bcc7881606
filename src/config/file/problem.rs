//! Owns what can be wrong in a file, in words, with its place. Made by the reading; shown by
//! `maitred check-config`, in the log and at `/ready`.

use std::fmt;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// File as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What it is about, for example `people[2].number`; empty for the file as a whole.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl FileProblem {
    /// Tells that the file cannot be read at all.
    pub fn unreadable(file: String, reason: String) -> Self {
        Self {
            file,
            line: 1,
            column: 1,
            key: String::new(),
            found: reason,
            expected: "a file that can be read".to_owned(),
        }
    }

    /// Gives file, line, column and key, for example `business.toml:12:9: capacity.crews`.
    pub fn place(&self) -> String {
        let Self {
            file,
            line,
            column,
            key,
            ..
        } = self;
        match key.as_str() {
            "" => format!("{file}:{line}:{column}"),
            key => format!("{file}:{line}:{column}: {key}"),
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        write!(
            f,
            "{place}: found {}, expected {}",
            self.found, self.expected
        )
    }
}
