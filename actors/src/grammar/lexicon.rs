//! Which words are names of people, and how frequent each is.
//!
//! Owns the two lists of names. Called by `names` and `spelling`. Never refuses a name for not being listed.

use std::collections::HashMap;
use std::sync::LazyLock;

static FIRST: LazyLock<HashMap<&str, u32>> =
    LazyLock::new(|| ranks(include_str!("lexicon/first_names.txt")));
static LAST: LazyLock<HashMap<&str, u32>> =
    LazyLock::new(|| ranks(include_str!("lexicon/last_names.txt")));

fn ranks(list: &'static str) -> HashMap<&'static str, u32> {
    list.split_whitespace().zip(1..).collect()
}

/// The place of a given name among all, 1 for the most frequent.
pub(super) fn first_rank(name: &str) -> Option<u32> {
    rank(&FIRST, name)
}

/// The place of a family name among all, 1 for the most frequent.
pub(super) fn last_rank(name: &str) -> Option<u32> {
    rank(&LAST, name)
}

fn rank(list: &HashMap<&str, u32>, name: &str) -> Option<u32> {
    if name.contains(['\'', ' ']) {
        return list.get(name.replace(['\'', ' '], "").as_str()).copied();
    }
    list.get(name).copied()
}

/// Added to a rank before the logarithm, so that the few most frequent names do not outweigh the recogniser.
const RANK_FLOOR: f64 = 300.0;
/// The rank of a name in no list.
const UNLISTED_RANK: f64 = 40_000.0;

/// How likely two words are a person's names: higher is likelier.
pub(super) fn likelihood(first: Option<&str>, last: Option<&str>) -> f64 {
    let score = |rank: Option<u32>| -(rank.map_or(UNLISTED_RANK, f64::from) + RANK_FLOOR).ln();
    let missing = -(UNLISTED_RANK + RANK_FLOOR).ln();
    let first = first.map_or(missing, |name| score(first_rank(name)));
    let last = last.map_or(missing, |name| score(last_rank(name)));
    first + last
}
