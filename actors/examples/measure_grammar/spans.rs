//! Scores spans within one turn.
//!
//! Owns when two spans meet. Called by `main`. Never reads text itself.

use std::collections::BTreeMap;

use maitred_actors::grammar::{Slot, Understanding};
use serde_json::Value;

use super::{Score, Timing, context, text};

fn asked(row: &Value) -> Option<Slot> {
    Slot::named(row["requested"].as_array()?.first()?.as_str()?)
}

/// Scores `slots.jsonl`.
pub fn slots(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut precision = Score::default();
    let mut recall = Score::default();
    let mut others: BTreeMap<String, Score> = BTreeMap::new();
    for row in rows {
        let mut context = context(row);
        context.asked = asked(row);
        let understood = timing.run(text(row), &[], &context);
        let spans = row["slots"].as_array().cloned().unwrap_or_default();
        // Only the table-booking rows mark every party size; the others would count noise.
        let bookings = row["source"] == "restaurants-8k";
        let people: Vec<&Value> = spans
            .iter()
            .filter(|span| is_party(&span["slot"]))
            .collect();
        let got = understood.party_size.as_ref();
        let overlaps = |span: &Value| {
            got.is_some_and(|found| overlap(span, found.start, found.end, text(row)))
        };
        if bookings && got.is_some() {
            precision.count(people.iter().any(|span| overlaps(span)), || {
                miss(row, &understood)
            });
        }
        if bookings {
            for span in &people {
                recall.count(overlaps(span), || miss(row, &understood));
            }
        }
        for span in &spans {
            if let Some(hit) = other_slot(row, span, &understood) {
                let name = format!(
                    "slots: {} recall {}",
                    span["slot"].as_str().unwrap_or(""),
                    row["source"].as_str().unwrap_or("")
                );
                others.entry(name).or_default().count(hit, || {
                    format!(
                        "{} {} | {:?} {:?} {:?} {:?}",
                        text(row),
                        row["requested"],
                        understood.date,
                        understood.time,
                        understood.name,
                        understood.phone
                    )
                });
            }
        }
    }
    let mut scores = vec![
        ("slots: party size precision".to_owned(), precision),
        ("slots: party size recall".to_owned(), recall),
    ];
    scores.extend(others);
    scores
}

fn is_party(slot: &Value) -> bool {
    matches!(
        slot.as_str(),
        Some("people" | "party_size" | "party_size_number")
    )
}

fn overlap(span: &Value, start: usize, end: usize, text: &str) -> bool {
    // Their offsets count characters.
    let byte = |chars: u64| {
        text.char_indices()
            .nth(chars as usize)
            .map_or(text.len(), |(at, _)| at)
    };
    let (from, to) = (
        byte(span["start"].as_u64().unwrap_or(0)),
        byte(span["end"].as_u64().unwrap_or(0)),
    );
    start < to && from < end
}

fn miss(row: &Value, understood: &Understanding) -> String {
    format!(
        "{} | asked {} | want {} | got {:?}",
        text(row),
        row["requested"],
        row["slots"],
        understood.party_size
    )
}

fn other_slot(row: &Value, span: &Value, understood: &Understanding) -> Option<bool> {
    let text = text(row);
    let hit = |found: Option<(usize, usize)>| {
        found.is_some_and(|(start, end)| overlap(span, start, end, text))
    };
    Some(match span["slot"].as_str()? {
        "date" => hit(understood.date.as_ref().map(|f| (f.start, f.end))),
        "time" => hit(understood.time.as_ref().map(|f| (f.start, f.end))),
        "first_name" | "last_name" | "name" => {
            hit(understood.name.as_ref().map(|f| (f.start, f.end)))
        }
        "phone" => hit(understood.phone.as_ref().map(|f| (f.start, f.end))),
        _ => return None,
    })
}
