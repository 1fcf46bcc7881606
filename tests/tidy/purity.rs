//! What may stand in which file: who waits, who reads the clock, who may fail.

use super::repository::{Broken, File, file, product, rust};
use std::collections::BTreeSet;

/// Files that wait on purpose: a simulator is as slow as it was told to be.
const SLEEPERS: &[&str] = &[
    "tests/sims/deepgram-sim/src/recorded.rs",
    "tests/sims/deepgram-sim/src/server.rs",
    "tests/sims/llm-sim/src/server.rs",
    "tests/sims/llm-sim/src/stream.rs",
    "tests/sims/ringcentral-sim/src/rest/delivery.rs",
    "tests/sims/ringcentral-sim/src/rest/gate.rs",
    "tests/sims/ringcentral-sim/src/webhook/script.rs",
];

#[test]
fn only_the_clock_reads_the_time_or_draws_at_random() {
    let mut broken = Broken::default();
    let time = [
        "Timestamp::now",
        "Zoned::now",
        "SystemTime::",
        "Utc::now",
        "Local::now",
    ];
    let chance = ["rand::", "getrandom", "Uuid::new_v", "Uuid::now_v"];
    let others = || product().filter(|file| file.path != "src/adapters/clock.rs");
    broken.words(others(), &time, "time comes from the Clock port");
    broken.words(others(), &chance, "chance comes from src/adapters/clock.rs");
    // At the edge an `Instant` measures how long something took; in the heart it would change what is decided.
    let heart = others().filter(|file| file.path.starts_with("actors/"));
    broken.words(
        heart,
        &["Instant::now", ".elapsed()"],
        "the heart knows only the time of an event",
    );
    broken.settle();
}

#[test]
fn what_decides_is_pure() {
    let mut broken = Broken::default();
    let call = [
        "decide",
        "state",
        "talk",
        "event",
        "effect",
        "foresee",
        "questions",
        "timer",
        "projection",
    ];
    let call: Vec<String> = call
        .iter()
        .map(|name| format!("actors/src/call/{name}.rs"))
        .collect();
    let folders = [
        "actors/src/call/phases/",
        "actors/src/dialogue/",
        "actors/src/grammar/",
        "actors/src/types/",
    ];
    let pure: Vec<&File> = rust()
        .filter(|file| {
            call.contains(&file.path) || folders.iter().any(|folder| file.path.starts_with(folder))
        })
        .filter(|file| !file.is_test())
        .collect();
    assert!(
        pure.len() > call.len() + folders.len(),
        "the pure files have moved"
    );
    let words = [
        "async ", ".await", "tokio", "tracing", "ractor", "std::fs", "std::net", "std::env",
        "println!",
    ];
    broken.words(
        pure.into_iter(),
        &words,
        "a decision neither waits nor logs nor reaches out",
    );
    broken.settle();
}

#[test]
fn decisions_have_no_wildcard_arm() {
    let mut broken = Broken::default();
    let phases = rust().filter(|file| file.path.starts_with("actors/src/call/phases/"));
    for file in phases.chain([file("actors/src/call/decide.rs")]) {
        for (line, text) in file.code() {
            let pattern = text.split(" => ").next().unwrap_or(text);
            let pattern = pattern.split(" if ").next().unwrap_or(pattern).trim();
            let is_wild = pattern == "_" || pattern.ends_with("| _");
            if is_wild && text.contains("=>") {
                broken.at(
                    &file.path,
                    line,
                    "name every event: a new one must be thought through in every phase",
                );
            }
        }
    }
    broken.settle();
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    let mut broken = Broken::default();
    let undone = ["todo!", "unimplemented!", "dbg!(", "#[ignore"];
    broken.words(rust(), &undone, "finish it or take it out");
    broken.words(
        rust(),
        &["#[allow", "#![allow"],
        "use #[expect(…, reason = \"…\")]",
    );
    broken.settle();
}

#[test]
fn nothing_gives_up_by_panicking() {
    let mut broken = Broken::default();
    for file in product() {
        for (line, text) in file.code() {
            let by_the_compiler = text.starts_with("const ");
            let panics = [".unwrap()", ".expect(", "panic!(", "unreachable!("];
            if !by_the_compiler && panics.iter().any(|word| text.contains(word)) {
                broken.at(&file.path, line, "return an error");
            }
        }
    }
    broken.settle();
}

#[test]
fn nothing_sleeps() {
    let mut broken = Broken::default();
    let mut needed = BTreeSet::new();
    for file in rust() {
        for (at, line) in file.text.lines().enumerate() {
            let line = line.replace("sleep_until", "");
            if !(line.contains("thread::sleep") || line.contains("time::sleep")) {
                continue;
            }
            if SLEEPERS.contains(&file.path.as_str()) {
                needed.insert(file.path.clone());
            } else {
                broken.at(
                    &file.path,
                    at + 1,
                    "wait for an event or a condition, with a deadline",
                );
            }
        }
    }
    broken.unused(SLEEPERS.iter().copied(), &needed);
    broken.settle();
}
