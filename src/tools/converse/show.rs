//! Owns how the state of a call is shown after a turn: phase, what was agreed, what is open. Called by the script. What the
//! dialogue agrees on is shown as its `Debug` has it, so that a new slot is shown too.

use jiff::Timestamp;
use maitred_actors::call::{CallState, Phase};
use std::fmt::Debug;

/// Shows how a call stands, a line each.
pub(super) fn standing(state: &CallState, now: Timestamp) -> Vec<String> {
    let mut lines = vec![phase(state)];
    if let Phase::Talking(talk) = &state.phase {
        lines.push(format!(
            "turn {}; agreed: {}",
            talk.dialogue.turns(),
            fields(talk.dialogue.slots())
        ));
    }
    let open: Vec<String> = state
        .questions
        .open()
        .map(|(question, effect)| format!("{question} {}", effect.kind()))
        .collect();
    if !open.is_empty() {
        lines.push(format!("open questions: {}", open.join(", ")));
    }
    let waits: Vec<String> = state
        .questions
        .timers()
        .iter()
        .map(|(timer, moment)| {
            let wait = moment.duration_since(now);
            format!("{timer:?} in {:.1} s", wait.as_secs_f64())
        })
        .collect();
    if !waits.is_empty() {
        lines.push(format!("wakes: {}", waits.join(", ")));
    }
    lines
}

fn phase(state: &CallState) -> String {
    let name = state.phase.name();
    match state.outcome() {
        Some(outcome) => format!("phase {name}, outcome {}", outcome.as_str()),
        None => format!("phase {name}"),
    }
}

/// Tells what a structure holds, without names of types and without what is `None` or empty.
fn fields(value: &impl Debug) -> String {
    let text = format!("[\n{value:#?}\n]");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let told = parts(&lines[..lines.len().saturating_sub(1)]);
    if told.is_empty() {
        return "nothing".to_owned();
    }
    told.join(", ")
}

/// Tells the parts of a stretch of pretty `Debug` output, in which what belongs together is indented.
fn parts(lines: &[&str]) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut told = Vec::new();
    let mut rest = lines;
    while let Some((first, below)) = rest.split_first() {
        let inner = below
            .iter()
            .take_while(|line| depth(line) > depth(first))
            .count();
        let (inner, after) = below.split_at(inner);
        let line = first.trim().trim_end_matches(',');
        let (name, value) = match line.split_once(": ") {
            Some((name, value)) => (format!("{name}: "), value),
            None => (String::new(), line),
        };
        if value.ends_with(['{', '(', '[']) {
            let inner = parts(inner);
            if !inner.is_empty() {
                told.push(format!("{name}{}", inner.join(", ")));
            }
            // What closes it stands at its own depth.
            rest = after.get(1..).unwrap_or_default();
        } else {
            if !["None", "[]", "{}", "false"].contains(&value) {
                told.push(format!("{name}{value}"));
            }
            rest = after;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::fields;
    use maitred_actors::dialogue::Slots;

    #[test]
    fn what_is_agreed_is_shown_and_what_is_not_is_left_out() {
        assert_eq!(fields(&Slots::default()), "nothing");
        let slots = Slots {
            date: Some(jiff::civil::date(2026, 6, 6)),
            party_size: Some(12),
            ..Slots::default()
        };
        assert_eq!(fields(&slots), "date: 2026-06-06, party_size: 12");
        assert_eq!(fields(&Some(vec![(1, None::<u8>)])), "1");
    }
}
