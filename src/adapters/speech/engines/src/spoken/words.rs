//! Owns cutting a sentence into words, each with the punctuation around it.
//!
//! Called by `spoken` and its rules. Never decides how a word is read, except one that needs no rule.

/// One word of the sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Word<'a> {
    /// Opening punctuation.
    pub lead: &'a str,
    /// The word itself.
    pub core: &'a str,
    /// Closing punctuation.
    pub tail: &'a str,
}

/// How one or more words are read.
#[derive(Debug)]
pub struct Reading {
    /// What is said.
    pub text: String,
    /// How many words that covers.
    pub used: usize,
    /// Whether a full stop after it belongs to an abbreviation, so that it is dropped in mid-sentence.
    pub eats_stop: bool,
}

impl Reading {
    /// Covers `used` words.
    pub fn of(used: usize, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            text,
            used,
            eats_stop: false,
        }
    }

    /// Covers `used` words, the last of which is an abbreviation.
    pub fn short(used: usize, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            text,
            used,
            eats_stop: true,
        }
    }
}

/// Square brackets have a meaning in the lexicons' input, so they count as spaces.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || c == '[' || c == ']'
}

/// Cuts a sentence into its words.
pub fn split(sentence: &str) -> Vec<Word<'_>> {
    sentence
        .split(is_gap)
        .filter(|word| !word.is_empty())
        .map(word)
        .collect()
}

fn word(text: &str) -> Word<'_> {
    let bare = text.trim_start_matches(['(', '{', '"', '\'', '“', '‘', '*', '<']);
    let lead = &text[..text.len() - bare.len()];
    let closing: &[char] = &[
        '.', ',', ';', ':', '!', '?', ')', '}', '"', '\'', '”', '’', '…', '*', '>',
    ];
    let core = bare.trim_end_matches(closing);
    Word {
        lead,
        core,
        tail: &bare[core.len()..],
    }
}

/// Reads a word that no rule knows: letters stay, signs become words or pauses.
pub fn plain(core: &str) -> Reading {
    let mut text = String::new();
    let letters: Vec<char> = core.chars().collect();
    for (i, &c) in letters.iter().enumerate() {
        let inside = i > 0 && i + 1 < letters.len();
        match c {
            '’' | '‘' => text.push('\''),
            c if c.is_alphabetic() => text.push(c),
            '\'' | '.' | ',' | '—' | '…' | ':' | '(' | ')' => text.push(c),
            '-' | '‐' | '‑' if inside => text.push('-'),
            '-' | '–' | '―' if letters.len() == 1 => text.push('—'),
            '/' if inside => text.push_str(" or "),
            other => text.push_str(sign(other)),
        }
    }
    Reading::of(1, text)
}

fn sign(c: char) -> &'static str {
    match c {
        '&' => " and ",
        '@' => " at ",
        '+' => " plus ",
        '=' => " equals ",
        '%' => " percent ",
        '°' => " degrees ",
        '$' => " dollars ",
        '½' => " one half ",
        '¼' => " one quarter ",
        '¾' => " three quarters ",
        '©' => " copyright ",
        _ => " ",
    }
}
