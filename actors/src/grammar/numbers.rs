//! Reads numbers in words and digits: cardinals, ordinals, single digits.
//!
//! Owns number words. Called by every reader in which numbers occur. Never decides what is being counted.

use super::tokens::{Kind, Token, tokenise, word};

/// Every number that a text has, in words or digits.
pub(crate) fn numbers_in(text: &str) -> Vec<u64> {
    let tokens = tokenise(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let place = ordinal(&tokens, at).map(|(value, next)| (u64::from(value), next));
        let read = place.or_else(|| cardinal(&tokens, at));
        at = match read {
            Some((value, next)) => {
                found.push(value);
                next.max(at + 1)
            }
            None => at + 1,
        };
    }
    found
}

/// A value and the position after its last token.
pub(super) type Read<T> = Option<(T, usize)>;

/// One to nine, with nought in its spellings.
pub(super) fn unit(word: &str) -> Option<u64> {
    Some(match word {
        "zero" | "naught" | "nought" | "nil" => 0,
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        _ => return None,
    })
}

/// Ten to nineteen.
pub(super) fn teen(word: &str) -> Option<u64> {
    Some(match word {
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        _ => return None,
    })
}

/// Twenty to ninety.
pub(super) fn tens(word: &str) -> Option<u64> {
    Some(match word {
        "twenty" => 20,
        "thirty" => 30,
        "forty" | "fourty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}

/// Reports whether a word is part of a number.
pub(super) fn is_number_word(word: &str) -> bool {
    unit(word).is_some() || teen(word).is_some() || tens(word).is_some() || word == "hundred"
}

/// A number below a hundred said in words.
pub(super) fn below_hundred(tokens: &[Token], i: usize) -> Read<u64> {
    let first = word(tokens, i);
    if let Some(value) = unit(first).or_else(|| teen(first)) {
        return Some((value, i + 1));
    }
    let value = tens(first)?;
    match unit(word(tokens, i + 1)) {
        Some(last) if last > 0 => Some((value + last, i + 2)),
        _ => Some((value, i + 1)),
    }
}

/// A cardinal number in words or digits: "twenty-three", "a hundred and five", "1,200", "two dozen".
pub(super) fn cardinal(tokens: &[Token], i: usize) -> Read<u64> {
    let (value, next) = multiplied(tokens, i)?;
    match dozen(word(tokens, next)) {
        Some(12) if value > 0 && value < 100_000 => Some(and_a_half(tokens, value * 12, next + 1)),
        _ if value == 12 && dozen(word(tokens, next.saturating_sub(1))).is_some() => {
            Some(and_a_half(tokens, value, next))
        }
        _ => Some((value, next)),
    }
}

/// "A dozen and a half".
fn and_a_half(tokens: &[Token], value: u64, next: usize) -> (u64, usize) {
    let half = ["and", "a", "half"];
    let said = (0..3).all(|at| word(tokens, next + at) == half[at]);
    (value + 6 * u64::from(said), next + 3 * usize::from(said))
}

fn multiplied(tokens: &[Token], i: usize) -> Read<u64> {
    if let Some(read) = collective(tokens, i) {
        return Some(read);
    }
    // "Hundred forty", "thousand": one of them.
    let start = match word(tokens, i) {
        "hundred" => hundreds_of(tokens, i, 1)?,
        "thousand" => (1, i),
        _ => below_thousand(tokens, i)?,
    };
    scaled(tokens, start)
}

/// Multiplies by thousands and millions and adds what follows them.
fn scaled(tokens: &[Token], (mut total, mut at): (u64, usize)) -> Read<u64> {
    while let Some(factor) = thousand(word(tokens, at)) {
        total = total.checked_mul(factor)?;
        at += 1;
        let rest = at + usize::from(word(tokens, at) == "and");
        if let Some((small, next)) =
            below_thousand(tokens, rest).filter(|(small, _)| *small < factor)
        {
            total = total.checked_add(small)?;
            at = next;
        }
    }
    Some((total, at))
}

fn thousand(word: &str) -> Option<u64> {
    match word {
        "thousand" | "thousands" => Some(1_000),
        "million" | "millions" => Some(1_000_000),
        _ => None,
    }
}

fn dozen(word: &str) -> Option<u64> {
    matches!(word, "dozen" | "dozens").then_some(12)
}

/// "A dozen", "half a dozen", "a couple", "a pair", "a hundred".
fn collective(tokens: &[Token], i: usize) -> Read<u64> {
    let first = word(tokens, i);
    if first == "half" && word(tokens, i + 1) == "a" && dozen(word(tokens, i + 2)).is_some() {
        return Some((6, i + 3));
    }
    if first == "half" && dozen(word(tokens, i + 1)).is_some() {
        return Some((6, i + 2));
    }
    if first == "a" {
        let second = word(tokens, i + 1);
        if dozen(second).is_some() {
            return Some((12, i + 2));
        }
        if second == "couple" {
            return Some((2, i + 2));
        }
        if second == "hundred" || second == "thousand" {
            return scaled(tokens, hundreds_of(tokens, i + 1, 1)?);
        }
    }
    dozen(first)
        .filter(|_| first == "dozen")
        .map(|value| (value, i + 1))
}

fn below_thousand(tokens: &[Token], i: usize) -> Read<u64> {
    let (first, next) = digits(tokens, i).or_else(|| below_hundred(tokens, i))?;
    hundreds_of(tokens, next, first)
}

/// Reads "hundred [and] N" after a leading number.
fn hundreds_of(tokens: &[Token], i: usize, first: u64) -> Read<u64> {
    if !matches!(word(tokens, i), "hundred" | "hundreds") {
        return Some((first, i));
    }
    let base = first.checked_mul(100)?;
    let mut rest = i + 1;
    if word(tokens, rest) == "and" {
        rest += 1;
    }
    match below_hundred(tokens, rest) {
        Some((small, next)) if small > 0 => Some((base + small, next)),
        _ => Some((base, i + 1)),
    }
}

/// Digits, with thousands set off by commas.
fn digits(tokens: &[Token], i: usize) -> Read<u64> {
    let mut value = tokens.get(i)?.digits()?;
    let mut at = i + 1;
    while word(tokens, at) == ","
        && tokens[at].glued
        && tokens
            .get(at + 1)
            .is_some_and(|token| token.glued && token.word.len() == 3 && token.kind == Kind::Digits)
    {
        value = value
            .checked_mul(1_000)?
            .checked_add(tokens[at + 1].digits()?)?;
        at += 2;
    }
    Some((value, at))
}

/// A cardinal that can be a count of hours, days or people.
pub(super) fn small(tokens: &[Token], i: usize) -> Read<u32> {
    let (value, next) = cardinal(tokens, i)?;
    (value < 10_000).then(|| u32::try_from(value).ok().map(|value| (value, next)))?
}

/// An ordinal in words or digits: "third", "twenty-third", "23rd".
pub(super) fn ordinal(tokens: &[Token], i: usize) -> Read<u32> {
    let token = tokens.get(i)?;
    if let Kind::Ordinal(value) = token.kind {
        return Some((value, i + 1));
    }
    if let Some(value) = ordinal_word(&token.word) {
        return Some((value, i + 1));
    }
    let base = u32::try_from(tens(&token.word)?).ok()?;
    let last = ordinal_word(word(tokens, i + 1)).filter(|last| *last < 10)?;
    Some((base + last, i + 2))
}

fn ordinal_word(word: &str) -> Option<u32> {
    Some(match word {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fourth" => 4,
        "fifth" => 5,
        "sixth" => 6,
        "seventh" => 7,
        "eighth" => 8,
        "ninth" => 9,
        "tenth" => 10,
        "eleventh" => 11,
        "twelfth" => 12,
        "thirteenth" => 13,
        "fourteenth" => 14,
        "fifteenth" => 15,
        "sixteenth" => 16,
        "seventeenth" => 17,
        "eighteenth" => 18,
        "nineteenth" => 19,
        "twentieth" => 20,
        "thirtieth" => 30,
        _ => return None,
    })
}
