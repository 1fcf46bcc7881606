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

/// Tells the fields of a structure that are not `None`, without its name.
fn fields(value: &impl Debug) -> String {
    let text = format!("{value:#?}");
    let mut told: Vec<String> = Vec::new();
    let mut skipped = false;
    for line in text.lines().skip(1) {
        let depth = line.len() - line.trim_start().len();
        let line = line.trim().trim_end_matches(',');
        if depth == 4 {
            skipped = line.ends_with(": None") || line.ends_with(": []");
            if !skipped && line != ")" && line != "}" && line != "]" {
                told.push(line.trim_end_matches("Some(").to_owned());
            }
        } else if depth > 4
            && !skipped
            && let Some(last) = told.last_mut()
        {
            if !last.ends_with([' ', '(', '{', '[']) {
                last.push_str(", ");
            }
            last.push_str(line);
        }
    }
    if told.is_empty() {
        return "nothing".to_owned();
    }
    told.join("; ")
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
        assert_eq!(fields(&slots), "date: 2026-06-06; party_size: 12");
    }
}
