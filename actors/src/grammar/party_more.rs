//! Reads a party that is told by how many more or fewer come than those in hand: "two more people", "one less".
//!
//! Owns the phrases for it. Called by `party`. Never reads a party that is told whole.

use super::context::Context;
use super::numbers;
use super::people::{self, Who};
use super::reading::{Found, PartySize};
use super::tokens::{Token, word, word_before};

/// So many come on top, or stay away.
struct More {
    /// Below nought for those who stay away.
    count: i64,
    who: Who,
    start: usize,
    end: usize,
}

/// Reads the party that the one in hand becomes; nothing where there is none in hand.
pub(super) fn read(tokens: &[Token], context: &Context) -> Option<Found<PartySize>> {
    let in_hand = context.standing.guests?;
    let more = (0..tokens.len()).find_map(|i| more_at(tokens, i))?;
    let plus = |count: u32| u32::try_from(i64::from(count) + more.count).ok();
    let total = plus(in_hand).filter(|total| *total > 0)?;
    let children = match more.who {
        Who::Child => plus(context.standing.children.unwrap_or(0)),
        Who::Adult | Who::Anyone => None,
    };
    Some(Found {
        value: PartySize {
            total,
            children,
            ..PartySize::default()
        },
        start: tokens[more.start].start,
        end: tokens[more.end - 1].end,
        confidence: 0.85,
    })
}

fn more_at(tokens: &[Token], i: usize) -> Option<More> {
    // "Me and three more friends" counts a party from the beginning.
    if word_before(tokens, i, 1) == "and"
        || i > 0 && numbers::is_number_word(word_before(tokens, i, 1))
    {
        return None;
    }
    let (sign, counted) = match word(tokens, i) {
        "add" | "adding" | "plus" | "extra" | "another" | "additional" => (Some(1), i + 1),
        "minus" | "without" | "remove" => (Some(-1), i + 1),
        _ => (None, i),
    };
    let counted =
        counted + usize::from(matches!(word(tokens, counted), "another" | "an" | "extra"));
    let (count, next) = numbers::small(tokens, counted)?;
    let (told, next) = match word(tokens, next) {
        "more" | "additional" | "extra" => (Some(1), next + 1),
        "less" | "fewer" => (Some(-1), next + 1),
        _ => (None, next),
    };
    let noun = people::counted(word(tokens, next));
    let (who, each) = noun.unwrap_or((Who::Anyone, 1));
    let end = next + usize::from(noun.is_some());
    // "Three people less", "three people can't make it".
    let (after, end) = match word(tokens, end) {
        "more" | "extra" if noun.is_some() => (Some(1), end + 1),
        "less" | "fewer" if noun.is_some() => (Some(-1), end + 1),
        _ if noun.is_some() && stay_away(tokens, end) => (Some(-1), end),
        _ => (None, end),
    };
    let sign = told.or(after).or(sign)?;
    if noun.is_none() && !speaks_of_coming(tokens, i, end) {
        return None;
    }
    Some(More {
        count: sign * i64::from(count * each),
        who,
        start: i,
        end,
    })
}

/// "There'll be one more", "make that two less", "three more are coming": that it is people is not said.
fn speaks_of_coming(tokens: &[Token], i: usize, end: usize) -> bool {
    let led = (1..4).any(|back| {
        matches!(
            word_before(tokens, i, back),
            "be" | "make" | "add" | "we're" | "there's" | "expecting"
        )
    });
    let ends = tokens
        .get(end)
        .is_none_or(|token| token.is_mark() || token.is_any("please|to|for|now|so|than|and"));
    led && ends
        || tokens
            .get(end)
            .is_some_and(|token| token.is_any("are|is|will|coming|joining"))
}

/// "Can't make it", "aren't coming", "dropped out".
fn stay_away(tokens: &[Token], i: usize) -> bool {
    let two = (word(tokens, i), word(tokens, i + 1));
    matches!(
        two,
        ("can't" | "cannot" | "couldn't", "make" | "come")
            | ("aren't" | "isn't", "coming")
            | ("won't", "make" | "come" | "be")
            | ("are" | "is", "not")
            | ("dropped" | "drop" | "backed", "out")
            | ("canceled" | "cancelled", _)
    )
}
