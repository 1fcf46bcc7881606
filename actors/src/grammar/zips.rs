//! Reads a ZIP: after its name, at the end of an address, alone, or in passing.
//!
//! Owns what tells five digits that are a ZIP from others. Called by `address`. Never checks whether it exists.

use super::address::street_ends;
use super::phone::{self, Group};
use super::places;
use super::reading::{Context, Slot};
use super::tokens::{Kind, Token, word, word_before};

/// The ZIP and the tokens that it was said in.
pub(super) fn read(tokens: &[Token], runs: &[Vec<Group>], context: &Context) -> Option<Group> {
    named_or_written(tokens, runs, context.asked == Some(Slot::Address))
        .or_else(|| alone(tokens, runs, context))
        .or_else(|| in_passing(tokens, runs, context))
}

/// Five digits after the name of a ZIP, at the end of a written address, or alone.
fn named_or_written(tokens: &[Token], runs: &[Vec<Group>], asked: bool) -> Option<Group> {
    let named = |start: usize| {
        (1..6).any(|back| {
            matches!(
                word_before(tokens, start, back),
                "zip" | "zipcode" | "postcode" | "postal"
            )
        })
    };
    let written = (0..tokens.len()).rev().find_map(|i| {
        if tokens[i].kind != Kind::Digits || tokens[i].word.len() != 5 {
            return None;
        }
        let last = i + 1 >= tokens.len() || tokens[i + 1].is_mark() || named(i);
        let led = asked && street_ends(tokens, i + 1).is_none()
            || i > 0
                && (places::state_length(word_before(tokens, i, 1), "").is_some()
                    || named(i)
                    || last && i > 1);
        if !led {
            return None;
        }
        let more = word(tokens, i + 1) == "-"
            && tokens
                .get(i + 2)
                .is_some_and(|token| token.word.len() == 4 && token.kind == Kind::Digits);
        let digits = if more {
            format!("{}-{}", tokens[i].word, word(tokens, i + 2))
        } else {
            tokens[i].word.clone()
        };
        Some(Group {
            digits,
            start: i,
            end: if more { i + 3 } else { i + 1 },
        })
    });
    written.or_else(|| {
        runs.iter().find_map(|run| {
            let (start, end) = (run.first()?.start, run.last()?.end);
            let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
            let spoken = run.len() > 2 && tokens[start].kind == Kind::Word;
            if digits.len() != 5 || !spoken {
                return None;
            }
            let area = word(tokens, end) == "area";
            let leads_street = street_ends(tokens, end).is_some();
            let led = named(start) || follows_state(tokens, start);
            (led || (asked || area) && !leads_street).then_some(Group { digits, start, end })
        })
    })
}

/// "Oakland, California, nine four six one two".
fn follows_state(tokens: &[Token], start: usize) -> bool {
    let marks = tokens[..start]
        .iter()
        .rev()
        .take_while(|token| token.is_mark())
        .count();
    let at = start - marks;
    places::state_length(word_before(tokens, at, 1), "").is_some()
        || places::state_length(word_before(tokens, at, 2), word_before(tokens, at, 1)) == Some(2)
}

/// "We're in nine two six one eight": five digits and nothing else of weight, where no other number was asked for.
fn alone(tokens: &[Token], runs: &[Vec<Group>], context: &Context) -> Option<Group> {
    if context.asked.is_some() {
        return None;
    }
    let [run] = runs else {
        return None;
    };
    let (start, end) = (run.first()?.start, run.last()?.end);
    let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
    let light = |token: &Token| {
        token.is_mark() || token.is_any("it's|its|it|is|in|we're|i'm|at|yes|the|around|near|that's|area|code|and|my|would|be|okay|sure")
    };
    let nothing_else = tokens[..start].iter().chain(&tokens[end..]).all(light);
    let one_by_one = run.len() == 5 || run.len() == 1 && tokens[start].kind == Kind::Digits;
    (digits.len() == 5 && one_by_one && nothing_else).then_some(Group { digits, start, end })
}

/// "For twelve people nine five one one two": five digits said one by one in the middle of the rest.
fn in_passing(tokens: &[Token], runs: &[Vec<Group>], context: &Context) -> Option<Group> {
    if context.asked == Some(Slot::Phone) {
        return None;
    }
    let single = |group: &Group| {
        let doubled = tokens[group.start].is(&["double"]) && group.digits.len() == 2;
        tokens[group.start].kind == Kind::Word && (group.digits.len() == 1 || doubled)
    };
    runs.iter().rev().find_map(|run| {
        // "For twelve nine five one one two": the number before it is another.
        let other = run.first().is_some_and(|first| !single(first)) && run.len() == 6;
        let digits = run.get(usize::from(other)..)?;
        let (start, end) = (digits.first()?.start, digits.last()?.end);
        let zip: String = digits.iter().map(|group| group.digits.as_str()).collect();
        let in_a_row = digits.windows(2).all(|pair| pair[0].end == pair[1].start);
        let alone = zip.len() == 5 && in_a_row && digits.iter().all(single);
        let claimed = phone::is_named(tokens, start) || street_ends(tokens, end).is_some();
        (alone && !claimed).then_some(Group {
            digits: zip,
            start,
            end,
        })
    })
}
