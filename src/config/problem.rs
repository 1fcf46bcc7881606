//! Owns what can be wrong with one variable, in words. Made by the reader; shown by `maitred check-config` and at
//! start. Never holds the value of a secret.

use std::fmt;

/// One variable that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the variable.
    pub variable: &'static str,
    /// What was found; for a secret, only how long it is.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: found {}, expected {}",
            self.variable, self.found, self.expected
        )
    }
}
