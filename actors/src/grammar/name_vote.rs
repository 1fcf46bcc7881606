//! Picks a name from all guesses of the recogniser: each guess votes for the names that sound like its own.
//!
//! Owns the weights of place, sound and frequency. Called by `names`. Never reads text.

use super::lexicon;
use super::sounds;

/// One guess, first and last name as far as they were understood.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub first: Option<String>,
    pub last: Option<String>,
}

/// What each place down the list of different names costs a vote, in units of log weight.
const PLACE_COST: f64 = 0.2;
/// What the frequency of a name counts beside the votes.
const FREQUENCY_WEIGHT: f64 = 0.7;
/// How alike a guess of one word must be to a name in a guess of two to be taken for it.
const SAME_NAME: f64 = 0.1;

/// The likeliest first and last name, each by itself, of the guesses in their order.
pub(super) fn elect(mut ballots: Vec<Ballot>) -> (Option<String>, Option<String>) {
    let whole: Vec<(String, String)> = ballots
        .iter()
        .filter_map(|ballot| Some((ballot.first.clone()?, ballot.last.clone()?)))
        .collect();
    if whole.is_empty() {
        return elect_one(&ballots);
    }
    ballots.iter_mut().for_each(|ballot| place(ballot, &whole));
    let votes = |part: fn(&Ballot) -> Option<&String>| {
        ballots
            .iter()
            .filter_map(|ballot| part(ballot).map(String::as_str))
            .collect::<Vec<_>>()
    };
    let first = winner(&votes(|ballot| ballot.first.as_ref()), lexicon::first_rank);
    let last = winner(&votes(|ballot| ballot.last.as_ref()), lexicon::last_rank);
    (first.map(str::to_owned), last.map(str::to_owned))
}

/// Where no guess has two names, one was said: it is the first or the last as in the guess that it wins with.
fn elect_one(ballots: &[Ballot]) -> (Option<String>, Option<String>) {
    let single = |ballot: &Ballot| ballot.first.clone().or_else(|| ballot.last.clone());
    let names: Vec<String> = ballots.iter().filter_map(single).collect();
    let votes: Vec<&str> = names.iter().map(String::as_str).collect();
    let either = |name: &str| {
        let ranks = [lexicon::first_rank(name), lexicon::last_rank(name)];
        ranks.into_iter().flatten().min()
    };
    let won = winner(&votes, either);
    ballots
        .iter()
        .find(|ballot| single(ballot).as_deref() == won)
        .map_or((None, None), |ballot| {
            (ballot.first.clone(), ballot.last.clone())
        })
}

/// "Clive", "Clyde", "Clive Kirk": a guess of one word stands for the part that it sounds like in longer ones.
fn place(ballot: &mut Ballot, whole: &[(String, String)]) {
    let single = match (&ballot.first, &ballot.last) {
        (Some(only), None) | (None, Some(only)) => only.clone(),
        _ => return,
    };
    let as_first = whole
        .iter()
        .map(|(first, _)| sounds::alike(first, &single))
        .fold(0.0, f64::max);
    let as_last = whole
        .iter()
        .map(|(_, last)| sounds::alike(last, &single))
        .fold(0.0, f64::max);
    (ballot.first, ballot.last) = if as_first.max(as_last) < SAME_NAME {
        (None, None)
    } else if as_first > as_last {
        (Some(single), None)
    } else {
        (None, Some(single))
    };
}

/// The name with the most support, counting how frequent each is.
///
/// A recogniser repeats a first name with every reading of the last: said again, a name has no second vote and moves
/// none down.
fn winner<'v>(heard: &[&'v str], rank: fn(&str) -> Option<u32>) -> Option<&'v str> {
    let mut names: Vec<&'v str> = Vec::with_capacity(heard.len());
    for name in heard {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut best: Option<(f64, &'v str)> = None;
    for name in &names {
        let support: f64 = (0_u32..)
            .zip(&names)
            .map(|(place, other)| {
                (-PLACE_COST * f64::from(place)).exp() * sounds::alike(name, other)
            })
            .sum();
        let score = support.ln() + FREQUENCY_WEIGHT * lexicon::log_frequency(rank(name));
        // Of equals the one that the recogniser thought likelier.
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}
