//! Scores days and times.
//!
//! Owns when two of them are the same. Called by `main`. Never reads text itself.

use std::collections::BTreeMap;

use maitred_actors::grammar::render;
use serde_json::{Value, json};

use super::{Score, Timing, context, text};

/// Scores `datetimes.jsonl`.
pub fn datetimes(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut all = Score::default();
    let mut loose = Score::default();
    let mut by_source: BTreeMap<String, Score> = BTreeMap::new();
    let mut quiet = Score::default();
    for row in rows {
        let understood = timing.run(text(row), &[], &context(row));
        let others = (
            &understood.name,
            &understood.phone,
            &understood.email,
            &understood.address,
        );
        let silent = matches!(others, (None, None, None, None));
        quiet.count(silent, || format!("ALARM {} | {others:?}", text(row)));
        let got = render::datetime(&understood);
        let near = row["tags"]
            .as_array()
            .is_some_and(|tags| tags.contains(&json!("end_within_1_day")));
        let answers: Vec<&Value> = std::iter::once(&row["expected"])
            .chain(row["accept"].as_array().into_iter().flatten())
            .collect();
        let right = answers
            .iter()
            .any(|answer| same_datetime(answer, &got, near));
        let projected = answers
            .iter()
            .any(|answer| same_datetime(answer, &project(&got, answer), near));
        let miss = || {
            format!(
                "{} | {} | want {} | got {got}",
                text(row),
                row["reference_time"],
                row["expected"]
            )
        };
        all.count(right, miss);
        loose.count(right || projected, String::new);
        by_source
            .entry(row["source"].to_string())
            .or_default()
            .count(right, String::new);
    }
    let mut scores = vec![
        ("no name, phone, e-mail, address".to_owned(), quiet),
        ("datetimes".to_owned(), all),
        ("  fields asked for only".to_owned(), loose),
    ];
    scores.extend(
        by_source
            .into_iter()
            .map(|(source, score)| (format!("  {source}"), score)),
    );
    scores
}

/// Keeps of `got` the fields that `answer` has.
fn project(got: &Value, answer: &Value) -> Value {
    let (Some(got), Some(answer)) = (got.as_object(), answer.as_object()) else {
        return got.clone();
    };
    Value::Object(
        got.iter()
            .filter(|(key, _)| answer.contains_key(*key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    )
}

fn same_datetime(want: &Value, got: &Value, near: bool) -> bool {
    if want == got {
        return true;
    }
    let (Some(want), Some(got)) = (want["range"].as_object(), got["range"].as_object()) else {
        return false;
    };
    if !near || want.get("start") != got.get("start") {
        return false;
    }
    let day = |value: Option<&Value>| value?.as_str()?.parse::<jiff::civil::Date>().ok();
    match (day(want.get("end")), day(got.get("end"))) {
        (Some(want), Some(got)) => want
            .since(got)
            .is_ok_and(|span| span.get_days().abs() <= 1 && span.get_months() == 0),
        (want, got) => want == got,
    }
}
