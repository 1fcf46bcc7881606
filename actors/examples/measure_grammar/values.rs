//! Scores values: numbers of people, telephone numbers, e-mail and street addresses.
//!
//! Owns the comparison with what is expected. Called by `main`. Never reads text itself.

use maitred_actors::grammar::{Slot, Understanding, render};
use serde_json::Value;

use super::{Score, Timing, context, text};

/// Scores `numbers.jsonl`.
pub fn numbers(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut party = Score::default();
    let mut parts = Score::default();
    let mut plain = Score::default();
    let mut unasked = Score::default();
    for row in rows {
        let alone = timing.run(text(row), &[], &context(row));
        unasked.count(row["expected"] == render::party_size(&alone), || {
            format!(
                "UNASKED {} | want {} | got {}",
                text(row),
                row["expected"],
                render::party_size(&alone)
            )
        });
        let context = context(row).asking(Slot::PartySize);
        let understood = timing.run(text(row), &[], &context);
        let got = render::party_size(&understood);
        let want = &row["expected"];
        let miss = || format!("{} | want {want} | got {got}", text(row));
        match row["kind"].as_str() {
            Some("party_size") => party.count(*want == got, miss),
            Some("party_parts") => {
                // Rooms are no slot of ours; what is said of people must be right.
                let people = |value: &Value| {
                    let mut value = value.clone();
                    if let Some(object) = value.as_object_mut() {
                        object.remove("rooms");
                    }
                    value
                };
                let wanted = people(want);
                if wanted.as_object().is_some_and(|object| !object.is_empty()) {
                    let whole = wanted["people"].is_u64() && wanted["people"] == got;
                    parts.count(wanted == got || whole, miss);
                }
            }
            _ => plain.count(*want == got, miss),
        }
    }
    vec![
        ("numbers: party size".to_owned(), party),
        ("numbers: adults and children".to_owned(), parts),
        ("numbers: plain".to_owned(), plain),
        ("numbers: all as stands, nothing asked".to_owned(), unasked),
    ]
}

fn exact(
    rows: &[Value],
    timing: &mut Timing,
    slot: Option<Slot>,
    form: fn(&Understanding) -> Value,
) -> Score {
    let mut score = Score::default();
    for row in rows {
        let mut context = context(row);
        context.asked = slot;
        let understood = timing.run(text(row), &[], &context);
        let got = form(&understood);
        score.count(row["expected"] == got, || {
            format!("{} | want {} | got {got}", text(row), row["expected"])
        });
    }
    score
}

/// Scores `phones.jsonl`.
pub fn phones(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    vec![
        (
            "phones (nothing asked)".to_owned(),
            exact(rows, timing, None, render::phone),
        ),
        (
            "phones (asked)".to_owned(),
            exact(rows, timing, Some(Slot::Phone), render::phone),
        ),
    ]
}

/// Scores `emails.jsonl`.
pub fn emails(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    vec![
        (
            "emails (nothing asked)".to_owned(),
            exact(rows, timing, None, render::email),
        ),
        (
            "emails (asked)".to_owned(),
            exact(rows, timing, Some(Slot::Email), render::email),
        ),
    ]
}

/// Scores `addresses.jsonl`.
pub fn addresses(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut whole = Score::default();
    let mut fields = Score::default();
    let unasked = exact(rows, timing, None, render::address);
    for row in rows {
        let understood = timing.run(text(row), &[], &context(row).asking(Slot::Address));
        let got = render::address(&understood);
        let want = &row["expected"];
        whole.count(*want == got, || {
            format!("{} | want {want} | got {got}", text(row))
        });
        for (key, value) in want.as_object().into_iter().flatten() {
            fields.count(got.get(key) == Some(value), || {
                format!("{key}: {} | want {value} | got {got}", text(row))
            });
        }
    }
    vec![
        ("addresses: whole (nothing asked)".to_owned(), unasked),
        ("addresses: whole".to_owned(), whole),
        ("addresses: fields".to_owned(), fields),
    ]
}
