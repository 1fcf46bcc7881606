//! Owns cutting text into sentences.
//!
//! Called by the voice and by adapters that speak sentence by sentence. Never changes a word.
//! Ported from Hibari (`tts.py`, Apache-2.0).

use crate::spoken::is_title;

const ENDS: &[char] = &['.', '!', '?', '…'];
const CLOSERS: &[char] = &['"', '”', '’', '\'', ')', ']'];

/// Cuts text at the ends of its sentences and at line breaks; pieces keep their punctuation.
///
/// A full stop after a title or an initial ("Dr. Lee", "J. Smith"), or before a word in lower case,
/// does not end a sentence.
pub fn sentences(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .flat_map(of_line)
        .collect()
}

fn of_line(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (space, _) in line.match_indices(char::is_whitespace) {
        if space < start {
            continue;
        }
        let (before, after) = (&line[start..space], line[space..].trim_start());
        if ends_sentence(before, after) {
            found.push(before);
            start = line.len() - after.len();
        }
    }
    found.push(&line[start..]);
    found
}

fn ends_sentence(before: &str, after: &str) -> bool {
    let bare = before.trim_end_matches(CLOSERS);
    if !bare.ends_with(ENDS) || after.starts_with(char::is_lowercase) {
        return false;
    }
    let Some(bare) = bare.strip_suffix('.') else {
        return true;
    };
    let word = bare.rsplit(char::is_whitespace).next().unwrap_or(bare);
    let word = word.trim_start_matches(['(', '"', '“', '\'', '‘']);
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    !(initial || is_title(word))
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn cuts_at_full_stops_questions_and_line_breaks() {
        let text = "Sure. Is six thirty fine?  (Really!) Good\n\nBye.";
        let expected = ["Sure.", "Is six thirty fine?", "(Really!)", "Good", "Bye."];
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn titles_initials_and_lower_case_go_on() {
        let text = "Dr. Lee and J. Smith open at 9 a.m. on Mondays. Fine.";
        let expected = ["Dr. Lee and J. Smith open at 9 a.m. on Mondays.", "Fine."];
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn numbers_are_not_cut_and_nothing_yields_nothing() {
        assert_eq!(sentences("It is 3.50 now"), ["It is 3.50 now"]);
        assert!(sentences(" \n ").is_empty());
    }
}
