//! Reads spelled letters as a first and a last name, forgiving letters that were misheard, lost or doubled.
//!
//! Owns which letters sound alike. Called by `names`. Never decides which words are letters.

use std::sync::LazyLock;

use super::lexicon;

/// What a letter costs that was heard as one that sounds alike, in units of log likelihood.
const ALIKE_COST: f32 = 1.2;
/// What a letter costs that was heard as quite another.
const OTHER_COST: f32 = 3.5;
/// What a letter costs that was lost or is one too many.
const GAP_COST: f32 = 2.5;
/// What a letter costs that was said twice, or once of two.
const DOUBLE_COST: f32 = 0.8;
/// What it costs to take letters as a name that is in no list.
const UNLISTED_COST: f64 = 8.0;
/// What it costs to take the letters for one name only.
const SINGLE_COST: f64 = 6.0;
/// What the frequency of a name counts beside its letters.
const FREQUENCY_WEIGHT: f64 = 0.8;
/// Letters read at most.
const LETTERS_MAX: usize = 30;
/// How many letters too many or too few a name may have been heard with at any place.
const BAND: usize = 4;
/// Names more rare than this are only read letter by letter.
const FIRST_RANK_MAX: u32 = 2500;
const LAST_RANK_MAX: u32 = 6000;

/// Letters whose names sound alike on the telephone.
const ALIKE: [&[u8]; 6] = [b"bcdegptvz", b"fsx", b"mn", b"ahjk", b"iy", b"quw"];

/// What may be wrong at most before a name is given up.
const COST_MAX: f32 = 6.0;

struct Name {
    letters: Vec<u8>,
    weight: f64,
}

/// Given names from the first letter on, family names from the last letter back, each list in order.
static FIRST: LazyLock<Vec<Name>> =
    LazyLock::new(|| listed(lexicon::first_names(), FIRST_RANK_MAX, false));
static LAST: LazyLock<Vec<Name>> =
    LazyLock::new(|| listed(lexicon::last_names(), LAST_RANK_MAX, true));

fn listed(names: Vec<(&'static str, u32)>, rank_max: u32, backwards: bool) -> Vec<Name> {
    let mut listed: Vec<Name> = names
        .into_iter()
        .filter(|(name, rank)| *rank <= rank_max && name.len() > 1 && name.len() < LETTERS_MAX)
        .map(|(name, rank)| {
            let mut letters: Vec<u8> = name.bytes().collect();
            if backwards {
                letters.reverse();
            }
            Name {
                letters,
                weight: FREQUENCY_WEIGHT * lexicon::log_frequency(Some(rank)),
            }
        })
        .collect();
    listed.sort_by(|one, other| one.letters.cmp(&other.letters));
    listed
}

/// A name put together from letters.
pub(super) struct Spelled {
    pub first: Option<String>,
    pub last: Option<String>,
    /// How well the letters fit, as a logarithm.
    pub fit: f64,
}

/// The likeliest first and last name for the letters; a space among them is where the one ends.
pub(super) fn read(letters: &str) -> Spelled {
    let heard: Vec<u8> = letters
        .bytes()
        .filter(u8::is_ascii_lowercase)
        .take(LETTERS_MAX)
        .collect();
    let length = heard.len();
    let parted = letters
        .split_once(' ')
        .map(|(first, _)| first.bytes().filter(u8::is_ascii_lowercase).count())
        .filter(|cut| (2..length.saturating_sub(1)).contains(cut));
    let mut firsts = likeliest(&FIRST, &heard);
    let backwards: Vec<u8> = heard.iter().rev().copied().collect();
    let mut lasts = likeliest(&LAST, &backwards);
    lasts.reverse();
    for (_, name) in lasts.iter_mut().flatten() {
        *name = name.chars().rev().collect();
    }
    for cut in 2..=length {
        consider(
            &mut firsts[cut],
            literal(&heard[..cut], lexicon::first_rank),
        );
        consider(
            &mut lasts[length - cut],
            literal(&heard[length - cut..], lexicon::last_rank),
        );
    }
    let score = |guess: &Guess| guess.as_ref().map(|(score, _)| *score);
    let mut best = (f64::NEG_INFINITY, length);
    let mut offer = |fit: Option<f64>, cut: usize| {
        if let Some(fit) = fit.filter(|fit| *fit > best.0) {
            best = (fit, cut);
        }
    };
    if parted.is_none() {
        offer(score(&firsts[length]).map(|fit| fit - SINGLE_COST), length);
        offer(score(&lasts[0]).map(|fit| fit - SINGLE_COST), 0);
    }
    for cut in 2..length.saturating_sub(1) {
        let both = score(&firsts[cut])
            .zip(score(&lasts[cut]))
            .map(|(first, last)| first + last);
        offer(both.filter(|_| parted.is_none_or(|at| at == cut)), cut);
    }
    let (fit, cut) = best;
    let name = |guess: &mut Guess| guess.take().map(|(_, name)| name);
    Spelled {
        first: (cut > 0).then(|| name(&mut firsts[cut])).flatten(),
        last: (cut < length).then(|| name(&mut lasts[cut])).flatten(),
        fit,
    }
}

type Guess = Option<(f64, String)>;

fn consider(best: &mut Guess, guess: (f64, String)) {
    if best.as_ref().is_none_or(|(score, _)| guess.0 > *score) {
        *best = Some(guess);
    }
}

/// The letters as they were heard, for a name that is rare or in no list.
fn literal(letters: &[u8], rank: fn(&str) -> Option<u32>) -> (f64, String) {
    let name = String::from_utf8_lossy(letters).into_owned();
    let rank = rank(&name);
    let unlisted = if rank.is_none() { UNLISTED_COST } else { 0.0 };
    (
        FREQUENCY_WEIGHT * lexicon::log_frequency(rank) - unlisted,
        name,
    )
}

/// What it costs to have heard each beginning of the letters for a beginning of a name.
type Costs = [f32; LETTERS_MAX + 1];

/// For each number of letters from the beginning, the likeliest listed name.
///
/// The names stand in order, so what was found for their common beginning is kept from one to the next.
fn likeliest(names: &[Name], heard: &[u8]) -> Vec<Guess> {
    let mut found: Vec<Option<(f64, &Name)>> = vec![None; heard.len() + 1];
    let mut lines: Vec<Costs> = vec![[0.0; LETTERS_MAX + 1]; LETTERS_MAX + 1];
    for (j, cost) in lines[0].iter_mut().enumerate() {
        *cost = j as f32 * GAP_COST;
    }
    let mut before: &[u8] = &[];
    // How many letters of `before` have their line, and whether the last of them was already too dear.
    let (mut ready, mut given_up) = (0, false);
    for name in names {
        let shared = name
            .letters
            .iter()
            .zip(before)
            .take_while(|(a, b)| a == b)
            .count();
        before = &name.letters;
        if given_up && shared >= ready {
            continue;
        }
        ready = ready.min(shared);
        given_up = false;
        while ready < name.letters.len() && !given_up {
            let (done, rest) = lines.split_at_mut(ready + 1);
            let cheapest = next_line(&name.letters, ready, heard, &done[ready], &mut rest[0]);
            ready += 1;
            given_up = cheapest > COST_MAX;
        }
        if given_up {
            continue;
        }
        for (best, cost) in found.iter_mut().zip(&lines[ready]) {
            let score = name.weight - f64::from(*cost);
            if best.is_none_or(|(highest, _)| score > highest) {
                *best = Some((score, name));
            }
        }
    }
    let owned =
        |(score, name): (f64, &Name)| (score, String::from_utf8_lossy(&name.letters).into_owned());
    found.into_iter().map(|best| best.map(owned)).collect()
}

/// Fills the line for one more letter of a name, and gives the least cost in it.
fn next_line(name: &[u8], at: usize, heard: &[u8], above: &Costs, line: &mut Costs) -> f32 {
    let letter = name[at];
    let doubled = at > 0 && name[at - 1] == letter;
    let lost = if doubled { DOUBLE_COST } else { GAP_COST };
    // So many letters apart, the gaps alone cost more than is allowed.
    let from = (at + 1).saturating_sub(BAND);
    let to = (at + 1 + BAND).min(heard.len());
    line.fill(f32::INFINITY);
    if from == 0 {
        line[0] = above[0] + lost;
    }
    let mut cheapest = line[0];
    for j in from.max(1)..=to {
        let said = heard[j - 1];
        let again = j > 1 && heard[j - 2] == said;
        let extra = if again { DOUBLE_COST } else { GAP_COST };
        line[j] = (above[j - 1] + exchange(letter, said))
            .min(above[j] + lost)
            .min(line[j - 1] + extra);
        cheapest = cheapest.min(line[j]);
    }
    cheapest
}

/// What it costs to have heard one letter for another.
fn exchange(letter: u8, said: u8) -> f32 {
    let row = usize::from(letter.wrapping_sub(b'a')).min(25);
    let column = usize::from(said.wrapping_sub(b'a')).min(25);
    EXCHANGES[row][column]
}

static EXCHANGES: [[f32; 26]; 26] = exchanges();

const fn exchanges() -> [[f32; 26]; 26] {
    let mut table = [[OTHER_COST; 26]; 26];
    let mut group = 0;
    while group < ALIKE.len() {
        let letters = ALIKE[group];
        let mut i = 0;
        while i < letters.len() {
            let mut j = 0;
            while j < letters.len() {
                table[(letters[i] - b'a') as usize][(letters[j] - b'a') as usize] = ALIKE_COST;
                j += 1;
            }
            i += 1;
        }
        group += 1;
    }
    let mut letter = 0;
    while letter < 26 {
        table[letter][letter] = 0.0;
        letter += 1;
    }
    table
}
