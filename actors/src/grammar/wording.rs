//! An utterance as plain words, contractions undone, for looking phrases up.
//!
//! Owns contractions. Called by the readers of intents. Never keeps spans.

use super::tokens::{Token, holds, items};

/// Rows of the index of words: a power of two.
const ROWS: usize = 1024;
/// No word.
const NONE: u16 = u16::MAX;

/// The words of an utterance, one space between them and one at either end.
pub(super) struct Wording {
    text: String,
    count: usize,
    /// Where each word begins, and the next word in the same row of the index.
    words: Vec<(u32, u16)>,
    /// For each beginning of words the first word that begins so.
    rows: Box<[u16; ROWS]>,
}

impl Wording {
    /// Undoes the contractions of tokens and leaves their marks away.
    pub fn new(tokens: &[Token]) -> Self {
        let mut text = String::with_capacity(tokens.len() * 8 + 1);
        text.push(' ');
        let mut count = 0;
        for token in tokens.iter().filter(|token| !token.is_mark()) {
            expand(&token.word, &mut text);
            text.push(' ');
            count += 1;
        }
        let mut wording = Self {
            words: Vec::with_capacity(count * 2),
            rows: Box::new([NONE; ROWS]),
            text,
            count,
        };
        wording.index();
        wording
    }

    /// Puts every word into the row of its beginning, the first one first.
    fn index(&mut self) {
        let bytes = self.text.as_bytes();
        let starts = (1..bytes.len()).filter(|at| bytes[at - 1] == b' ');
        let starts = starts.filter_map(|at| u32::try_from(at).ok());
        self.words = starts
            .take(usize::from(NONE))
            .map(|start| (start, NONE))
            .collect();
        let rows = &mut self.rows;
        for (at, (start, next)) in self.words.iter_mut().enumerate().rev() {
            let row = &mut rows[row_of(&bytes[*start as usize..])];
            *next = std::mem::replace(row, u16::try_from(at).unwrap_or(NONE));
        }
    }

    /// The words, one by one.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split_whitespace()
    }

    /// How many words were said.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a phrase (words with single spaces) was said.
    pub fn says(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    /// Whether one of the phrases (parted by `|`) was said.
    pub fn any(&self, phrases: &str) -> bool {
        items(phrases).any(|phrase| self.says(phrase))
    }

    /// Whether the utterance begins with one of the phrases (parted by `|`).
    pub fn begins(&self, phrases: &str) -> bool {
        items(phrases).any(|phrase| self.stands(phrase, 1))
    }

    /// Whether one of `phrases` follows right after one of `openers` at the beginning.
    pub fn begins_after(&self, openers: &str, phrases: &str) -> bool {
        let Some((second, _)) = self.words.get(1) else {
            return false;
        };
        items(openers).any(|opener| opener.len() + 2 == *second as usize && self.stands(opener, 1))
            && items(phrases).any(|phrase| self.stands(phrase, *second as usize))
    }

    /// Whether the utterance is one of the phrases (parted by `|`) and nothing else.
    pub fn is(&self, phrases: &str) -> bool {
        let words = self.text.trim();
        items(phrases).any(|phrase| phrase == words)
    }

    /// Whether one phrase was said before another.
    pub fn order(&self, first: &str, then: &str) -> bool {
        let Some(at) = self.first(first) else {
            return false;
        };
        items(then).any(|phrase| self.all(phrase).any(|last| at < last))
    }

    /// Where the first of the phrases (parted by `|`) stands.
    pub fn first(&self, phrases: &str) -> Option<usize> {
        items(phrases).filter_map(|phrase| self.find(phrase)).min()
    }

    /// Whether one of `verbs` is followed by one of `words`, with any of `adverbs` between.
    pub fn calls(&self, verbs: &str, adverbs: &str, words: &str) -> bool {
        items(verbs)
            .flat_map(|verb| self.all(verb).map(move |at| at + verb.len()))
            .any(|end| {
                let mut after = self.text.get(end..).unwrap_or_default().split_whitespace();
                after
                    .find(|word| !holds(adverbs, word))
                    .is_some_and(|word| holds(words, word))
            })
    }

    fn find(&self, phrase: &str) -> Option<usize> {
        self.all(phrase).next()
    }

    /// Where a phrase stands, in order.
    fn all(&self, phrase: &str) -> impl Iterator<Item = usize> {
        let word = |at: u16| self.words.get(usize::from(at)).copied();
        let row = self.rows[row_of(phrase.as_bytes())];
        std::iter::successors(word(row), move |(_, next)| word(*next))
            .map(|(start, _)| start as usize)
            .filter(move |start| self.stands(phrase, *start))
    }

    /// Whether a phrase stands at the beginning of a word and ends with one.
    fn stands(&self, phrase: &str, start: usize) -> bool {
        let bytes = self.text.as_bytes();
        let end = start + phrase.len();
        bytes.get(start..end) == Some(phrase.as_bytes()) && bytes.get(end) == Some(&b' ')
    }
}

/// The row of the index for what begins with these letters: by the first three of its first word.
fn row_of(word: &[u8]) -> usize {
    let letters = word.iter().take_while(|byte| **byte != b' ').take(3);
    letters.fold(0, |row, byte| (row * 31 + usize::from(*byte)) % ROWS)
}

/// A yes or no that was run together with the word after it: "yesplease", "nothanks".
fn run_together(word: &str) -> Option<&'static str> {
    let first = ["yes", "yeah", "sure", "okay"]
        .into_iter()
        .find(|first| word.starts_with(first));
    let first = first.or_else(|| word.starts_with("nothank").then_some("no"))?;
    let rest = &word[first.len()..];
    (rest.len() > 2 && !rest.starts_with("ter") && !rest.starts_with("ly")).then_some(first)
}

fn expand(word: &str, text: &mut String) {
    let whole = match word {
        "thats" => "that is",
        "whats" => "what is",
        "hows" => "how is",
        "wheres" => "where is",
        "whens" => "when is",
        "im" => "i am",
        "its" => "it is",
        "dont" => "do not",
        "didnt" => "did not",
        "doesnt" => "does not",
        "isnt" => "is not",
        "cant" | "cannot" | "can't" => "can not",
        "wont" | "won't" => "will not",
        "wouldnt" => "would not",
        "ive" => "i have",
        "lets" | "let's" => "let us",
        "id" => "i would",
        "youre" => "you are",
        "theyre" => "they are",
        "wanna" => "want to",
        "gonna" => "going to",
        "gotta" => "got to",
        "ofcourse" => "of course",
        "appt" => "appointment",
        "ok" | "oki" | "okey" | "k" | "okie" => "okay",
        "pls" | "plz" => "please",
        "ya" | "yea" | "yeh" | "ye" => "yeah",
        "u" => "you",
        "thx" | "thankyou" | "ty" => "thank you",
        _ => "",
    };
    if !whole.is_empty() {
        text.push_str(whole);
        return;
    }
    if let Some(first) = run_together(word) {
        text.push_str(first);
        text.push(' ');
        return expand(&word[first.len()..], text);
    }
    let endings = [
        ("n't", " not"),
        ("'s", " is"),
        ("'m", " am"),
        ("'re", " are"),
        ("'d", " would"),
        ("'ll", " will"),
        ("'ve", " have"),
    ];
    for (short, long) in endings {
        if let Some(stem) = word.strip_suffix(short) {
            text.push_str(stem);
            text.push_str(long);
            return;
        }
    }
    text.push_str(word);
}
