//! An utterance as plain words, contractions undone, for looking phrases up.
//!
//! Owns contractions. Called by the readers of intents. Never keeps spans.

use super::tokens::Token;

/// The words of an utterance, one space between them and one at either end.
pub(super) struct Wording {
    text: String,
    count: usize,
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
        Self { text, count }
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
        phrases.split('|').any(|phrase| self.says(phrase))
    }

    /// Whether the utterance begins with one of the phrases (parted by `|`).
    pub fn begins(&self, phrases: &str) -> bool {
        let text = self.text.get(1..).unwrap_or_default();
        phrases.split('|').any(|phrase| {
            text.strip_prefix(phrase)
                .is_some_and(|rest| rest.starts_with(' '))
        })
    }

    /// Whether one of `phrases` follows right after one of `openers` at the beginning.
    pub fn begins_after(&self, openers: &str, phrases: &str) -> bool {
        let first = self.text.split_whitespace().next().unwrap_or_default();
        let rest = self.text.get(first.len() + 2..).unwrap_or_default();
        openers.split('|').any(|opener| opener == first)
            && phrases.split('|').any(|phrase| {
                rest.strip_prefix(phrase)
                    .is_some_and(|rest| rest.starts_with(' '))
            })
    }

    /// Whether the utterance is one of the phrases (parted by `|`) and nothing else.
    pub fn is(&self, phrases: &str) -> bool {
        let words = self.text.trim();
        phrases.split('|').any(|phrase| phrase == words)
    }

    /// Whether one phrase was said before another.
    pub fn order(&self, first: &str, then: &str) -> bool {
        let at = first
            .split('|')
            .filter_map(|phrase| self.find(phrase))
            .min();
        let last = then
            .split('|')
            .filter_map(|phrase| self.rfind(phrase))
            .max();
        at.zip(last).is_some_and(|(at, last)| at < last)
    }

    /// Where the first of the phrases (parted by `|`) stands.
    pub fn first(&self, phrases: &str) -> Option<usize> {
        phrases
            .split('|')
            .filter_map(|phrase| self.find(phrase))
            .min()
    }

    /// Whether one of `verbs` is followed by one of `words`, with any of `adverbs` between.
    pub fn calls(&self, verbs: &str, adverbs: &str, words: &str) -> bool {
        let has = |list: &str, word: &str| list.split('|').any(|item| item == word);
        let said: Vec<&str> = self.text.split_whitespace().collect();
        said.iter().enumerate().any(|(at, verb)| {
            has(verbs, verb)
                && said[at + 1..]
                    .iter()
                    .find(|word| !has(adverbs, word))
                    .is_some_and(|word| has(words, word))
        })
    }

    fn find(&self, phrase: &str) -> Option<usize> {
        let mut from = 0;
        while let Some(at) = self.text.get(from..)?.find(phrase) {
            let at = from + at;
            if self.bounded(at, phrase) {
                return Some(at);
            }
            from = at + phrase.len();
        }
        None
    }

    fn rfind(&self, phrase: &str) -> Option<usize> {
        let mut until = self.text.len();
        while let Some(at) = self.text.get(..until)?.rfind(phrase) {
            if self.bounded(at, phrase) {
                return Some(at);
            }
            until = at;
        }
        None
    }

    fn bounded(&self, at: usize, phrase: &str) -> bool {
        let bytes = self.text.as_bytes();
        at > 0 && bytes.get(at - 1) == Some(&b' ') && bytes.get(at + phrase.len()) == Some(&b' ')
    }
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
