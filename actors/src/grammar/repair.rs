//! Tells which of several values a caller means in the end: "Friday, no, Saturday".
//!
//! Owns the words with which people take something back. Called by the readers of every slot. Never reads
//! values.

use super::tokens::{Token, word, word_before};

/// Words between two values after which the second replaces the first.
pub(super) fn marked(gap: &[Token]) -> bool {
    (0..gap.len()).any(|i| mark_at(gap, i).is_some())
}

/// How many words the mark of a repair that begins at `i` has.
fn mark_at(tokens: &[Token], i: usize) -> Option<usize> {
    let next = word(tokens, i + 1);
    match word(tokens, i) {
        "no" | "nope" | "not" | "sorry" | "actually" | "wait" | "rather" | "scratch"
        | "correction" | "instead" | "oops" | "mean" | "meant" | "making" | "cancel" | "pardon"
        | "excuse" => Some(1),
        "how" | "what" if matches!(next, "about" | "if") => Some(2),
        "make" if matches!(next, "that" | "it") => Some(2),
        _ => None,
    }
}

/// Where in an utterance something is taken back or moved, so that each of many values finds it at once.
struct Marks {
    /// For each token the end of the first mark that begins there or later.
    repair: Vec<usize>,
    /// For each token the first word of moving that stands there or later.
    moved: Vec<usize>,
}

impl Marks {
    fn of(tokens: &[Token]) -> Self {
        let none = usize::MAX;
        let (mut repair, mut moved) = (vec![none; tokens.len()], vec![none; tokens.len()]);
        let (mut mark, mut move_) = (none, none);
        for (i, token) in tokens.iter().enumerate().rev() {
            mark = mark_at(tokens, i).map_or(mark, |length| mark.min(i + length));
            if token.is(&["move", "change", "switch", "reschedule", "push"]) {
                move_ = i;
            }
            (repair[i], moved[i]) = (mark, move_);
        }
        Self { repair, moved }
    }

    fn repaired(&self, from: usize, to: usize) -> bool {
        self.repair.get(from).is_some_and(|end| *end <= to)
    }

    fn moved(&self, from: usize, to: usize) -> bool {
        self.moved.get(from).is_some_and(|at| *at < to)
    }
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
    let (first, others) = values.split_first()?;
    if others.is_empty() {
        return Some(first);
    }
    let marks = Marks::of(tokens);
    let mut chosen = first;
    for value in others {
        let (start, end) = span(value);
        let (kept_start, kept_end) = span(chosen);
        // "I have a wedding on Wednesday. Is Thursday available?"
        let asked_for = matches!(word_before(tokens, start, 1), "is" | "does" | "about")
            && tokens.get(end).is_some_and(|token| {
                token.is_any(
                    "available|free|open|ok|okay|possible|work|better|good|fine|alright|doable",
                )
            });
        let instead = (end..end + 3).any(|at| word(tokens, at) == "instead");
        let replaces = marks.repaired(kept_end, start)
            || asked_for
            || instead
            || marks.moved(kept_end, start) && word_before(tokens, start, 1) == "to"
            || rejected(tokens, kept_start)
            || dismissed(tokens, kept_end)
            || is_change(tokens, kept_start) && word_before(tokens, start, 1) == "to"
            || kept_end < start && word(tokens, kept_end) == "to" && is_change(tokens, kept_start);
        if replaces && !rejected(tokens, start) && !dismissed(tokens, end) {
            chosen = value;
        }
    }
    Some(chosen)
}
