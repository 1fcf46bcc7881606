//! Owns what is believed of a text that a model wrote: short, plain, and with no number and no weighty word that its source
//! does not have. Called by `check` for answers to open questions and by the archivist for its summary. Pure.

use crate::grammar::numbers_in;
use std::collections::BTreeSet;

/// Characters of an answer.
const ANSWER_MAX: usize = 220;
/// Words of an answer.
const WORDS_MIN: usize = 3;
/// Letters from which on a word says something, and letters in which two forms of a word are alike.
const TELLING_LETTERS: usize = 4;
const ALIKE_LETTERS: usize = 4;
/// Words that promise, allow, or bind, and words about days: an answer may have them only from the facts.
const WEIGHTY: &[&str] = &[
    "free",
    "gratis",
    "complimentary",
    "discount",
    "discounts",
    "half",
    "double",
    "guarantee",
    "guaranteed",
    "guarantees",
    "promise",
    "promised",
    "promises",
    "confirmed",
    "booked",
    "booking",
    "reserved",
    "reservation",
    "cancelled",
    "canceled",
    "refund",
    "refunded",
    "waive",
    "waived",
    "safe",
    "safely",
    "allergy",
    "allergies",
    "allergic",
    "allergen",
    "today",
    "tonight",
    "tomorrow",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "i",
    "i'll",
    "i'm",
    "i've",
    "me",
    "my",
];
/// Words that say nothing by themselves, beside those that are too short to.
const FILLING: &[&str] = &[
    "that", "this", "there", "their", "they", "them", "your", "yours", "with", "without", "from",
    "have", "will", "would", "should", "could", "does", "don't", "doesn't", "also", "then", "than",
    "about", "which", "when", "where", "what", "because", "yes", "sorry", "please", "only", "just",
    "very", "each", "every", "need", "needs", "make", "takes", "take", "like", "well", "sure",
];

/// Gives an answer that may be spoken: made of the facts it names, and of nothing else.
pub(super) fn checked(answer: &str, cited: &[usize], facts: &[String]) -> Option<String> {
    let facts: Option<Vec<&str>> = cited
        .iter()
        .map(|number| facts.get(number.checked_sub(1)?).map(String::as_str))
        .collect();
    let source = facts?.join(" ");
    let answer = speakable(answer, ANSWER_MAX)?;
    let enough = answer.split_whitespace().count() >= WORDS_MIN;
    let holds = adds_nothing(&answer, &source) && is_grounded(&answer, &source);
    (enough && holds).then_some(answer)
}

/// Gives a text as one plain line that ends in a stop; `None` where it is too long, asks, or has marks that are not spoken.
pub(crate) fn speakable(text: &str, characters_max: usize) -> Option<String> {
    let text = text.trim();
    let plain = |one: char| one.is_alphanumeric() || " ,.'’-!;:$%&()".contains(one);
    let short = (1..=characters_max).contains(&text.chars().count());
    if !short || !text.chars().all(plain) || text.contains("//") {
        return None;
    }
    let ended = text.ends_with(['.', '!']);
    Some(if ended {
        text.to_owned()
    } else {
        format!("{}.", text.trim_end_matches([',', ';', ':', '-', ' ']))
    })
}

/// Tells whether a text has no number and no weighty word that is not in its source.
pub(crate) fn adds_nothing(text: &str, source: &str) -> bool {
    let known: BTreeSet<u64> = numbers_in(source).into_iter().collect();
    let sources: Vec<String> = words(source).collect();
    let numbers = numbers_in(text).iter().all(|number| known.contains(number));
    let weighty = |word: &String| WEIGHTY.contains(&word.as_str());
    let mut weighty = words(text).filter(weighty);
    numbers && weighty.all(|word| sources.iter().any(|other| alike(&word, other)))
}

/// Tells whether at least half of what a text tells is told by its source.
fn is_grounded(text: &str, source: &str) -> bool {
    let known: Vec<String> = words(source).collect();
    let telling: Vec<String> = words(text)
        .filter(|word| word.chars().count() >= TELLING_LETTERS)
        .filter(|word| !FILLING.contains(&word.as_str()))
        .collect();
    let grounded = telling
        .iter()
        .filter(|word| known.iter().any(|other| alike(word, other)))
        .count();
    grounded > 0 && grounded * 2 >= telling.len()
}

/// Tells whether two words may be forms of one: they begin alike, and short ones are the same.
fn alike(word: &str, other: &str) -> bool {
    let beginning: String = word.chars().take(ALIKE_LETTERS).collect();
    let short = beginning.chars().count() < ALIKE_LETTERS;
    if short {
        word == other
    } else {
        other.starts_with(&beginning)
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let letter = |one: char| one.is_alphanumeric() || one == '\'' || one == '’';
    text.split(move |one| !letter(one))
        .map(|word| {
            word.trim_matches(['\'', '’'])
                .replace('’', "'")
                .to_lowercase()
        })
        .filter(|word| !word.is_empty())
}
