//! Reads an e-mail address, written, said in words or spelled.
//!
//! Owns the words for its marks. Called by `understand`. Never checks whether the mailbox exists.

use super::context::Context;
use super::numbers;
use super::reading::{Found, Slot};
use super::tokens::{Kind, Token, says, word};

/// Reads the address, lower case.
pub(super) fn read(tokens: &[Token], context: &Context) -> Option<Found<String>> {
    let asked = context.asked == Some(Slot::Email);
    (0..tokens.len()).find_map(|at| {
        let written = word(tokens, at) == "@";
        if !written && word(tokens, at) != "at" {
            return None;
        }
        let (domain, end) = domain(tokens, at + 1, asked)?;
        let (local, start) = local(tokens, at, written && tokens[at].glued)?;
        let bad = local.is_empty()
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..");
        (!bad).then(|| Found {
            value: format!("{local}@{domain}"),
            start: tokens[start].start,
            end: tokens[end - 1].end,
            confidence: if written { 0.95 } else { 0.8 },
        })
    })
}

/// The mark a word stands for.
fn mark(word: &str) -> Option<&'static str> {
    Some(match word {
        "dot" | "period" | "point" | "." => ".",
        "dash" | "hyphen" | "minus" | "-" => "-",
        "underscore" | "_" => "_",
        "plus" | "+" => "+",
        "ampersand" | "&" => "&",
        _ => return None,
    })
}

/// One part of an address at `i`: letters, digits, a mark, "double e", "b as in boy".
fn part_at(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let token = tokens.get(i)?;
    if let Some(mark) = mark(&token.word) {
        return Some((mark.to_owned(), i + 1));
    }
    if token.is(&["double"]) {
        let (next, end) = part_at(tokens, i + 1)?;
        return (next.chars().count() == 1).then(|| (next.repeat(2), end));
    }
    if token.kind == Kind::Digits {
        return Some((token.word.clone(), i + 1));
    }
    if let Some((value, next)) = numbers::below_hundred(tokens, i) {
        return Some((value.to_string(), next));
    }
    if token.kind != Kind::Word {
        return None;
    }
    if token.word.len() == 1
        && (says(tokens, i + 1, &["as", "in"]) || says(tokens, i + 1, &["like", "in"]))
    {
        return Some((token.word.clone(), i + 4));
    }
    if token.word.len() == 1
        && word(tokens, i + 1) == "for"
        && word(tokens, i + 2).starts_with(&token.word)
    {
        return Some((token.word.clone(), i + 3));
    }
    Some((token.word.replace('\'', ""), i + 1))
}

/// The part after the at sign, and where it ends.
fn domain(tokens: &[Token], i: usize, asked: bool) -> Option<(String, usize)> {
    let mut domain = String::new();
    let mut at = i;
    let mut dots = 0;
    while let Some((part, next)) = part_at(tokens, at) {
        if part == "." {
            if domain.is_empty() || !starts_label(tokens, next, at) {
                break;
            }
            let (label, end) = label_at(tokens, next)?;
            // "Back at 9.am", "at 6.45": a clock or a number, no domain.
            let spoken_oddly =
                matches!(word(tokens, at), "point" | "period") && !is_top_level(&label);
            if label.len() < 2 || spoken_oddly {
                return None;
            }
            if !label.chars().all(char::is_alphabetic) || domain.chars().all(|c| c.is_ascii_digit())
            {
                return None;
            }
            domain.push('.');
            domain.push_str(&label);
            dots += 1;
            at = end;
            // After a top-level name the address goes on only with another dot.
            if mark(word(tokens, at)) != Some(".") || !starts_label(tokens, at + 1, at) {
                return Some((domain, at));
            }
            continue;
        }
        domain.push_str(&part);
        at = next;
        if at > i + 12 {
            return None;
        }
        // "gmail com": the dot was swallowed.
        if dots == 0 && is_provider(&domain) && word(tokens, at) == "com" {
            domain.push_str(".com");
            return Some((domain, at + 1));
        }
        if dots == 0 && asked && is_provider(&domain) && mark(word(tokens, at)).is_none() {
            domain.push_str(".com");
            return Some((domain, at));
        }
    }
    None
}

/// Whether a label may follow the dot at `dot`: a full stop is followed by a space or nothing.
fn starts_label(tokens: &[Token], i: usize, dot: usize) -> bool {
    let written = word(tokens, dot) == ".";
    tokens
        .get(i)
        .is_some_and(|token| !token.is_mark() && (!written || token.glued))
}

/// The name after a dot: one word, or letters one by one.
fn label_at(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let token = tokens.get(i)?;
    if token.word.len() > 1 || token.kind != Kind::Word {
        return Some((token.word.clone(), i + 1));
    }
    let mut label = String::new();
    let mut at = i;
    while tokens
        .get(at)
        .is_some_and(|token| token.kind == Kind::Word && token.word.len() == 1)
        && label.len() < 4
    {
        label.push_str(word(tokens, at));
        at += 1;
    }
    Some((label, at))
}

fn is_top_level(label: &str) -> bool {
    matches!(
        label,
        "com" | "net" | "org" | "edu" | "gov" | "io" | "co" | "us" | "uk" | "info" | "biz" | "me"
    )
}

fn is_provider(domain: &str) -> bool {
    matches!(
        domain,
        "gmail"
            | "yahoo"
            | "hotmail"
            | "outlook"
            | "icloud"
            | "aol"
            | "msn"
            | "protonmail"
            | "googlemail"
    )
}

/// The part before the at sign at `at`, and where it begins.
fn local(tokens: &[Token], at: usize, glued: bool) -> Option<(String, usize)> {
    let mut start = at;
    while start > 0 && start + 20 > at {
        let token = &tokens[start - 1];
        let written = glued && !tokens[start].glued;
        if (written && mark(&token.word).is_none() && mark(word(tokens, start)).is_none())
            || ends_before(tokens, start - 1)
        {
            break;
        }
        start -= 1;
    }
    let mut local = String::new();
    let mut i = start;
    while i < at {
        let (part, next) = part_at(tokens, i)?;
        local.push_str(&part);
        i = next;
    }
    (start < at && i == at).then_some((local, start))
}

/// Words of the sentence that lead up to an address.
fn ends_before(tokens: &[Token], i: usize) -> bool {
    let token = &tokens[i];
    let word_of_sentence = token.is_any(
        "is|it's|its|to|email|e-mail|mail|address|my|with|that's|be|use|yes|yeah|\
             sure|okay|ok|at|an|on|for|add|me|it|and|so|the|update|contacts|lowercase|lower|case|caps|all|no|spaces|by|of",
    );
    let word_of_sentence = word_of_sentence || token.word.ends_with("'s");
    let other_mark = token.is_mark() && mark(&token.word).is_none();
    // A dash or a full stop with a space after it belongs to the sentence.
    let sentence_mark = token.is(&[".", ","]) && tokens.get(i + 1).is_some_and(|next| !next.glued);
    word_of_sentence || other_mark || sentence_mark
}
