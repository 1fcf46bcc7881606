//! Which answer a request gets.
//!
//! Owns the scripted answers. Written by tests, read by each request; it never invents one.

use std::sync::{Mutex, PoisonError};

/// Puts the number of a line in place of `{line:words}`: of the line `7. ...` that holds the words, 0 where none does.
fn numbered(answer: &str, messages: &[&str]) -> String {
    let Some((before, rest)) = answer.split_once("{line:") else {
        return answer.to_owned();
    };
    let Some((words, after)) = rest.split_once('}') else {
        return answer.to_owned();
    };
    let mut lines = messages.iter().flat_map(|message| message.lines());
    let number = lines.find_map(|line| {
        let (number, text) = line.split_once(". ")?;
        let number: u32 = number.parse().ok()?;
        text.contains(words).then_some(number)
    });
    let number = number.unwrap_or_default();
    format!("{before}{number}{}", numbered(after, messages))
}

/// Scripted answers, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Script {
    answers: Mutex<Vec<(String, String)>>,
}

impl Script {
    /// Has requests answered whose last message holds the words, whatever their case; empty words fit every request.
    pub(crate) fn answer(&self, words: &str, answer: &str) {
        let pair = (words.to_lowercase(), answer.to_owned());
        self.answers().insert(0, pair);
    }

    /// Gives the answer for the last of these messages; an empty object where there is none.
    pub(crate) fn find(&self, messages: &[&str]) -> String {
        let last = messages.last().copied().unwrap_or_default().to_lowercase();
        let answers = self.answers();
        let fitting = answers.iter().find(|(words, _)| last.contains(words));
        let answer = fitting.map_or("{}", |(_, answer)| answer);
        numbered(answer, messages)
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, Vec<(String, String)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
