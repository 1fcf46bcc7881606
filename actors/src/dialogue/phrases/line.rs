//! Owns what a sentence is. Called by everybody who says one.

/// Words of a tag such as "Which would you like?", which says nothing without the sentence before it.
const TAG_WORDS_MAX: usize = 4;

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

    /// Gives the words by which a question is known again: its last sentence, or all of it where that is no more than a tag.
    pub fn asks(&self) -> &str {
        let ends = [". ", "? ", "! "].map(|end| self.text.rfind(end));
        let last = ends.into_iter().flatten().max();
        let last = last.map_or(self.text.as_str(), |end| self.text[end + 1..].trim_start());
        if last.split_whitespace().count() > TAG_WORDS_MAX {
            last
        } else {
            &self.text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_question_is_known_by_its_last_sentence_unless_that_is_a_tag() {
        for (text, asks) in [
            (
                "What name should I put it under?",
                "What name should I put it under?",
            ),
            (
                "We start from eleven a.m. on. What time would you like it?",
                "What time would you like it?",
            ),
            (
                "I could do six p.m. Would that work?",
                "I could do six p.m. Would that work?",
            ),
        ] {
            assert_eq!(Line::own(text).asks(), asks);
        }
    }
}
