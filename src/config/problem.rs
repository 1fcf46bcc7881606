//! Owns what can be wrong with one variable, in words. Made by the reader; shown by `maitred check-config` and at
//! start. Never holds the value of a secret.

use std::fmt;

/// One variable, or one thing in the file that it names, that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the variable.
    pub variable: &'static str,
    /// Where in the file that the variable names: file, line, column and key.
    pub within: Option<String>,
    /// What was found; for a secret, only how long it is.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.within.as_deref().unwrap_or(self.variable);
        write!(
            f,
            "{place}: found {}, expected {}",
            self.found, self.expected
        )
    }
}
