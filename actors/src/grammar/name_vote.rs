//! Picks a name from all guesses of the recogniser: each guess votes for the names that sound like its own.
//!
//! Owns the weights of place, sound and frequency. Called by `names`. Never reads text.

use super::lexicon;
use super::sounds;

/// One guess, first and last name as far as they were understood.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub place: u32,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// What each place down the list of guesses costs a vote, in units of log weight.
const PLACE_COST: f64 = 0.2;
/// What the frequency of a name counts beside the votes.
const FREQUENCY_WEIGHT: f64 = 0.7;
/// How alike a guess of one word must be to a name in a guess of two to be taken for it.
const SAME_NAME: f64 = 0.1;

/// The likeliest first and last name, each by itself.
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
            .filter_map(|ballot| Some((ballot.place, part(ballot)?.as_str())))
            .collect::<Vec<_>>()
    };
    let first = winner(&votes(|ballot| ballot.first.as_ref()), lexicon::first_rank);
    let last = winner(&votes(|ballot| ballot.last.as_ref()), lexicon::last_rank);
    (first.map(str::to_owned), last.map(str::to_owned))
}

/// Where no guess has two names, one was said: it is the first or the last as in the guess that it wins with.
fn elect_one(ballots: &[Ballot]) -> (Option<String>, Option<String>) {
    let single = |ballot: &Ballot| ballot.first.clone().or_else(|| ballot.last.clone());
    let names: Vec<(u32, String)> = ballots
        .iter()
        .filter_map(|ballot| Some((ballot.place, single(ballot)?)))
        .collect();
    let votes: Vec<(u32, &str)> = names
        .iter()
        .map(|(place, name)| (*place, name.as_str()))
        .collect();
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
fn winner<'v>(votes: &[(u32, &'v str)], rank: fn(&str) -> Option<u32>) -> Option<&'v str> {
    let mut best: Option<(f64, &'v str)> = None;
    for (_, name) in votes {
        let support: f64 = votes
            .iter()
            .map(|(place, other)| {
                (-PLACE_COST * f64::from(*place)).exp() * sounds::alike(name, other)
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
