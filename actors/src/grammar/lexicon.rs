//! Which words are names of people, and how frequent each is; which are ordinary words.
//!
//! Owns the lists of both. Called by `names` and `spelling`. Never refuses a name for not being listed.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static FIRST: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    ranks(
        include_str!("lexicon/first_names.txt"),
        include_str!("lexicon/british_first_names.txt"),
    )
});
static LAST: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    ranks(
        include_str!("lexicon/last_names.txt"),
        include_str!("lexicon/british_last_names.txt"),
    )
});

/// Takes two lists for one population: a name in both is as much more frequent as both say together. A place in the
/// British list, which is the shorter one, weighs double.
fn ranks(american: &'static str, british: &'static str) -> HashMap<&'static str, u32> {
    let mut ranks: HashMap<&str, u32> = american.split_whitespace().zip(1..).collect();
    for (name, rank) in british
        .split_whitespace()
        .zip((2_u32..).map(|rank| rank / 2))
    {
        ranks
            .entry(name)
            .and_modify(|other| *other = (*other * rank / (*other + rank)).max(1))
            .or_insert(rank);
    }
    ranks
}

static ORDINARY: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let common = include_str!("lexicon/ordinary_words.txt").split_whitespace();
    common.chain(SPOKEN.split_whitespace()).collect()
});

/// Words that are more common on the telephone than in print.
const SPOKEN: &str = "awesome sec terrific oops backyard patio steak shrimp lobster dad mom mommy daddy grandma grandpa huh yep nope yup damn kinda";

/// Whether a word is an ordinary one, and no common name as well.
pub(super) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(word)
}

/// The place of a given name among all, 1 for the most frequent.
pub(super) fn first_rank(name: &str) -> Option<u32> {
    rank(&FIRST, name)
}

/// The place of a family name among all, 1 for the most frequent.
pub(super) fn last_rank(name: &str) -> Option<u32> {
    rank(&LAST, name)
}

/// All listed given names with their places.
pub(super) fn first_names() -> Vec<(&'static str, u32)> {
    FIRST.iter().map(|(name, rank)| (*name, *rank)).collect()
}

/// All listed family names with their places.
pub(super) fn last_names() -> Vec<(&'static str, u32)> {
    LAST.iter().map(|(name, rank)| (*name, *rank)).collect()
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

/// How frequent a name of that rank is, as a logarithm; for none, how frequent one that is not listed.
pub(super) fn log_frequency(rank: Option<u32>) -> f64 {
    -(rank.map_or(UNLISTED_RANK, f64::from) + RANK_FLOOR).ln()
}
