//! Owns the reading of a call's story as the API tells it: its prompts, its questions, and all of it in short. Called by
//! stories and by `library`.

use crate::words::plain;
use serde_json::Value;
use std::collections::BTreeMap;

/// Gives the prompts that were played to their end, as plain words.
pub fn prompts(story: &Value) -> Vec<String> {
    whole_prompts(story)
        .iter()
        .map(|text| {
            let words = text.split_whitespace().map(plain);
            words.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Gives the prompts that were said more than twice in the same words.
pub fn worn_out(story: &Value) -> Vec<String> {
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    for prompt in whole_prompts(story) {
        *said.entry(prompt).or_default() += 1;
    }
    said.retain(|_, times| *times > 2);
    said.into_keys().collect()
}

/// Tells a call's journal and transcript in short, for a failing story.
pub fn told(story: &Value) -> String {
    let journal = story["journal"].as_array().cloned().unwrap_or_default();
    let events: Vec<String> = journal
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry["seq"],
                entry["at"].as_str().unwrap_or(""),
                entry["kind"].as_str().unwrap_or("")
            )
        })
        .collect();
    format!("{}\n{}", events.join("\n"), conversation(story))
}

/// Tells who said what, a line each.
pub fn conversation(story: &Value) -> String {
    let turns = story["transcript"].as_array().cloned().unwrap_or_default();
    let said: Vec<String> = turns
        .iter()
        .map(|turn| format!("{}: {}", turn["speaker"], turn["text"]))
        .collect();
    said.join("\n")
}

fn whole_prompts(story: &Value) -> Vec<String> {
    let turns = story["transcript"].as_array().cloned().unwrap_or_default();
    turns
        .iter()
        .filter(|turn| turn["speaker"] == "agent" && turn["interrupted"] == false)
        .filter_map(|turn| turn["text"].as_str())
        .map(str::to_owned)
        .collect()
}
