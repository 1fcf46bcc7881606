//! Reads a house number, written or said.
//!
//! Owns its forms. Called by `address`. Never reads the street.

use super::numbers;
use super::phone;
use super::tokens::{Kind, Token, word, word_before};

/// The number that begins at `i` and where it ends; `fresh` says that no digits of another number stand before it.
///
/// "4034", "912-914", "2455-b", "five eight five zero", "ten fifty seven", "eighty-six dash thirteen",
/// "two hundred and five".
pub(super) fn read(tokens: &[Token], i: usize, fresh: bool) -> Option<(String, usize)> {
    let token = tokens.get(i)?;
    if token.kind == Kind::Digits {
        written(tokens, i)
    } else if fresh || i == 0 || !numbers::is_number_word(word_before(tokens, i, 1)) {
        in_hundreds(tokens, i).or_else(|| in_groups(tokens, i))
    } else {
        None
    }
}

fn written(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let token = &tokens[i];
    let fresh = i == 0 || !token.glued || !tokens[i - 1].is_mark();
    if token.word.len() > 6 || !fresh {
        return None;
    }
    let dashed = word(tokens, i + 1) == "-" && tokens.get(i + 2).is_some_and(|next| next.glued);
    if dashed {
        return Some((format!("{}-{}", token.word, word(tokens, i + 2)), i + 3));
    }
    Some((token.word.clone(), i + 1))
}

/// "Two hundred and five", "fifteen hundred".
fn in_hundreds(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let (number, end) = numbers::cardinal(tokens, i)?;
    let hundreds = tokens[i..end]
        .iter()
        .any(|token| token.is_any("hundred|thousand"));
    (hundreds && number < 1_000_000).then(|| (number.to_string(), end))
}

/// Digit by digit, or in groups as they are read out.
fn in_groups(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let token = &tokens[i];
    if !numbers::is_number_word(&token.word) && !token.is(&["double", "triple"]) {
        return None;
    }
    let run = phone::run_at(tokens, i);
    let end = run.last()?.end;
    let mut digits = String::new();
    for group in &run {
        if word_before(tokens, group.start, 1) == "dash" {
            digits.push('-');
        }
        digits.push_str(&group.digits);
    }
    (digits.len() <= 6).then_some((digits, end))
}
