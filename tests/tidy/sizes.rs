//! How long a file and a function may be.

use super::repository::{Broken, File, rust};
use std::collections::BTreeSet;

/// Lines that a file may have, tests apart.
const FILE_LINES_MAX: usize = 500;
/// Lines above which a file must be listed.
const FILE_LINES: usize = 400;
/// Files above `FILE_LINES`.
const LONG_FILES: &[&str] = &[];
/// Lines that the body of a function may have.
const FUNCTION_LINES: usize = 70;
/// Functions above `FUNCTION_LINES`.
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    // One arm for each effect, and nothing else.
    ("actors/src/call/perform.rs", "perform"),
    // One arm for each event, and those that mean nothing there by name.
    ("actors/src/call/phases/ending.rs", "on"),
    ("actors/src/call/phases/talking.rs", "on"),
    ("actors/src/call/phases/over.rs", "on"),
    ("actors/src/call/phases/mod.rs", "note_facts"),
];

#[test]
fn files_are_short() {
    let mut broken = Broken::default();
    let mut needed = BTreeSet::new();
    for file in rust().filter(|file| !file.is_test()) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            needed.insert(file.path.clone());
        }
        if lines > FILE_LINES_MAX || lines > FILE_LINES && !LONG_FILES.contains(&file.path.as_str())
        {
            broken.at(
                &file.path,
                lines,
                &format!("{lines} lines are too many, {FILE_LINES} should do"),
            );
        }
    }
    broken.unused(LONG_FILES.iter().copied(), &needed);
    broken.settle();
}

#[test]
fn functions_are_short() {
    let mut broken = Broken::default();
    let mut needed = BTreeSet::new();
    for file in rust().filter(|file| !file.is_test()) {
        for (line, name, lines) in functions(file) {
            if lines <= FUNCTION_LINES {
                continue;
            }
            needed.insert(format!("{} {name}", file.path));
            if !LONG_FUNCTIONS.contains(&(file.path.as_str(), name)) {
                let what = format!("`{name}` has {lines} lines, {FUNCTION_LINES} allowed");
                broken.at(&file.path, line, &what);
            }
        }
    }
    let listed: Vec<String> = LONG_FUNCTIONS
        .iter()
        .map(|(path, name)| format!("{path} {name}"))
        .collect();
    broken.unused(listed.iter().map(String::as_str), &needed);
    broken.settle();
}

/// Finds functions in formatted code: from `fn` to the brace at the same depth. Gives line, name, lines of the body.
fn functions(file: &File) -> Vec<(usize, &str, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let depth = &line[..line.len() - code.len()];
        let Some((before, after)) = code.split_once("fn ") else {
            continue;
        };
        let is_head = before.split_whitespace().all(|word| {
            word.starts_with("pub")
                || ["async", "const", "unsafe", "super)", "crate::call)"].contains(&word)
                || word.ends_with(')')
        });
        if !is_head || code.ends_with(';') || code.ends_with('}') {
            continue;
        }
        let opens = |line: &str| {
            line.ends_with('{') && (line.trim_start().len() + depth.len() == line.len())
        };
        let body = (at..lines.len()).find(|n| opens(lines[*n]));
        let end = (at + 1..lines.len()).find(|n| lines[*n] == format!("{depth}}}"));
        if let (Some(body), Some(end)) = (body, end) {
            let name = after.split(['(', '<']).next().unwrap_or(after);
            found.push((at + 1, name, end.saturating_sub(body + 1)));
        }
    }
    found
}
