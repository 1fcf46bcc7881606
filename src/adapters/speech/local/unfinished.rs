//! Owns the rule that tells a sentence that stops short, after which the caller is given more time. Called by
//! `turns`; never waits itself.

/// Words after which nobody stops for good.
const LEADING_ON: [&str; 36] = [
    "a", "about", "an", "and", "are", "at", "because", "but", "by", "called", "er", "erm", "for",
    "from", "hmm", "i", "i'd", "i'm", "in", "is", "it's", "like", "my", "of", "on", "or", "our",
    "so", "the", "to", "uh", "um", "under", "was", "with", "you",
];
/// Words of a greeting; nobody calls to say just that.
const GREETING: [&str; 8] = [
    "hello",
    "hi",
    "hey",
    "there",
    "good",
    "morning",
    "afternoon",
    "evening",
];
/// Words before `is` or `are` that make it an answer: "yes it is".
const ANSWERING: [&str; 5] = ["it", "that", "they", "this", "we"];
/// Digits of a whole telephone number in North America; a group of three or more below that is a part of one.
const NUMBER_DIGITS: usize = 10;
const GROUP_DIGITS: usize = 3;
const DIGIT_WORDS: [&str; 11] = [
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// Tells whether a transcript sounds as if the caller will go on.
pub(super) fn is_unfinished(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    // A comma says nothing: the recogniser puts one where the audio stops.
    if text.ends_with(['-', '…']) || text.ends_with("...") {
        return true;
    }
    let words: Vec<&str> = text
        .split_whitespace()
        .map(bare)
        .filter(|word| !word.is_empty())
        .collect();
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let answers =
        matches!(*last, "is" | "are") && before.last().is_some_and(|word| ANSWERING.contains(word));
    let digits: usize = words.iter().rev().map_while(|word| digits(word)).sum();
    let greets = words.iter().all(|word| GREETING.contains(word));
    (LEADING_ON.contains(last) && !answers)
        || (GROUP_DIGITS..NUMBER_DIGITS).contains(&digits)
        || greets
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// How many digits a word stands for; `None` for another word, a time among them.
fn digits(word: &str) -> Option<usize> {
    if DIGIT_WORDS.contains(&word) {
        return Some(1);
    }
    let figures = word.chars().filter(char::is_ascii_digit).count();
    let others = word.chars().any(|c| !c.is_ascii_digit() && c != '-');
    (figures > 0 && !others).then_some(figures)
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn a_sentence_that_leads_on_is_unfinished() {
        for text in [
            "My number is.",
            "I would like, um",
            "On Friday and",
            "Call me at 415-555.",
            "four one five",
            "so...",
            "Hello.",
            "Hi there,",
            "Good evening.",
        ] {
            assert!(is_unfinished(text), "{text}");
        }
    }

    #[test]
    fn a_whole_answer_is_finished() {
        for text in [
            "Yes, it is.",
            "A table for four.",
            "At 6:30.",
            "Next to the window,",
            "At seven thirty",
            "415-555-0198.",
            "Two.",
            "In the evening.",
            "",
        ] {
            assert!(!is_unfinished(text), "{text}");
        }
    }
}
