//! Owns how written English is read aloud: times, dates, money, telephone numbers, codes, addresses.
//!
//! Called by the voice for each sentence. Never produces sound or phonemes; its output is text for the
//! pronunciation lexicons, without a digit in it. The readings follow Hibari (`normalize.py`,
//! `numbers.py`, Apache-2.0), with telephone numbers, codes and addresses added.

mod amounts;
mod codes;
mod dates;
mod numbers;
mod shortened;
mod times;
mod words;

pub use shortened::is_title;

use words::{Reading, Word, plain, split};

/// A way to read the word at a place in the sentence, perhaps together with those after it.
type Rule = fn(&[Word], usize) -> Option<Reading>;

/// In order: the first rule that applies wins.
const RULES: [Rule; 8] = [
    dates::read,
    times::read,
    codes::telephone,
    codes::address,
    amounts::read,
    shortened::read,
    codes::code,
    codes::digits_left_over,
];

/// Puts everything in a sentence into words.
pub fn spoken(sentence: &str) -> String {
    let words = split(sentence);
    let mut out = String::new();
    let mut at = 0;
    while at < words.len() {
        let reading = RULES.iter().find_map(|rule| rule(&words, at));
        let reading = reading.unwrap_or_else(|| plain(words[at].core));
        let last = at + reading.used - 1;
        let end = last + 1 == words.len();
        let tail = words[last].tail;
        let stop = tail.strip_prefix('.').filter(|_| reading.eats_stop && !end);
        for part in [words[at].lead, &reading.text, stop.unwrap_or(tail)] {
            out.push_str(part);
        }
        out.push(' ');
        at += reading.used;
    }
    tidy(&out)
}

/// Leaves single spaces, and none before punctuation.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let joins = word.starts_with([',', '.', ';', ':', '!', '?']);
        if !joins && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests;
