//! Owns how much silence ends a turn, by its words and by what was asked for: a sentence that stops short, something
//! dictated and whether it is whole, a few words that are all. Called by `turns`; never waits itself.

use maitred_actors::grammar::{
    is_whole_address, is_whole_name, is_whole_number, is_whole_street, is_whole_zip,
};
use maitred_actors::ports::hearing::Patience;

/// After a few words, which are seldom followed by more; and where there were none.
const SHORT_MS: u64 = 288;
/// After a sentence, and after something dictated that is whole.
const FINISHED_MS: u64 = 352;
/// After words behind which the recogniser puts no mark that ends a sentence: by their tone there is more to come.
const OPEN_MS: u64 = 560;
/// After something that is spelled or dictated.
const DICTATED_MS: u64 = 1008;
/// After words that lead on.
const UNFINISHED_MS: u64 = 1296;

/// Words after which nobody stops for good.
const LEADING_ON: [&str; 56] = [
    "a", "about", "an", "and", "are", "around", "at", "because", "between", "but", "by", "called",
    "er", "erm", "for", "from", "his", "hmm", "i", "i'd", "i'll", "i'm", "i've", "if", "in",
    "into", "is", "it's", "just", "let's", "like", "my", "near", "of", "on", "or", "our", "plus",
    "so", "than", "the", "their", "there's", "to", "uh", "um", "under", "was", "we", "we'd",
    "we'll", "we're", "we've", "with", "you", "your",
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

/// Tells how much silence ends a turn with this text.
pub(super) fn wait_ms(text: &str, patience: Patience) -> u64 {
    match text.trim() {
        "" => SHORT_MS,
        text if is_whole(text, patience) => FINISHED_MS,
        text if is_unfinished(text) => UNFINISHED_MS,
        text if patience.is_long() || is_spelling(text) => DICTATED_MS,
        text if !text.ends_with(['.', '?', '!']) => OPEN_MS,
        text if text.split_whitespace().count() <= SHORT_WORDS => SHORT_MS,
        _ => FINISHED_MS,
    }
}

/// Tells whether all is there that was asked for.
fn is_whole(text: &str, patience: Patience) -> bool {
    match patience {
        Patience::Usual | Patience::Long => false,
        Patience::Name => is_whole_name(text),
        Patience::Number => is_whole_number(text),
        Patience::Street => is_whole_street(text),
        Patience::Zip => is_whole_zip(text),
        Patience::Address => is_whole_address(text),
    }
}

/// Tells whether something is being spelled.
fn is_spelling(text: &str) -> bool {
    let text = text.to_lowercase();
    let spoken: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .map(bare)
        .filter(|word| !word.is_empty())
        .collect();
    let is_letter = |word: &&str| word.len() == 1 && word.chars().all(char::is_alphabetic);
    let letters = spoken
        .iter()
        .rev()
        .take_while(|word| is_letter(word))
        .count();
    let half_of_a_day = letters == 2 && matches!(spoken[..], [.., "a" | "p", "m"]);
    letters >= SPELLED_LETTERS && !half_of_a_day
}

/// Tells whether a transcript sounds as if the caller will go on.
pub(super) fn is_unfinished(text: &str) -> bool {
    let text = text.trim().to_lowercase();
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
    let greets = words.iter().all(|word| GREETING.contains(word));
    (LEADING_ON.contains(last) && !answers)
        || (GROUP_DIGITS..NUMBER_DIGITS).contains(&digits_at_the_end(&words))
        || greets
}

/// Counts the digits of a number that is said last, with words in it that the recogniser took for others. A year is none.
fn digits_at_the_end(words: &[&str]) -> usize {
    let words = match words {
        [before @ .., year]
            if year.len() == 4
                && year.starts_with("20")
                && before.last().and_then(|word| digits(word)) != Some(GROUP_DIGITS) =>
        {
            before
        }
        words => words,
    };
    let counted: Vec<Option<usize>> = words.iter().map(|word| digits(word)).collect();
    let last_run = || counted.iter().rev().map_while(|count| *count).sum();
    let from = counted.iter().position(Option::is_some);
    match from.map(|from| &counted[from..]) {
        Some(number @ [.., Some(_)]) if 2 * number.iter().flatten().count() > number.len() => {
            number.iter().flatten().sum()
        }
        _ => last_run(),
    }
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
    use super::*;

    #[test]
    fn what_is_spelled_gets_more_time_and_half_a_day_does_not() {
        for text in ["D-E-L.", "Maria, that's m a r", "A-D-A-M."] {
            assert_eq!(wait_ms(text, Patience::Usual), DICTATED_MS, "{text}");
        }
        for text in ["At six thirty p m..", "At seven A M.", "Yes, I do."] {
            assert!(wait_ms(text, Patience::Usual) <= FINISHED_MS, "{text}");
        }
    }

    #[test]
    fn what_is_dictated_gets_more_time_until_it_is_whole() {
        for (patience, part, whole) in [
            (Patience::Number, "415-555.", "415-555-0198."),
            (
                Patience::Number,
                "My daughter's number.",
                "four one five five five five zero one nine eight",
            ),
            (
                Patience::Street,
                "It's forty two Oak.",
                "It's forty two Oak Street.",
            ),
            (
                Patience::Zip,
                "The zip code is 951.",
                "The zip code is 95112.",
            ),
            (
                Patience::Address,
                "12 Elm Street.",
                "12 Elm Street, Oakland, 94612,",
            ),
        ] {
            assert!(wait_ms(part, patience) >= DICTATED_MS, "{part}");
            assert_eq!(wait_ms(whole, patience), FINISHED_MS, "{whole}");
        }
        assert_eq!(wait_ms("Tell them I am late.", Patience::Long), DICTATED_MS);
        assert!(wait_ms("12 Elm Street.", Patience::Usual) < OPEN_MS);
        assert_eq!(wait_ms("Emily Carter,", Patience::Name), FINISHED_MS);
        assert_eq!(wait_ms("My name is Emily,", Patience::Name), OPEN_MS);
    }

    #[test]
    fn a_sentence_that_is_open_gets_more_time_than_one_that_is_ended() {
        let open = wait_ms("A coffee with milk, a small one,", Patience::Usual);
        let ended = wait_ms("A coffee with milk, a small one.", Patience::Usual);
        let short = wait_ms("A coffee.", Patience::Usual);
        assert_eq!((open, ended, short), (OPEN_MS, FINISHED_MS, SHORT_MS));
    }

    #[test]
    fn a_sentence_that_leads_on_is_unfinished() {
        for text in [
            "My number is.",
            "I would like, um",
            "On Friday and",
            "Call me at 415-555.",
            "four one five",
            "Nine, two, nine, or two, eight.",
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
            "One or two.",
            "On July 4, 2026.",
            "415 555 2026",
            "In the evening.",
            "",
        ] {
            assert!(!is_unfinished(text), "{text}");
        }
    }
}
