//! Tells which of several values a caller means in the end: "Friday, no, Saturday".
//!
//! Owns the words with which people take something back. Called by the readers of every slot. Never reads
//! values.

use super::tokens::{Token, word, word_before};

/// Words between two values after which the second replaces the first.
pub(super) fn marked(gap: &[Token]) -> bool {
    let suggests = |i: usize| {
        matches!(word(gap, i), "how" | "what") && matches!(word(gap, i + 1), "about" | "if")
    };
    gap.iter().enumerate().any(|(i, token)| {
        suggests(i)
            || token.is_any(
                "no|nope|not|sorry|actually|wait|rather|scratch|correction|instead|oops|mean|\
             meant|making|cancel",
            )
            || (token.is(&["make"]) && gap.get(i + 1).is_some_and(|next| next.is(&["that", "it"])))
            || token.is(&["pardon", "excuse"])
    })
}

/// Whether the value at `start` is one that the caller takes back or excludes: "not Friday".
pub(super) fn rejected(tokens: &[Token], start: usize) -> bool {
    let before = word_before(tokens, start, 1);
    let second = word_before(tokens, start, 2);
    let skip = usize::from(matches!(before, "on" | "the" | "for" | "at"));
    let negator = word_before(tokens, start, 1 + skip);
    let impossible = (1..4).any(|back| {
        matches!(
            word_before(tokens, start, back),
            "can't" | "cannot" | "couldn't" | "won't"
        ) && tokens[start - back..start]
            .iter()
            .all(|token| token.is_any("can't|cannot|couldn't|won't|do|make|on|it|come|be|the"))
    });
    impossible
        || negator == "not" && !matches!(word_before(tokens, start, 2 + skip), "why" | "if")
        || (before == "of" && second == "instead")
        || (before == "than" && second == "rather")
}

/// "Friday won't work", "Friday is no good": a value that the caller dismisses after naming it.
fn dismissed(tokens: &[Token], end: usize) -> bool {
    let fits = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            token
                .is_any("work|do|suit|good|possible|available|free|going|great|ideal|fit|an|happen")
        })
    };
    match word(tokens, end) {
        "doesn't" | "don't" | "won't" | "isn't" | "can't" | "wouldn't" => fits(end + 1),
        "does" | "do" | "will" | "is" | "would" if word(tokens, end + 1) == "not" => fits(end + 2),
        "is" => match word(tokens, end + 1) {
            "no" => word(tokens, end + 2) == "good",
            "bad" | "out" | "taken" | "full" => true,
            _ => false,
        },
        _ => false,
    }
}

/// Whether "from A to B" changes a booking rather than spanning a range.
pub(super) fn is_change(tokens: &[Token], start: usize) -> bool {
    let from = start.saturating_sub(8);
    let moved = tokens
        .get(from..start)
        .unwrap_or_default()
        .iter()
        .any(|token| {
            token.is(&[
                "change",
                "move",
                "moved",
                "switch",
                "reschedule",
                "push",
                "changed",
                "shift",
            ])
        });
    moved && (1..4).any(|back| word_before(tokens, start, back) == "from")
}

/// Picks one of several values in the order said.
pub(super) fn choose<'v, T>(
    tokens: &[Token],
    values: &'v [T],
    span: impl Fn(&T) -> (usize, usize),
) -> Option<&'v T> {
    let mut chosen: Option<&T> = None;
    for value in values {
        let (start, _) = span(value);
        let Some(kept) = chosen else {
            chosen = Some(value);
            continue;
        };
        let (kept_start, kept_end) = span(kept);
        let gap = tokens.get(kept_end..start).unwrap_or_default();
        let moved = gap
            .iter()
            .any(|token| token.is(&["move", "change", "switch", "reschedule", "push"]));
        let (_, end) = span(value);
        // "I have a wedding on Wednesday. Is Thursday available?"
        let asked_for = matches!(word_before(tokens, start, 1), "is" | "does" | "about")
            && tokens.get(end).is_some_and(|token| {
                token.is_any(
                    "available|free|open|ok|okay|possible|work|better|good|fine|alright|doable",
                )
            });
        let instead = (end..end + 3).any(|at| word(tokens, at) == "instead");
        let replaces = marked(gap)
            || asked_for
            || instead
            || moved && word_before(tokens, start, 1) == "to"
            || rejected(tokens, kept_start)
            || dismissed(tokens, kept_end)
            || is_change(tokens, kept_start) && word_before(tokens, start, 1) == "to"
            || word(gap, 0) == "to" && is_change(tokens, kept_start);
        if replaces && !rejected(tokens, start) && !dismissed(tokens, end) {
            chosen = Some(value);
        }
    }
    chosen
}
