//! Scores whole conversations: what stands in the book at the end.
//!
//! Owns which slots of a booking are compared. Called by `main`. Never reads text itself.

use std::collections::BTreeMap;

use maitred_actors::grammar::{Agreed, Transcript};
use serde_json::Value;

use super::{Score, Timing, context};

/// The slots of `final` that the grammar can know.
const SLOTS: [&str; 5] = ["date", "day", "time", "party_size", "name"];

/// Scores `dialogues.jsonl`: a booking is right when every one of its known slots is.
pub fn dialogues(rows: &[Value], _timing: &mut Timing) -> Vec<(String, Score)> {
    let mut whole = Score::default();
    let mut by_source: BTreeMap<String, Score> = BTreeMap::new();
    let mut by_slot: BTreeMap<String, Score> = BTreeMap::new();
    for row in rows {
        let wanted: Vec<(&str, &str)> = SLOTS
            .iter()
            .filter_map(|slot| Some((*slot, row["final"][slot].as_str()?)))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let mut transcript = Transcript::new(context(row).reference);
        for turn in row["turns"].as_array().into_iter().flatten() {
            let text = turn["text"].as_str().unwrap_or_default();
            if turn["speaker"] == "user" {
                transcript.caller(text);
            } else {
                transcript.system(text);
            }
        }
        let got = transcript.agreed();
        let wrong: Vec<String> = wanted
            .iter()
            .filter(|(slot, want)| !same(got, slot, want))
            .map(|(slot, want)| format!("{slot} {want} <- {:?}", value(got, slot)))
            .collect();
        for (slot, want) in &wanted {
            by_slot
                .entry(format!("  {slot}"))
                .or_default()
                .count(same(got, slot, want), String::new);
        }
        let miss = || format!("{} | {}", row["id"], wrong.join(", "));
        whole.count(wrong.is_empty(), miss);
        by_source
            .entry(format!("  {}", row["source"]))
            .or_default()
            .count(wrong.is_empty(), String::new);
    }
    let mut scores = vec![("dialogues: whole bookings".to_owned(), whole)];
    scores.extend(by_source);
    scores.extend(by_slot);
    scores
}

fn same(agreed: &Agreed, slot: &str, want: &str) -> bool {
    value(agreed, slot).is_some_and(|got| got.eq_ignore_ascii_case(want))
}

fn value(agreed: &Agreed, slot: &str) -> Option<String> {
    match slot {
        "date" => agreed.date.map(|date| date.to_string()),
        "day" => agreed
            .date
            .map(|date| format!("{:?}", date.weekday()).to_lowercase()),
        "time" => agreed
            .time
            .map(|time| format!("{:02}:{:02}", time.hour(), time.minute())),
        "party_size" => agreed
            .party_size
            .as_ref()
            .map(|size| size.total.to_string()),
        "name" => Some(agreed.name.as_ref()?.full()),
        _ => None,
    }
}
