//! Reads a street address, written or said digit by digit.
//!
//! Owns the order of the parts of an American address. Called by `understand`. Never checks whether the
//! place exists.

use super::context::Context;
use super::house_number;
use super::numbers;
use super::people;
use super::phone::Group;
use super::places;
use super::plain_words::is_plain;
use super::reading::{Address, Found, Slot};
use super::tokens::{Kind, Token, says, word};
use super::zip;

/// Reads as much of an address as was said.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    runs: &[Vec<Group>],
    context: &Context,
) -> Option<Found<Address>> {
    let asked = context.asked == Some(Slot::Address);
    let zip = zip::read(tokens, runs, context);
    let street = (0..tokens.len()).find_map(|i| street_at(text, tokens, i, zip.as_ref(), asked));
    let (address, start, end) = match (street, zip) {
        (None, None) => return None,
        (None, Some(zip)) => {
            let address = Address {
                zip: Some(zip.digits),
                ..Address::default()
            };
            (address, zip.start, zip.end)
        }
        (Some((mut address, start, end)), zip) => {
            let (start, end) = zip
                .as_ref()
                .map_or((start, end), |zip| (zip.start.min(start), zip.end.max(end)));
            address.zip = zip.map(|zip| zip.digits);
            (address, start, end)
        }
    };
    Some(Found {
        value: address,
        start: tokens.get(start)?.start,
        end: tokens.get(end.checked_sub(1)?)?.end,
        confidence: if asked { 0.85 } else { 0.7 },
    })
}

/// Where the first street with a number and a kind ends.
pub(super) fn street_end(tokens: &[Token]) -> Option<usize> {
    (0..tokens.len()).find_map(|i| {
        let (_, after) = house_number::read(tokens, i, false)?;
        street_ends(tokens, after)
    })
}

/// A house number at `i` and the street after it.
fn street_at(
    text: &str,
    tokens: &[Token],
    i: usize,
    zip: Option<&Group>,
    asked: bool,
) -> Option<(Address, usize, usize)> {
    let after_zip = zip.is_some_and(|zip| i == zip.end);
    if zip.is_some_and(|zip| (zip.start..zip.end).contains(&i) || i > zip.end && !asked) {
        return None;
    }
    let (house_number, after) = house_number::read(tokens, i, after_zip)?;
    let limit = zip
        .filter(|zip| zip.start >= after)
        .map_or(tokens.len(), |zip| zip.start);
    let street_end = match street_ends(tokens, after).filter(|end| *end <= limit) {
        Some(end) => end,
        None if asked || zip.is_some() => comma_ends(tokens, after, limit).or_else(|| {
            // "Three stars", "six cousins": one digit counts things, where no kind of street follows.
            let many = house_number.len() > 1;
            bare_ends(tokens, after, limit).filter(|_| asked && many)
        })?,
        None => return None,
    };
    let mut address = Address {
        house_number: Some(house_number),
        street: Some(undotted(&slice(text, tokens, after, street_end)?)),
        ..Address::default()
    };
    let mut at = street_end;
    at += usize::from(word(tokens, at) == "," || word(tokens, at) == ".");
    if let Some((unit, next)) = unit_at(text, tokens, at) {
        address.unit = Some(unit);
        at = next;
    }
    while matches!(word(tokens, at), "," | ".") {
        at += 1;
    }
    let end = town(
        text,
        tokens,
        at,
        limit,
        (zip.is_some(), asked),
        &mut address,
    )
    .unwrap_or(street_end.max(at.min(limit)));
    Some((address, i, end))
}

/// Where a street that begins at `i` ends, if it says what kind of street it is.
pub(super) fn street_ends(tokens: &[Token], i: usize) -> Option<usize> {
    let mut at = i;
    while at < tokens.len() && at < i + 7 {
        let token = &tokens[at];
        if token.is_mark() && !token.is(&[".", "'"]) || places::opens_unit(&token.word) {
            return None;
        }
        let of_street = places::is_street_kind(&token.word)
            || places::is_numbered_road(&token.word)
            || places::is_direction(&token.word);
        let sentence = is_plain(&token.word) && !of_street || token.is_any("am|pm|oclock|people");
        let letter = at == i && token.is(&["a"]) && places::is_street_kind(word(tokens, at + 1));
        if sentence
            && !letter
            && !token.is_any("of|the|new|little|long|first|second|middle|last|park")
        {
            return None;
        }
        let numbered = places::is_numbered_road(&token.word) && named_by_next(tokens, at + 1);
        if numbered {
            let number = at + 1 + usize::from(matches!(word(tokens, at + 1), "no" | "number"));
            let number = number + usize::from(word(tokens, number) == ".");
            return Some(with_direction(tokens, number + 1));
        }
        let kind = places::is_street_kind(&token.word);
        let broadway = token.is(&["broadway", "embarcadero"]);
        // "Elm Place, St Paul": a saint and no street, if a name follows.
        let saint = word(tokens, at + 1) == "st"
            && tokens.get(at + 2).is_some_and(|after| {
                after.kind == Kind::Word && !places::is_direction(&after.word)
            });
        let next_kind =
            places::is_street_kind(word(tokens, at + 1)) && !saint && !tokens[at].is(&["st"]);
        if kind && (at > i || broadway) && !next_kind && !(token.is(&["st"]) && at == i) {
            return Some(with_direction(tokens, at + 1));
        }
        at += 1;
    }
    None
}

fn named_by_next(tokens: &[Token], i: usize) -> bool {
    let i = i + usize::from(matches!(word(tokens, i), "no" | "number"));
    let i = i + usize::from(word(tokens, i) == ".");
    tokens.get(i).is_some_and(|token| {
        let letters = token.kind == Kind::Word
            && (token.word.len() == 1
                || token
                    .word
                    .bytes()
                    .all(|byte| byte == token.word.as_bytes()[0]));
        let digits = token.kind == Kind::Digits && token.word.len() < 5;
        digits || letters && !places::is_direction(&token.word) && !token.is(&["a"])
    })
}

/// "Street Southwest", "Ave NW".
fn with_direction(tokens: &[Token], i: usize) -> usize {
    let dot = usize::from(
        word(tokens, i) == "."
            && tokens.get(i).is_some_and(|token| token.glued)
            && i + 1 < tokens.len(),
    );
    let directed = places::is_direction(word(tokens, i + dot))
        && !says(tokens, i + dot, &["south", "carolina"])
        && !says(tokens, i + dot, &["north", "carolina"]);
    // "S Main", "West Union": a direction that the town begins with is rare enough to be the street's.
    if directed { i + dot + 1 } else { i }
}

/// A street without a kind: what stands before the comma.
fn comma_ends(tokens: &[Token], i: usize, limit: usize) -> Option<usize> {
    let comma = (i..limit).find(|at| word(tokens, *at) == ",")?;
    let unit = (i + 1..comma).find(|at| places::opens_unit(word(tokens, *at)));
    let end = unit.unwrap_or(comma);
    (end > i && end <= i + 6).then_some(end)
}

/// "Forty two Oak": a street without a kind, which nothing but a mark, its town or the ZIP follows.
fn bare_ends(tokens: &[Token], i: usize, limit: usize) -> Option<usize> {
    let of_name = |token: &&Token| {
        token.kind == Kind::Word
            && !is_plain(&token.word)
            && !places::opens_unit(&token.word)
            && people::counted(&token.word).is_none()
            && !token.is_any("am|pm|oclock|o'clock|zip|minutes|miles")
            && !numbers::is_number_word(&token.word)
    };
    let name = tokens.get(i..limit)?.iter().take_while(of_name).count();
    let end = i + name;
    let closed = end == limit
        || tokens[end].is_mark()
        || tokens[end].is_any("in|and|zip")
        || places::opens_unit(&tokens[end].word);
    let long = tokens[i..end].iter().any(|token| token.word.len() > 2);
    ((1..=5).contains(&name) && closed && long).then_some(end)
}

/// "Apt 3", "suite 105", "# 124", "sixth floor".
fn unit_at(text: &str, tokens: &[Token], i: usize) -> Option<(String, usize)> {
    if matches!(word(tokens, i + 1), "floor" | "fl") && numbers::ordinal(tokens, i).is_some() {
        return Some((slice(text, tokens, i, i + 2)?, i + 2));
    }
    if !places::opens_unit(word(tokens, i)) {
        return None;
    }
    let mut at = i + 1;
    while places::opens_unit(word(tokens, at))
        || matches!(word(tokens, at), "no" | "number" | "." | "#") && at < i + 4
    {
        at += 1;
    }
    let mut end = at + 1;
    while tokens
        .get(end)
        .is_some_and(|token| token.glued && !token.is(&[",", "."]))
    {
        end += 1;
    }
    // "Apartment 3 B".
    let letter = tokens
        .get(end)
        .is_some_and(|token| token.kind == Kind::Word && token.word.len() == 1);
    let end = (end + usize::from(letter)).min(tokens.len());
    Some((slice(text, tokens, i, end)?, end))
}

/// The town and the state after a street.
fn town(
    text: &str,
    tokens: &[Token],
    i: usize,
    limit: usize,
    (has_zip, asked): (bool, bool),
    address: &mut Address,
) -> Option<usize> {
    let mut end = limit;
    while end > i
        && tokens
            .get(end - 1)
            .is_some_and(|token| token.is(&[",", ".", "zip", "code", "is"]))
    {
        end -= 1;
    }
    let written = has_zip
        || tokens
            .get(i.checked_sub(1)?)
            .is_some_and(|token| token.word == ",");
    let led = word(tokens, i) == "in";
    let i = i + usize::from(led);
    let state = (i..end).rev().find(|at| {
        places::state_length(word(tokens, *at), word(tokens, at + 1))
            .is_some_and(|length| at + length == end)
            || says(tokens, *at, &["d", ".", "c"]) && end - at <= 4
    });
    let names = tokens
        .get(i..end)
        .is_some_and(|words| words.iter().all(|token| !is_plain(&token.word)));
    let said = (led || asked) && names && end <= i + 3;
    let whole = written || said || state.is_some_and(|at| at > i);
    if end <= i || end - i > 7 || !whole || !plain_town(tokens, i, end) {
        return None;
    }
    let city_end = match state {
        Some(at) => {
            address.state =
                slice(text, tokens, at, end).map(|state| with_dot(text, tokens, end, state));
            at
        }
        None => end,
    };
    let city_end = (i..city_end)
        .rev()
        .find(|at| word(tokens, *at) != ",")
        .map_or(i, |at| at + 1);
    if city_end > i {
        address.city = slice(text, tokens, i, city_end).map(|city| undotted(&city));
    }
    Some(end)
}

/// "D.C." keeps its last dot.
fn with_dot(text: &str, tokens: &[Token], end: usize, state: String) -> String {
    let dotted = state.contains('.')
        && word(tokens, end) == "."
        && text.get(tokens[end].start..tokens[end].end) == Some(".");
    if dotted { format!("{state}.") } else { state }
}

/// Whether the words between can be a town: no verbs of a sentence going on.
fn plain_town(tokens: &[Token], i: usize, end: usize) -> bool {
    tokens[i..end]
        .iter()
        .all(|token| !token.is_any("and|their|phone|is|my|the|with|for|on|at|?|!"))
}

/// "N. Springfield" without the dots that end its words.
fn undotted(part: &str) -> String {
    let words: Vec<&str> = part
        .split(' ')
        .map(|word| word.trim_end_matches('.'))
        .collect();
    words.join(" ")
}

fn slice(text: &str, tokens: &[Token], start: usize, end: usize) -> Option<String> {
    let raw = text.get(tokens.get(start)?.start..tokens.get(end.checked_sub(1)?)?.end)?;
    let words: Vec<&str> = raw.split_whitespace().collect();
    Some(words.join(" ").trim_end_matches([',', '.']).to_lowercase())
        .filter(|part| !part.is_empty())
}
