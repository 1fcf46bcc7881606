//! Finds the phrases that introduce a name and reads the name beside them.
//!
//! Owns those phrases. Called by `names`. Never looks at the recogniser's other guesses.

use super::calendar;
use super::lexicon;
use super::name_corrections::corrected;
use super::names::{Heard, heard, is_ordinary, is_particle, is_title, spelled_at};
use super::numbers;
use super::people;
use super::plain_words::is_plain;
use super::spelling;
use super::tokens::{Kind, Token, says, word, word_before};

/// How surely a phrase introduces a name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lead {
    /// "My name is": whatever follows is a name.
    Strong,
    /// "It's", where the name was asked for: whatever follows is a name, unless it is an ordinary word.
    Answer,
    /// "This is": only what looks like a name is one.
    Weak,
}

/// The name after a phrase that introduces one, or before one that closes it.
pub(super) fn introduced(text: &str, tokens: &[Token], asked: bool) -> Option<Heard> {
    let cased = text.chars().any(char::is_lowercase)
        && tokens.iter().skip(1).any(|token| is_capital(text, token));
    let mut found: Option<Heard> = None;
    for i in 0..tokens.len() {
        let Some((lead, at)) = lead_at(tokens, i, asked) else {
            continue;
        };
        let Some(next) = name_at(text, tokens, at, lead, cased) else {
            continue;
        };
        let next = corrected(tokens, said_whole_after(text, tokens, next));
        match found.as_mut() {
            None => found = Some(next),
            // "My first name is Nora, my last name is Quist".
            Some(heard)
                if parted(tokens, i, at)
                    && heard.last.is_none()
                    && next.first.is_none()
                    && next.start > heard.end =>
            {
                heard.last = next.last;
                heard.end = next.end;
            }
            Some(heard)
                if parted(tokens, i, at)
                    && heard.first.is_none()
                    && next.last.is_none()
                    && next.start > heard.end =>
            {
                heard.first = next.first;
                heard.end = next.end;
            }
            Some(_) => {}
        }
    }
    found
        .or_else(|| closed(text, tokens, cased))
        .or_else(|| capital_pair(text, tokens, cased).map(|heard| corrected(tokens, heard)))
}

/// "It's Rob, Rob Jones": the first name alone, and then the whole.
fn said_whole_after(text: &str, tokens: &[Token], alone: Heard) -> Heard {
    let (Some(first), None) = (&alone.first, &alone.last) else {
        return alone;
    };
    let again = (0..tokens.len()).find(|at| {
        let family = tokens
            .get(at + 1)
            .is_some_and(|next| fits(text, next, false));
        tokens[*at].start >= alone.end && tokens[*at].word == *first && family
    });
    again.map_or(alone, |at| heard(tokens, at, at + 2, 0.9))
}

/// Whether a phrase says which part of the name follows.
fn parted(tokens: &[Token], i: usize, at: usize) -> bool {
    tokens[i.saturating_sub(2)..at.min(tokens.len())]
        .iter()
        .any(|token| token.is_any("first|last|surname|family|given|middle|maiden"))
}

/// Phrases after which whatever follows is a name.
const STRONG: &[&[&str]] = &[
    &["name", "is"],
    &["name's"],
    &["names"],
    &["name", "of"],
    &["under", "the", "name"],
    &["name", "on", "it", "is"],
    &["call", "me"],
    &["called", "me"],
    &["name", "was"],
    &["name", "would", "be"],
    &["name", "will", "be"],
    &["name", "should", "be"],
    &["call", "be"],
    &["surname", "is"],
    &["last", "name"],
    &["first", "name"],
    &["full", "name"],
];
/// Phrases after which only what looks like a name is one.
const WEAK: &[&[&str]] = &[
    &["under"],
    &["this", "is"],
    &["i'm"],
    &["i", "am"],
    &["im"],
    &["it", "is"],
    &["speaking", "with"],
    &["booked", "by"],
    &["by"],
    &["for"],
    &["i'm", "with"],
    &["speaking", "to"],
    &["mr"],
    &["mrs"],
    &["ms"],
    &["miss"],
    &["it's"],
    &["its"],
    &["name"],
];

/// A phrase at `i` that introduces a name, and where the name begins.
fn lead_at(tokens: &[Token], i: usize, asked: bool) -> Option<(Lead, usize)> {
    let longest = |list: &[&[&str]]| {
        list.iter()
            .filter(|phrase| says(tokens, i, phrase))
            .map(|phrase| phrase.len())
            .max()
    };
    // "The dentist's name is": somebody else's.
    let named = matches!(
        word(tokens, i),
        "name" | "names" | "first" | "last" | "surname"
    );
    if named && of_another(tokens, i) {
        return None;
    }
    // "A party for John": whom it is for, not whose name it goes by.
    let booked = (1..3).any(|back| {
        matches!(
            word_before(tokens, i, back),
            "reservation" | "booking" | "table" | "booked" | "reserved" | "it" | "name"
        )
    });
    let whole_name = tokens
        .get(i + 2)
        .is_some_and(|token| token.kind == Kind::Word && !is_plain(&token.word));
    if word(tokens, i) == "for" && !booked && !(whole_name && word_before(tokens, i, 1) != "party")
    {
        return None;
    }
    let plain_name = word(tokens, i) == "name"
        && (i == 0 || matches!(word_before(tokens, i, 1), "my" | "full" | "the"));
    if let Some(length) = longest(STRONG).filter(|_| !says(tokens, i, &["name", "of", "the"])) {
        let mut at = i + length;
        while matches!(
            word(tokens, at),
            "of" | "is"
                | "for"
                | ":"
                | "-"
                | "'"
                | ","
                | "it's"
                | "mr"
                | "mrs"
                | "ms"
                | "miss"
                | "dr"
                | "."
        ) {
            at += 1;
        }
        return Some((Lead::Strong, at));
    }
    if plain_name {
        return Some((Lead::Strong, i + 1));
    }
    let length = longest(WEAK)?;
    let lead = if asked && !matches!(word(tokens, i), "for" | "from" | "with") {
        Lead::Answer
    } else {
        Lead::Weak
    };
    let at = i + length + usize::from(is_title(word(tokens, i + length)));
    Some((
        lead,
        at + usize::from(word(tokens, at) == "." && tokens[at].glued),
    ))
}

/// "The dentist's name", "our friend's last name", "my mother's maiden name": whose name begins at `i`.
fn of_another(tokens: &[Token], i: usize) -> bool {
    let mut back = 1;
    while matches!(
        word_before(tokens, i, back),
        "last" | "first" | "full" | "family" | "given" | "middle" | "maiden"
    ) {
        if word_before(tokens, i, back) == "maiden" {
            return true;
        }
        back += 1;
    }
    let owner = word_before(tokens, i, back);
    let related = owner
        .strip_suffix('s')
        .is_some_and(|owner| people::relation(owner.trim_end_matches('\'')).is_some());
    related || is_others(owner)
}

fn is_others(owner: &str) -> bool {
    matches!(owner, "its" | "his" | "her" | "their")
        || owner.ends_with("'s")
            && !matches!(owner, "reservation's" | "booking's" | "party's" | "table's")
}

fn is_capital(text: &str, token: &Token) -> bool {
    token.kind == Kind::Word
        && text[token.start..]
            .chars()
            .next()
            .is_some_and(char::is_uppercase)
}

/// Whether a token can be part of a name at all.
pub(super) fn fits(text: &str, token: &Token, cased: bool) -> bool {
    let given = cased
        && is_capital(text, token)
        && token.word.len() > 2
        && lexicon::first_rank(&token.word).is_some_and(|rank| rank < 3000);
    token.kind == Kind::Word
        && (given || !is_plain(&token.word))
        && !is_title(&token.word)
        && !is_calendar_word(&token.word)
        && !numbers::is_number_word(&token.word)
        && (!cased || is_capital(text, token))
}

/// Weekdays and months, save the months that are given names.
fn is_calendar_word(word: &str) -> bool {
    let day = calendar::weekday(word).is_some() && word.len() > 3;
    let month = calendar::month(word).is_some();
    day || month && !matches!(word, "april" | "june" | "may" | "august" | "jan")
}

/// Reads up to three words of a name at `i`.
fn name_at(text: &str, tokens: &[Token], i: usize, lead: Lead, cased: bool) -> Option<Heard> {
    let strict_case =
        cased && (lead == Lead::Weak || tokens.get(i).is_some_and(|token| is_capital(text, token)));
    let mut end = i;
    let mut words = 0;
    while end < tokens.len()
        && (words < 3 || words < 4 && is_particle(&tokens[end - 1].word))
        && fits(text, &tokens[end], strict_case)
        && !letters_begin(tokens, end)
    {
        end += 1;
        words += 1;
        // "Maria R. Delgado"
        let initial = tokens[end - 1].word.len() == 1 && word(tokens, end) == ".";
        let goes_on = tokens
            .get(end + 1)
            .is_some_and(|next| fits(text, next, strict_case));
        end += usize::from(initial && goes_on);
    }
    if end > i && lead == Lead::Answer && is_ordinary(tokens, i) {
        return None;
    }
    // "My name is Will": a given name that is a plain word as well.
    let given = tokens.get(i).is_some_and(|token| {
        is_plain(&token.word) && lexicon::first_rank(&token.word).is_some_and(|rank| rank < 1500)
    });
    let closes = tokens.get(i + 1).is_none_or(Token::is_mark);
    if end == i && lead != Lead::Weak && given && closes {
        return Some(heard(tokens, i, i + 1, 0.8));
    }
    if end == i {
        return None;
    }
    // "My name is Nora quist": a family name typed without its capital.
    let family = tokens.get(end).is_some_and(|token| {
        !is_plain(&token.word) && lexicon::last_rank(&token.word).is_some_and(|rank| rank < 1500)
    });
    if lead != Lead::Weak && strict_case && end == i + 1 && family {
        end += 1;
    }
    if lead != Lead::Weak
        && !cased
        && (tokens[i].word.len() <= 2 || spelling::is_spelled(&tokens[i..], false))
        && let Some(spelled) = spelled_at(tokens, i)
    {
        return Some(spelled);
    }
    if lead == Lead::Weak && !looks_like_a_name(tokens, i, end, strict_case) {
        return None;
    }
    let confidence = if lead == Lead::Weak { 0.75 } else { 0.9 };
    Some(heard(tokens, i, end, confidence))
}

/// Whether words after a phrase that may introduce anything look like a name.
fn looks_like_a_name(tokens: &[Token], i: usize, end: usize, strict_case: bool) -> bool {
    let first = &tokens[i];
    if is_calendar_word(&first.word) || calendar::month(&first.word).is_some() && end == i + 1 {
        return false;
    }
    let known = lexicon::first_rank(&first.word).is_some_and(|rank| rank < 3000);
    let family = lexicon::last_rank(&first.word).is_some_and(|rank| rank < 3000);
    let before = word_before(tokens, i, 1);
    if strict_case {
        let led = matches!(before, "this" | "is" | "i'm" | "am" | "under" | "it's");
        known || end > i + 1 && led || led && family
    } else {
        known && !first.word.ends_with("ing") && (end == i + 2 || followed_by_end(tokens, end))
            || before == "under"
    }
}

/// "Quist q u i s t": from here on it is spelled.
fn letters_begin(tokens: &[Token], at: usize) -> bool {
    (at..at + 3).all(|at| word(tokens, at).chars().count() == 1)
}

fn followed_by_end(tokens: &[Token], end: usize) -> bool {
    tokens.get(end).is_none_or(|token| {
        token.is_mark() || token.is_any("and|i|calling|here|speaking|from|my|at|on|for")
    })
}

/// "Nora Quist here", "Maria Delgado speaking", "Nora Quist, that is my name".
fn closed(text: &str, tokens: &[Token], cased: bool) -> Option<Heard> {
    let at = (1..tokens.len()).find(|at| {
        matches!(word(tokens, *at), "here" | "speaking") && *at < 4
            || says(tokens, *at, &["is", "my", "name"])
            || says(tokens, *at, &["that", "is", "my", "name"])
            || says(tokens, *at, &["is", "the", "name"])
            || says(tokens, *at, &["is", "what", "you", "can", "call"])
    })?;
    let end = at - usize::from(tokens[at - 1].is_mark());
    let mut start = end;
    while start > 0 && start + 3 > end && fits(text, &tokens[start - 1], cased) {
        start -= 1;
    }
    (start < end).then(|| heard(tokens, start, end, 0.85))
}

/// Two capitalised words in a row of which the first is a given name.
fn capital_pair(text: &str, tokens: &[Token], cased: bool) -> Option<Heard> {
    if !cased {
        return None;
    }
    (0..tokens.len().saturating_sub(1)).find_map(|i| {
        let pair = fits(text, &tokens[i], true) && fits(text, &tokens[i + 1], true);
        let known = lexicon::first_rank(&tokens[i].word).is_some();
        let family =
            lexicon::last_rank(&tokens[i + 1].word).is_some() || !is_plain(&tokens[i + 1].word);
        {
            let before = word_before(tokens, i, 1);
            let others = matches!(
                before,
                "see"
                    | "visit"
                    | "called"
                    | "dr"
                    | "doctor"
                    | "in"
                    | "at"
                    | "near"
                    | "to"
                    | "from"
                    | "by"
            ) || before == "." && word_before(tokens, i, 2) == "dr";
            pair && known && family && !others && !is_plain(&tokens[i].word)
        }
        .then(|| heard(tokens, i, i + 2, 0.6))
    })
}
