//! Cuts an utterance into words once, for all readers.
//!
//! Owns spans, lower case, the two spellings of apostrophes, a.m./p.m. in all their spellings, and which
//! words are mere hesitation. Called by `understand`. Never decides what a word means.

/// What sort of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits only.
    Digits,
    /// Digits with st, nd, rd or th.
    Ordinal(u32),
    /// One mark of punctuation.
    Mark,
}

/// One word, number or mark.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Lower case; digits as they stand; the mark itself.
    pub word: String,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What sort of token.
    pub kind: Kind,
    /// Whether no space stands between this token and the one before.
    pub glued: bool,
}

impl Token {
    /// Reports whether the token is one of these words or marks.
    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.word.as_str())
    }

    /// Reports whether the token is one of the words of a list parted by `|`.
    pub fn is_any(&self, list: &str) -> bool {
        holds(list, &self.word)
    }

    /// Reports whether the token is punctuation.
    pub fn is_mark(&self) -> bool {
        self.kind == Kind::Mark
    }

    /// The value of a token of digits.
    pub fn digits(&self) -> Option<u64> {
        match self.kind {
            Kind::Digits if self.word.len() < 16 => self.word.parse().ok(),
            _ => None,
        }
    }
}

/// The items of a list parted by `|`.
pub(super) fn items(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let list = rest?;
        let Some(end) = list.bytes().position(|byte| byte == b'|') else {
            return rest.take();
        };
        rest = list.get(end + 1..);
        list.get(..end)
    })
}

/// Whether a list parted by `|` has an item.
pub(super) fn holds(list: &str, wanted: &str) -> bool {
    items(list).any(|item| item == wanted)
}

/// The word at `i`, or the empty string past the end.
pub(super) fn word(tokens: &[Token], i: usize) -> &str {
    tokens.get(i).map_or("", |token| token.word.as_str())
}

/// The word `back` places before `i`, or the empty string.
pub(super) fn word_before(tokens: &[Token], i: usize, back: usize) -> &str {
    i.checked_sub(back).map_or("", |at| word(tokens, at))
}

/// Reports whether the words of `phrase` stand at `i`, one token each.
pub(super) fn says(tokens: &[Token], i: usize, phrase: &[&str]) -> bool {
    phrase
        .iter()
        .enumerate()
        .all(|(n, wanted)| word(tokens, i + n) == *wanted)
}

/// The tokens with those in the byte spans made into marks that mean nothing, so that positions stay.
pub(super) fn without(tokens: &[Token], spans: &[Option<(usize, usize)>]) -> Vec<Token> {
    let claimed = |token: &Token| {
        spans
            .iter()
            .flatten()
            .any(|(start, end)| token.start >= *start && token.end <= *end)
    };
    let blank = |token: &Token| Token {
        word: "¤".to_owned(),
        kind: Kind::Mark,
        glued: false,
        ..*token
    };
    tokens
        .iter()
        .map(|token| {
            if claimed(token) {
                blank(token)
            } else {
                token.clone()
            }
        })
        .collect()
}

/// Cuts `text` into tokens, hesitations left out.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = drop_hesitations(text, join_halves(cut(text)));
    let mut i = 0;
    while i < tokens.len() {
        if tokens[i].word == "o'clock" {
            tokens[i].word = "oclock".to_owned();
        } else if says(&tokens, i, &["o", "clock"]) {
            tokens[i].word = "oclock".to_owned();
            tokens[i].end = tokens[i + 1].end;
            tokens.remove(i + 1);
        }
        i += 1;
    }
    tokens
}

fn cut(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4 + 1);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let kind = if first.is_ascii_digit() {
            Kind::Digits
        } else if first.is_alphabetic() {
            Kind::Word
        } else {
            Kind::Mark
        };
        if kind != Kind::Mark {
            while let Some(&(at, next)) = chars.peek() {
                let same = if kind == Kind::Digits {
                    next.is_ascii_digit()
                } else {
                    next.is_alphabetic() || is_inner_apostrophe(text, at, next)
                };
                if !same {
                    break;
                }
                end = at + next.len_utf8();
                chars.next();
            }
        }
        let glued = tokens.last().is_some_and(|last| last.end == start);
        if hyphen_in_word(text, start, first) || closing_apostrophe(text, start, first) {
            continue;
        }
        push(
            &mut tokens,
            Token {
                word: lower(&text[start..end]),
                start,
                end,
                kind,
                glued,
            },
        );
    }
    tokens
}

fn lower(raw: &str) -> String {
    raw.chars()
        .map(|c| if c == '’' || c == '‘' { '\'' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// An apostrophe between letters belongs to the word.
fn is_inner_apostrophe(text: &str, at: usize, c: char) -> bool {
    (c == '\'' || c == '’')
        && text[at + c.len_utf8()..]
            .chars()
            .next()
            .is_some_and(char::is_alphabetic)
}

/// Whether the written word around a position holds an at sign.
fn in_email(text: &str, at: usize) -> bool {
    let before = text[..at]
        .split_whitespace()
        .next_back()
        .unwrap_or_default();
    let after = text[at..].split_whitespace().next().unwrap_or_default();
    before.contains('@') || after.contains('@')
}

/// A hyphen between two letters ("twenty-three") only separates words.
fn hyphen_in_word(text: &str, at: usize, c: char) -> bool {
    c == '-'
        && !in_email(text, at)
        && text[..at]
            .chars()
            .next_back()
            .is_some_and(char::is_alphabetic)
        && text[at + 1..]
            .chars()
            .next()
            .is_some_and(char::is_alphabetic)
}

/// The apostrophe of "mothers' day" only closes the word.
fn closing_apostrophe(text: &str, at: usize, c: char) -> bool {
    matches!(c, '\'' | '’') && text[..at].ends_with(['s', 'S'])
}

/// Adds a token, making an ordinal of digits and their glued ending.
fn push(tokens: &mut Vec<Token>, token: Token) {
    if let Some(last) = tokens.last_mut() {
        let ending = token.is(&["st", "nd", "rd", "th"]);
        let close = token.glued || token.is(&["nd", "rd", "th"]);
        if last.kind == Kind::Digits
            && ending
            && close
            && last.word.len() <= 3
            && let Ok(value) = last.word.parse()
        {
            last.kind = Kind::Ordinal(value);
            last.end = token.end;
            return;
        }
    }
    tokens.push(token);
}

/// Joins every spelling of a.m. and p.m. that follows a number into one token.
fn join_halves(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        if let Some((half, next)) = half_at(&tokens, i, joined.last()) {
            let end = tokens[next - 1].end;
            joined.push(Token {
                word: half.to_owned(),
                end,
                ..tokens[i].clone()
            });
            i = next;
        } else {
            joined.push(tokens[i].clone());
            i += 1;
        }
    }
    joined
}

fn half_at(tokens: &[Token], i: usize, before: Option<&Token>) -> Option<(&'static str, usize)> {
    let before = before?;
    let after_number = before.kind == Kind::Digits
        || before.is(&["oclock", "o'clock", "ish", "."])
        || super::numbers::is_number_word(&before.word)
        || before.word.ends_with("ish");
    if !after_number {
        return None;
    }
    let half = match word(tokens, i) {
        "a" | "am" => "am",
        "p" | "pm" => "pm",
        _ => return None,
    };
    if tokens[i].is(&["am", "pm"]) {
        let dot = word(tokens, i + 1) == "." && tokens[i + 1].glued && i + 2 < tokens.len();
        return Some((half, i + 1 + usize::from(dot)));
    }
    let mut at = i + 1;
    if word(tokens, at) == "." {
        at += 1;
    }
    if word(tokens, at) == "m" {
        at += 1;
        // The dot after the m, but not one that ends the utterance's sentence unless the first had one.
        if word(tokens, at) == "." && at > i + 2 {
            at += 1;
        }
        return Some((half, at));
    }
    // "3:15p", "8:45a."
    let glued_letter = tokens[i].glued && before.kind == Kind::Digits;
    let alone = tokens
        .get(i + 1)
        .is_none_or(|next| !next.glued || next.is_mark());
    (glued_letter && alone).then_some((half, i + 1))
}

fn drop_hesitations(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    // "b a r k ER": capitals among small letters are spelled.
    let cased = text.chars().any(char::is_lowercase);
    let spelled =
        |token: &Token| cased && !text[token.start..token.end].contains(char::is_lowercase);
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        let next = word(&tokens, i + 1);
        if is_hesitation(&token.word)
            && !spelled(token)
            && next != "huh"
            && next != "hmm"
            && next != "hm"
        {
            continue;
        }
        if token.word == "like" && is_filler_like(kept.last(), next) {
            continue;
        }
        kept.push(token.clone());
    }
    kept
}

/// Uh, um, er, erm, hmm and their longer forms.
fn is_hesitation(word: &str) -> bool {
    let Some(first) = word.chars().next() else {
        return false;
    };
    let rest: &[char] = match first {
        'u' => &['u', 'h', 'm'],
        'e' => &['e', 'r', 'm', 'h'],
        'h' => &['h', 'm'],
        _ => return false,
    };
    word.len() >= 2
        && word.chars().all(|c| rest.contains(&c))
        && !matches!(word, "uhuh" | "he" | "me" | "ee" | "eh")
}

/// "Like" hesitates unless a verb of wishing or likeness stands before it.
fn is_filler_like(before: Option<&Token>, next: &str) -> bool {
    let governed = before.is_some_and(|token| {
        token.word.ends_with("'d")
            || token.is_any(
                "would|do|don't|i|we|you|they|look|looks|sound|sounds|feel|feels|not|id|\
             really|also|something|anything|what|what's|just|and|still|didn't|if|much|\
             events|ed|d|be",
            )
    });
    !governed && !next.is_empty()
}
