//! Owns what a question is: the same thing in several wordings; and the rule that nobody hears one of them more than twice.
//! Called by the policy for everything that it asks.

use super::Line;
use std::collections::BTreeMap;

/// How often a caller may hear a question in the same words.
const SAME_WORDS_MAX: u32 = 2;

/// A question in all its wordings, the plainest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Question(Vec<Line>);

impl Question {
    /// A question that is the same in every call.
    pub fn fixed(wordings: &[&str]) -> Self {
        Self(wordings.iter().map(|text| Line::fixed(text)).collect())
    }

    /// A question that belongs to this call.
    pub fn own(wordings: impl IntoIterator<Item = String>) -> Self {
        Self(wordings.into_iter().map(Line::own).collect())
    }

    /// Puts a sentence before the plainest wording.
    pub fn beginning(mut self, first: &str) -> Self {
        if let Some(plainest) = self.0.first_mut() {
            *plainest = Line::own(format!("{first} {}", plainest.text));
        }
        self
    }

    /// Gives the wordings.
    pub fn wordings(&self) -> &[Line] {
        &self.0
    }
}

/// What was asked in a call, by its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked(BTreeMap<String, u32>);

impl Asked {
    /// Gives the wording that was heard least, and counts it; `None` where each was heard as often as anybody should.
    pub fn next(&mut self, question: &Question) -> Option<Line> {
        let least = question.0.iter().min_by_key(|line| self.count(line))?;
        self.again(least).then(|| least.clone())
    }

    /// Counts the same words once more; `false` if they were heard often enough.
    pub fn again(&mut self, line: &Line) -> bool {
        let fine = self.count(line) < SAME_WORDS_MAX;
        if fine {
            *self.0.entry(line.asks().to_owned()).or_default() += 1;
        }
        fine
    }

    fn count(&self, line: &Line) -> u32 {
        self.0.get(line.asks()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Question};

    #[test]
    fn each_wording_is_heard_in_turn_and_twice_at_most() {
        let question =
            Question::fixed(&["Which of the days is it?", "Please tell me just the day."]);
        let mut asked = Asked::default();
        let heard: Vec<String> = std::iter::from_fn(|| asked.next(&question))
            .map(|line| line.text)
            .collect();
        let [plain, other] = ["Which of the days is it?", "Please tell me just the day."];
        assert_eq!(heard, [plain, other, plain, other]);
        let with = Question::fixed(&[plain]).beginning("Saturday is full.");
        assert_eq!(
            asked.next(&with),
            None,
            "the same question with words before it"
        );
    }
}
