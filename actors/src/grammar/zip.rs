//! Reads a ZIP: after its name, at the end of an address, before one, alone, or in passing.
//!
//! Owns where five digits are one. Called by `address`. Never reads the street.

use super::address::street_ends;
use super::context::Context;
use super::phone::{self, Group};
use super::places;
use super::reading::Slot;
use super::tokens::{Kind, Token, word, word_before};

/// The digits of the ZIP and where they stand.
pub(super) fn read(tokens: &[Token], runs: &[Vec<Group>], context: &Context) -> Option<Group> {
    let asked = context.asked == Some(Slot::Address);
    written(tokens, asked)
        .or_else(|| said(tokens, runs, asked))
        .or_else(|| alone(tokens, runs, context))
        .or_else(|| in_passing(tokens, runs, context))
}

fn is_named(tokens: &[Token], start: usize) -> bool {
    (1..6).any(|back| {
        matches!(
            word_before(tokens, start, back),
            "zip" | "zipcode" | "postcode" | "postal"
        )
    })
}

/// Five digits after their name, or at the end of a written address.
fn written(tokens: &[Token], asked: bool) -> Option<Group> {
    (0..tokens.len()).rev().find_map(|i| {
        if tokens[i].kind != Kind::Digits || tokens[i].word.len() != 5 {
            return None;
        }
        let last = i + 1 >= tokens.len() || tokens[i + 1].is_mark() || is_named(tokens, i);
        let before_number = tokens
            .get(i + 1)
            .is_some_and(|next| next.kind == Kind::Digits);
        let led = asked && (before_number || street_ends(tokens, i + 1).is_none())
            || i > 0
                && (places::state_length(word_before(tokens, i, 1), "").is_some()
                    || is_named(tokens, i)
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
    })
}

/// Five digits in words or one by one, after their name or a state or where the address was asked for.
fn said(tokens: &[Token], runs: &[Vec<Group>], asked: bool) -> Option<Group> {
    runs.iter().find_map(|run| {
        let run = before_street(tokens, run).unwrap_or(run);
        let (start, end) = (run.first()?.start, run.last()?.end);
        let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
        let spoken = run.len() > 2 && tokens[start].kind == Kind::Word || one_by_one(run);
        let area = word(tokens, end) == "area";
        let leads_street = street_ends(tokens, end).is_some();
        let led = is_named(tokens, start) || follows_state(tokens, start);
        (digits.len() == 5 && spoken && (led || (asked || area) && !leads_street))
            .then_some(Group { digits, start, end })
    })
}

/// "Nine five one one two, forty two Oak Street": the five digits before a house number said in one breath with them.
fn before_street<'r>(tokens: &[Token], run: &'r [Group]) -> Option<&'r [Group]> {
    let (zip, house) = run.split_at_checked(5)?;
    let leads_street = street_ends(tokens, house.last()?.end).is_some();
    (leads_street && one_by_one(zip)).then_some(zip)
}

fn one_by_one(run: &[Group]) -> bool {
    run.len() == 5 && run.iter().all(|group| group.digits.len() == 1)
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
    let [run] = runs else {
        return None;
    };
    let (start, end) = (run.first()?.start, run.last()?.end);
    let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
    let light = |token: &Token| {
        token.is_mark() || token.is_any("it's|its|it|is|in|we're|i'm|at|yes|the|around|near|that's|area|code|and|my|would|be|okay|sure")
    };
    let nothing_else = tokens[..start].iter().chain(&tokens[end..]).all(light);
    // Where another number was asked for, five digits may be some of it; a ZIP in place of a day is told by its first.
    let other_number = match context.asked {
        None | Some(Slot::Address | Slot::Name | Slot::PartySize) => false,
        Some(Slot::Date | Slot::Time) => digits.starts_with('0'),
        Some(Slot::Phone | Slot::Email) => true,
    };
    let in_one = run.len() == 1 && tokens[start].kind == Kind::Digits;
    (digits.len() == 5 && (in_one || one_by_one(run)) && nothing_else && !other_number)
        .then_some(Group { digits, start, end })
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
