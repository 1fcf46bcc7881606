//! Reads what a party is for and what it may cost.
//!
//! Owns the occasions that English has and the ways to name a budget. Called by `understand`. Never reads prices that
//! we named.

use std::sync::LazyLock;

use super::numbers;
use super::reading::{Budget, Found};
use super::tokens::{Token, items, says, word, word_before};
use super::vocabulary::{Vocabulary, longest_at};

static OCCASIONS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    items("birthday|anniversary|graduation|wedding|rehearsal dinner|baby shower|bridal shower|engagement|\
    bachelorette|bachelor|retirement|reunion|family reunion|housewarming|house warming|quinceanera|quinceañera|sweet sixteen|\
    bar mitzvah|bat mitzvah|baptism|christening|communion|gender reveal|memorial|corporate event|company party|office party|\
    team building|date night|farewell|going away|surprise party|holiday party|pool party|block party|promotion|bday|super bowl").collect()
});

/// Reads what is celebrated: the first occasion named.
pub(super) fn occasion(tokens: &[Token], vocabulary: &Vocabulary) -> Option<Found<String>> {
    (0..tokens.len()).find_map(|i| {
        let own = vocabulary.occasions.iter().map(String::as_str);
        let (end, name) = longest_at(tokens, i, own.chain(OCCASIONS.iter().copied()))?;
        // "Her graduation is on Friday" is one, "happy birthday song" is one too; "not a birthday" is none.
        let denied = (1..4).any(|back| matches!(word_before(tokens, i, back), "not" | "isn't"));
        let name = if name == "bday" { "birthday" } else { name };
        (!denied).then(|| Found {
            value: name.to_owned(),
            start: tokens[i].start,
            end: tokens[end - 1].end,
            confidence: 0.9,
        })
    })
}

/// Reads what the caller wants to spend: an amount of money that they do not ask about.
pub(super) fn budget(tokens: &[Token]) -> Option<Found<Budget>> {
    let spoken_of = (0..tokens.len()).any(|i| {
        tokens[i].is_any("budget|spend|afford|spending|under|max|maximum|most|than|within|willing|keep|limit|pay")
    });
    if !spoken_of || says(tokens, 0, &["how", "much"]) {
        return None;
    }
    (0..tokens.len()).find_map(|i| {
        let sign = word(tokens, i) == "$";
        let (amount, mut end) = numbers::cardinal(tokens, i + usize::from(sign))?;
        let (amount, grand) = match word(tokens, end) {
            "grand" | "k" => (amount.checked_mul(1000)?, true),
            _ => (amount, false),
        };
        end += usize::from(grand);
        let unit = tokens
            .get(end)
            .is_some_and(|token| token.is_any("dollars|dollar|bucks|usd"));
        let budget = word_before(tokens, i, 1) == "budget"
            || (2..5).any(|back| word_before(tokens, i, back) == "budget") && amount >= 100;
        if !(sign || unit || grand || budget) || amount == 0 {
            return None;
        }
        end += usize::from(unit);
        let each = ["person", "head", "guest", "adult", "plate", "each"];
        let per_person = tokens.get(end).is_some_and(|token| {
            token.is(&["each"]) || token.is(&["a", "per"]) && each.contains(&word(tokens, end + 1))
        });
        end += match (per_person, word(tokens, end) == "each") {
            (true, true) => 1,
            (true, false) => 2,
            _ => 0,
        };
        Some(Found {
            value: Budget {
                dollars: u32::try_from(amount).ok()?,
                per_person,
            },
            start: tokens[i].start,
            end: tokens.get(end.checked_sub(1)?)?.end,
            confidence: 0.85,
        })
    })
}
