//! Reads a street address, written or said digit by digit, and a ZIP by itself.
//!
//! Owns the order of the parts of an American address. Called by `understand`. Never checks whether the
//! place exists.

use super::numbers;
use super::phone::{self, Group};
use super::places;
use super::plain_words::is_plain;
use super::reading::{Address, Context, Found, Slot};
use super::tokens::{Kind, Token, says, word, word_before};

/// Reads as much of an address as was said.
pub(super) fn read(text: &str, tokens: &[Token], context: &Context) -> Option<Found<Address>> {
    let asked = context.asked == Some(Slot::Address);
    let zip = zip(tokens, asked).or_else(|| lone_zip(tokens, context));
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
            let end = zip.as_ref().map_or(end, |zip| zip.end.max(end));
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
    (0..tokens.len()).find_map(|i| street_ends(tokens, house_number(tokens, i)?.1))
}

/// The ZIP: five digits after its name, at the end of a written address, or alone.
fn zip(tokens: &[Token], asked: bool) -> Option<Group> {
    let named = |start: usize| {
        (1..6).any(|back| {
            matches!(
                word_before(tokens, start, back),
                "zip" | "zipcode" | "postcode" | "postal"
            )
        })
    };
    let written = (0..tokens.len()).rev().find_map(|i| {
        let five = tokens[i].kind == Kind::Digits && tokens[i].word.len() == 5;
        let last = i + 1 >= tokens.len() || tokens[i + 1].is_mark() || named(i);
        let led = asked && street_ends(tokens, i + 1).is_none()
            || i > 0
                && (places::state_length(word_before(tokens, i, 1), "").is_some()
                    || named(i)
                    || last && i > 1);
        if !five || !led {
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
        phone::runs(tokens).into_iter().find_map(|run| {
            let (start, end) = (run.first()?.start, run.last()?.end);
            let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
            let spoken = run.len() > 2 && tokens[start].kind == Kind::Word;
            let area = word(tokens, end) == "area";
            let leads_street = street_ends(tokens, end).is_some();
            let led = named(start) || follows_state(tokens, start);
            (digits.len() == 5 && spoken && (led || (asked || area) && !leads_street))
                .then_some(Group { digits, start, end })
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
fn lone_zip(tokens: &[Token], context: &Context) -> Option<Group> {
    if context.asked.is_some() {
        return None;
    }
    let runs = phone::runs(tokens);
    let [run] = runs.as_slice() else {
        return None;
    };
    let (start, end) = (run.first()?.start, run.last()?.end);
    let digits: String = run.iter().map(|group| group.digits.as_str()).collect();
    let light = |token: &Token| {
        token.is_mark() || token.is_any("it's|its|it|is|in|we're|i'm|at|yes|the|around|near|that's|area|code|and|my|would|be|okay|sure")
    };
    let alone = tokens[..start].iter().chain(&tokens[end..]).all(light);
    let one_by_one = run.len() == 5 || run.len() == 1 && tokens[start].kind == Kind::Digits;
    (digits.len() == 5 && one_by_one && alone).then_some(Group { digits, start, end })
}

/// A house number at `i` and the street after it.
fn street_at(
    text: &str,
    tokens: &[Token],
    i: usize,
    zip: Option<&Group>,
    asked: bool,
) -> Option<(Address, usize, usize)> {
    let (house_number, after) = house_number(tokens, i)?;
    if zip.is_some_and(|zip| i >= zip.start) {
        return None;
    }
    let limit = zip
        .filter(|zip| zip.start >= after)
        .map_or(tokens.len(), |zip| zip.start);
    let street_end = match street_ends(tokens, after).filter(|end| *end <= limit) {
        Some(end) => end,
        None if asked || zip.is_some() => comma_ends(tokens, after, limit)?,
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
    at += usize::from(word(tokens, at) == ",");
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

/// "4034", "912-914", "2455-b", "five eight five zero", "ten fifty seven", "eighty-six dash thirteen".
fn house_number(tokens: &[Token], i: usize) -> Option<(String, usize)> {
    let token = &tokens[i];
    let fresh = i == 0 || !tokens[i].glued || !tokens[i - 1].is_mark();
    if token.kind == Kind::Digits {
        if token.word.len() > 6 || !fresh {
            return None;
        }
        let dashed = word(tokens, i + 1) == "-" && tokens.get(i + 2).is_some_and(|next| next.glued);
        if dashed {
            return Some((format!("{}-{}", token.word, word(tokens, i + 2)), i + 3));
        }
        return Some((token.word.clone(), i + 1));
    }
    let spoken = numbers::is_number_word(&token.word) || token.is(&["double", "triple"]);
    if !spoken || i > 0 && numbers::is_number_word(word_before(tokens, i, 1)) {
        return None;
    }
    let run = phone::runs(&tokens[i..])
        .into_iter()
        .next()
        .filter(|run| run.first().is_some_and(|group| group.start == 0))?;
    let end = run.last()?.end + i;
    let mut digits = String::new();
    for group in &run {
        if word_before(tokens, group.start + i, 1) == "dash" {
            digits.push('-');
        }
        digits.push_str(&group.digits);
    }
    (digits.len() <= 6).then_some((digits, end))
}

/// Where a street that begins at `i` ends, if it says what kind of street it is.
fn street_ends(tokens: &[Token], i: usize) -> Option<usize> {
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
        if sentence && !token.is_any("of|the|new|little|long|first|second|middle|last|park") {
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
