//! Owns the rules that tell by its words how much time a caller needs after a pause: a sentence that stops short, something
//! dictated, a few words that are all. Called by `turns`; never waits itself.

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
/// Single letters at the end that make it a spelling.
const SPELLED_LETTERS: usize = 2;
const DIGIT_WORDS: [&str; 11] = [
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// Words that an answer has which is seldom followed by more.
const SHORT_WORDS: usize = 4;

/// Tells whether an answer is so short that hardly anything follows.
pub(super) fn is_short(text: &str) -> bool {
    text.split_whitespace().count() <= SHORT_WORDS
}

/// Tells whether something is being spelled; or dictated, where that was asked for: there only a whole telephone number is
/// known to be over.
pub(super) fn is_dictating(text: &str, asked_for: bool) -> bool {
    let text = text.to_lowercase();
    let spoken: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .map(bare)
        .filter(|word| !word.is_empty())
        .collect();
    let is_letter = |word: &&str| word.len() == 1 && word.chars().all(char::is_alphabetic);
    let letters = spoken.iter().rev().copied().take_while(is_letter).count();
    let digits: usize = spoken.iter().rev().map_while(|word| digits(word)).sum();
    letters >= SPELLED_LETTERS || asked_for && digits < NUMBER_DIGITS
}

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
    use super::{is_dictating, is_short, is_unfinished};

    #[test]
    fn what_is_spelled_or_dictated_gets_more_time() {
        for (text, asked_for, wanted) in [
            ("D-E-L.", false, true),
            ("Maria, that's m a r", false, true),
            ("Yes, I do.", false, false),
            ("12 Elm Street.", true, true),
            ("12 Elm Street.", false, false),
            ("415-555-0198.", true, false),
            (
                "four one five five five five zero one nine eight",
                true,
                false,
            ),
        ] {
            assert_eq!(is_dictating(text, asked_for), wanted, "{text}");
        }
        assert!(is_short("Twelve people, please.") && !is_short("for twelve people at six"));
    }

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
