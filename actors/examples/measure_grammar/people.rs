//! Scores names from the n-best, birth dates, and intents.
//!
//! Owns the F1 of each intent. Called by `main`. Never reads text itself.

use std::collections::BTreeMap;

use maitred_actors::grammar::{Context, Intent, Slot, render};
use serde_json::{Value, json};

use super::{Score, Timing, context, text};

fn nbest(row: &Value) -> Vec<String> {
    let list = row["nbest"].as_array().cloned().unwrap_or_default();
    list.iter()
        .filter_map(|guess| Some(guess.as_str()?.to_owned()))
        .collect()
}

/// Scores `spoken_ids.jsonl`.
pub fn spoken_ids(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut names = Score::default();
    let mut spelled = Score::default();
    let mut reachable = Score::default();
    let mut births = Score::default();
    let mut heard = Score::default();
    let mut months_first = Score::default();
    for row in rows {
        let want = &row["expected"];
        match row["item"].as_str() {
            Some("name") => {
                let understood =
                    timing.run(text(row), &nbest(row), &context(row).asking(Slot::Name));
                let got = render::name(&understood);
                let right = ["first", "last"]
                    .iter()
                    .all(|part| folded(&want[part]) == folded(&got[part]));
                let miss = || format!("{} | {:?} | want {want} | got {got}", text(row), nbest(row));
                let full = format!("{} {}", folded(&want["first"]), folded(&want["last"]));
                let homophone = ["first", "last"]
                    .iter()
                    .all(|part| sounds(&folded(&want[part])) == sounds(&folded(&got[part])));
                if nbest(row)
                    .iter()
                    .any(|guess| guess.to_lowercase().contains(&full))
                {
                    reachable.count(right, miss);
                    heard.count(right || homophone, miss);
                }
                if row["asked_to_spell"] == json!(true) {
                    spelled.count(right, miss);
                } else {
                    names.count(right, miss);
                }
            }
            Some("dob") => {
                let understood =
                    timing.run(text(row), &nbest(row), &context(row).asking(Slot::Date));
                let got = render::datetime(&understood);
                births.count(got["date"] == want["date"], || {
                    format!("{} | {:?} | want {want} | got {got}", text(row), nbest(row))
                });
                let american = context(row).asking(Slot::Date);
                let american = Context {
                    day_first: false,
                    ..american
                };
                let got = render::datetime(&timing.run(text(row), &nbest(row), &american));
                months_first.count(got["date"] == want["date"], String::new);
            }
            _ => {}
        }
    }
    vec![
        ("names: whole name in the n-best".to_owned(), reachable),
        ("names: the same or spelled otherwise".to_owned(), heard),
        ("names: said".to_owned(), names),
        ("names: asked to spell".to_owned(), spelled),
        ("birth dates, days first".to_owned(), births),
        ("birth dates, months first".to_owned(), months_first),
    ]
}

/// A name without what cannot be heard: vowels, doubled letters, "ph" for "f", "g" for "j".
fn sounds(name: &str) -> String {
    let name = name
        .replace("ph", "f")
        .replace("ge", "je")
        .replace('w', "u");
    let mut kept: String = name.chars().filter(|c| !"aeiouyh'".contains(*c)).collect();
    kept = kept.replace('c', "k").replace('v', "f");
    let mut letters: Vec<char> = kept.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

fn folded(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_lowercase()
}

/// Scores `intents.jsonl`.
pub fn intents(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut score = Score::default();
    // Right, found, wanted, by intent.
    let mut table: BTreeMap<String, [f64; 3]> = BTreeMap::new();
    for row in rows {
        let said = row["context"].as_str().unwrap_or_default();
        let mut context = context(row).after(said);
        context.asked = None;
        let understood = timing.run(text(row), &[], &context);
        let got = understood
            .intents
            .first()
            .map_or_else(|| "out_of_scope".to_owned(), |scored| name_of(scored.value));
        let want = row["intent"].as_str().unwrap_or_default().to_owned();
        score.count(got == want, || {
            format!("{want} <- {got} | {} | {}", text(row), row["source_label"])
        });
        table.entry(want.clone()).or_default()[2] += 1.0;
        table.entry(got.clone()).or_default()[1] += 1.0;
        if got == want {
            table.entry(got).or_default()[0] += 1.0;
        }
    }
    let wanted: Vec<_> = table.iter().filter(|(_, row)| row[2] > 0.0).collect();
    let mut sum = 0.0;
    for (name, [right, found, wanted]) in &wanted {
        let f1 = 2.0 * right / (found + wanted);
        sum += f1;
        println!(
            "  {name:<20} F1 {f1:.3}  precision {:.3}  recall {:.3}  ({wanted})",
            right / found.max(1.0),
            right / wanted
        );
    }
    println!("intents macro-F1 {:.4}", sum / wanted.len().max(1) as f64);
    vec![("intents: accuracy".to_owned(), score)]
}

fn name_of(intent: Intent) -> String {
    serde_json::to_value(intent)
        .unwrap()
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
