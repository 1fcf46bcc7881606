//! Owns what a sentence is. Called by everybody who says one.

/// A sentence to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The words.
    pub text: String,
    /// Whether they are the same in every call, so that their sound may be kept.
    pub fixed: bool,
}

impl Line {
    /// A sentence that is the same in every call.
    pub fn fixed(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            fixed: true,
        }
    }

    /// A sentence that belongs to this call.
    pub fn own(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            fixed: false,
        }
    }

    /// Puts another sentence before it.
    pub fn after(self, first: &str) -> Self {
        Self {
            text: format!("{first} {}", self.text),
            fixed: self.fixed,
        }
    }
}
