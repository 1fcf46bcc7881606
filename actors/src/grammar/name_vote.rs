//! Picks a name from all guesses of the recogniser: each guess votes for the names that sound like its own.
//!
//! Owns the weights of place, sound and frequency. Called by `names`. Never reads text.

use super::lexicon;
use super::sounds;

/// One guess, first and last name as far as they were understood.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub place: usize,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// What each place down the list of guesses costs a vote, in units of log weight.
const PLACE_COST: f64 = 0.3;
/// What the frequency of a name counts beside the votes.
const FREQUENCY_WEIGHT: f64 = 0.7;
/// How alike a guess of one word must be to a name in a guess of two to be taken for it.
const SAME_NAME: f64 = 0.1;

/// The likeliest first and last name, each by itself.
pub(super) fn elect(mut ballots: Vec<Ballot>) -> (Option<String>, Option<String>) {
    place_single_names(&mut ballots);
    let votes = |part: fn(&Ballot) -> Option<&String>| {
        ballots
            .iter()
            .filter_map(|ballot| Some((ballot.place, part(ballot)?.as_str())))
            .collect::<Vec<_>>()
    };
    let first = winner(&votes(|ballot| ballot.first.as_ref()), lexicon::first_rank);
    let last = winner(&votes(|ballot| ballot.last.as_ref()), lexicon::last_rank);
    (first, last)
}

/// "Clive", "Clyde", "Clive Kirk": a guess of one word stands for the part that it sounds like in longer ones.
fn place_single_names(ballots: &mut [Ballot]) {
    let whole: Vec<(String, String)> = ballots
        .iter()
        .filter_map(|ballot| Some((ballot.first.clone()?, ballot.last.clone()?)))
        .collect();
    for ballot in ballots {
        let single = match (&ballot.first, &ballot.last) {
            (Some(only), None) | (None, Some(only)) => only.clone(),
            _ => continue,
        };
        let nearest = |names: &mut dyn Iterator<Item = &String>| {
            names
                .map(|name| sounds::alike(name, &single))
                .fold(0.0, f64::max)
        };
        let as_first = nearest(&mut whole.iter().map(|(first, _)| first));
        let as_last = nearest(&mut whole.iter().map(|(_, last)| last));
        if as_first.max(as_last) < SAME_NAME {
            continue;
        }
        (ballot.first, ballot.last) = if as_first > as_last {
            (Some(single), None)
        } else {
            (None, Some(single))
        };
    }
}

/// The name with the most support, counting how frequent each is.
fn winner(votes: &[(usize, &str)], rank: fn(&str) -> Option<u32>) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for (_, name) in votes {
        let support: f64 = votes
            .iter()
            .map(|(place, other)| {
                (-PLACE_COST * *place as f64).exp() * sounds::alike(name, other)
            })
            .sum();
        let score = support.ln() + FREQUENCY_WEIGHT * lexicon::log_frequency(rank(name));
        // Of equals the one that the recogniser thought likelier.
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name.to_owned())
}
