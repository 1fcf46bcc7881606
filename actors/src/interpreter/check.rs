//! Owns what is believed of a model's reading: only what the caller's own words say. Called by the interpreter. Pure.
//!
//! A slot counts if its words were said, if the grammar reads them alone in the light of that slot, and if model and
//! grammar mean the same value. A wish counts if it is one of the known few, none of which commits, ends or hands over
//! anything. What the grammar had read stays as it is.

use super::answers;
use super::asking::{SLOTS, WISHES};
use crate::grammar::{
    Context, DateReading, Found, Intent, OpenQuestion, Scored, Slot, TimeReading, Understanding,
    understand,
};
use jiff::civil::Time;
use serde::Deserialize;
use std::ops::Range;

/// How sure a reading is that a model had part in.
const CONFIDENCE: f32 = 0.5;
/// Slots, wishes and words of a slot that are looked at.
const SLOTS_MAX: usize = 8;
const WISHES_MAX: usize = 3;
const WORDS_MAX: usize = 12;

/// What a model wrote into the form; anything may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Form {
    wishes: Option<Vec<String>>,
    slots: Option<Vec<Claim>>,
    question: Option<bool>,
    answer: Option<String>,
    facts: Option<Vec<serde_json::Value>>,
}

/// What a model says was said.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Claim {
    slot: Option<String>,
    words: Option<String>,
    value: Option<serde_json::Value>,
}

/// Gives the grammar's reading with what holds of the model's; `None` where nothing does.
pub(super) fn checked(
    written: &str,
    text: &str,
    grammar: &Understanding,
    context: &Context,
    facts: &[String],
) -> Option<Understanding> {
    let form = parsed(written)?;
    let mut reading = grammar.clone();
    let mut taken = spans(grammar);
    let mut helped = false;
    for claim in form.slots.iter().flatten().take(SLOTS_MAX) {
        helped |= take_slot(&mut reading, claim, text, context, &mut taken).is_some();
    }
    for wish in form.wishes.iter().flatten().take(WISHES_MAX) {
        helped |= take_wish(&mut reading, wish);
    }
    if form.question == Some(true) {
        let cited = form.facts.iter().flatten().filter_map(number);
        let cited: Vec<usize> = cited.collect();
        let answer = form.answer.as_deref().unwrap_or_default();
        reading.open_question = Some(match answers::checked(answer, &cited, facts) {
            Some(answer) => OpenQuestion::Answered(answer),
            None => OpenQuestion::Unknown,
        });
        helped = true;
    }
    if !helped {
        return None;
    }
    reading
        .intents
        .retain(|one| one.value != Intent::OutOfScope && one.value != Intent::Affirm);
    reading.confidence = reading.confidence.max(CONFIDENCE);
    reading.assisted = true;
    Some(reading)
}

/// Finds the form in what was written: models put words or marks around it.
fn parsed(written: &str) -> Option<Form> {
    let (from, to) = (written.find('{')?, written.rfind('}')?);
    serde_json::from_str(written.get(from..=to)?).ok()
}

fn take_wish(reading: &mut Understanding, wish: &str) -> bool {
    let known = WISHES.iter().find(|(name, _)| *name == wish);
    let Some((_, value)) = known.filter(|(_, value)| !reading.has(*value)) else {
        return false;
    };
    reading.intents.push(Scored {
        value: *value,
        confidence: CONFIDENCE,
    });
    true
}

fn take_slot(
    reading: &mut Understanding,
    claim: &Claim,
    text: &str,
    context: &Context,
    taken: &mut Vec<Range<usize>>,
) -> Option<()> {
    let name = claim.slot.as_deref()?;
    let (_, slot) = *SLOTS.iter().find(|(known, _)| *known == name)?;
    let place = said(text, claim.words.as_deref()?, taken)?;
    let mut alone = context.clone().asking(slot);
    alone.confirming = false;
    let found = understand(text.get(place.clone())?, &[], &alone);
    let value = match claim.value.as_ref()? {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match slot {
        Slot::Date => put(
            &mut reading.date,
            found.date,
            &place,
            |date| matches!(date, DateReading::On(date) if date.to_string() == value),
        ),
        Slot::Time => put(
            &mut reading.time,
            found.time,
            &place,
            |time| matches!(time, TimeReading::At { time, .. } if value.parse::<Time>().is_ok_and(|claimed| claimed == *time)),
        ),
        Slot::PartySize => put(&mut reading.party_size, found.party_size, &place, |size| {
            value.trim().parse() == Ok(size.total)
        }),
        Slot::Name => put(&mut reading.name, found.name, &place, |name| {
            plain(&name.full()) == plain(&value)
        }),
        Slot::Phone => put(&mut reading.phone, found.phone, &place, |phone| {
            digits(phone) == digits(&value)
        }),
        Slot::Email => put(&mut reading.email, found.email, &place, |email| {
            *email == value.trim().to_lowercase()
        }),
        Slot::Address => put(&mut reading.address, found.address, &place, |address| {
            let parts = [&address.zip, &address.street];
            let mut known = parts.into_iter().flatten().peekable();
            known.peek().is_some() && known.all(|part| plain(&value).contains(&plain(part)))
        }),
    }?;
    taken.push(place);
    Some(())
}

/// Takes a value that the grammar read from the words alone, unless it had one before.
fn put<T>(
    into: &mut Option<Found<T>>,
    found: Option<Found<T>>,
    place: &Range<usize>,
    agrees: impl FnOnce(&T) -> bool,
) -> Option<()> {
    let found = found.filter(|found| agrees(&found.value))?;
    if into.is_some() {
        return None;
    }
    *into = Some(Found {
        start: place.start,
        end: place.end,
        confidence: found.confidence.min(CONFIDENCE),
        value: found.value,
    });
    Some(())
}

/// Finds words in what was said, where nothing else was read from them.
fn said(text: &str, words: &str, taken: &[Range<usize>]) -> Option<Range<usize>> {
    let wanted: Vec<String> = cut(words).into_iter().map(|(word, _)| word).collect();
    if wanted.is_empty() || wanted.len() > WORDS_MAX {
        return None;
    }
    let free = |place: &Range<usize>| {
        taken
            .iter()
            .all(|other| place.end <= other.start || other.end <= place.start)
    };
    cut(text)
        .windows(wanted.len())
        .filter(|window| window.iter().map(|(word, _)| word).eq(wanted.iter()))
        .map(|window| window[0].1.start..window[window.len() - 1].1.end)
        .find(free)
}

/// Cuts a text into words, lower case, with their places; marks around a word do not belong to it.
fn cut(text: &str) -> Vec<(String, Range<usize>)> {
    let mut words = Vec::new();
    let mut at = 0;
    for piece in text.split_whitespace() {
        let start = at + text[at..].find(piece).unwrap_or_default();
        at = start + piece.len();
        let word = piece.trim_matches(|one: char| !one.is_alphanumeric());
        if let Some(inner) = piece.find(word).filter(|_| !word.is_empty()) {
            let from = start + inner;
            words.push((word.to_lowercase(), from..from + word.len()));
        }
    }
    words
}

/// The places of what the grammar read.
fn spans(reading: &Understanding) -> Vec<Range<usize>> {
    fn of<T>(found: Option<&Found<T>>) -> Option<Range<usize>> {
        found.map(|found| found.start..found.end)
    }
    let spans = [
        of(reading.date.as_ref()),
        of(reading.time.as_ref()),
        of(reading.party_size.as_ref()),
        of(reading.name.as_ref()),
        of(reading.phone.as_ref()),
        of(reading.email.as_ref()),
        of(reading.address.as_ref()),
        of(reading.budget.as_ref()),
    ];
    spans.into_iter().flatten().collect()
}

fn number(value: &serde_json::Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

fn plain(text: &str) -> String {
    let kept = text.chars().filter(|one| one.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
