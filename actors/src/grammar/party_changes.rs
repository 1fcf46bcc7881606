//! Tells a number that takes the place of another number of people: "sorry, twelve", "from six to eight".
//!
//! Owns how a size is changed without its noun being said again. Called by `party_bare`. Never reads numbers.

use super::party_bare::closes;
use super::people;
use super::tokens::{Token, says, word, word_before};

/// "I'll change the number of guests. Is 18 okay?": what is counted was said just before.
pub(super) fn counted_before(tokens: &[Token], i: usize, next: usize) -> bool {
    let suggested = matches!(word_before(tokens, i, 1), "is" | "about" | "to" | "say")
        && (closes(tokens, next) || tokens[next].is_any("okay|ok|fine|alright|good|work|possible"));
    suggested
        && (0..i).any(|at| {
            matches!(word(tokens, at), "number" | "amount")
                && word(tokens, at + 1) == "of"
                && people::counted(word(tokens, at + 2)).is_some()
        })
}

/// "Ten people, sorry, twelve": another number in the place of one that counted people.
pub(super) fn corrects(tokens: &[Token], i: usize, next: usize) -> bool {
    let taken_back = (1..4)
        .map_while(|back| i.checked_sub(back).and_then(|at| tokens.get(at)))
        .take_while(|token| {
            token.is_mark()
                || token.is_any("no|sorry|actually|mean|rather|wait|make|that|it|i|well|maybe")
        })
        .any(|token| token.is_any("no|sorry|actually|mean|rather|wait"));
    let before = i.saturating_sub(6)..i;
    taken_back
        && closes(tokens, next)
        && before
            .into_iter()
            .any(|at| people::counted(word(tokens, at)).is_some())
}

/// "Change the party size from six to eight", "move the headcount from ten up to twelve".
pub(super) fn resized(tokens: &[Token], i: usize) -> bool {
    let sized = (i.saturating_sub(12)..i).any(|at| {
        says(tokens, at, &["party", "size"])
            || says(tokens, at, &["head", "count"])
            || matches!(
                word(tokens, at),
                "headcount" | "people" | "guests" | "attendance"
            )
    });
    sized
        && (2..5).any(|back| word_before(tokens, i, back) == "from")
        && word_before(tokens, i, 1) == "to"
}
