//! Corrects a name by what is said of its spelling after it: "d e l g a d o", "with a K", "no H", "with two Ls".
//!
//! Owns the phrases for that. Called by `names` and `name_leads`. Never finds the name itself.

use super::lexicon;
use super::names::Heard;
use super::plain_words::is_plain;
use super::sounds;
use super::spelling;
use super::tokens::{Kind, Token, word};

/// Letters spelled in a row before they are taken for a name: "I" and "a" are words.
const RUN_MIN: usize = 3;
/// Names more rare than this are not common.
const COMMON_RANK_MAX: u32 = 5000;
/// How far spelled letters may be from a name that was heard, in changes by letter, and still be that name.
const DISTANCE_MAX: f64 = 0.5;

/// The name with its spelling as it was told after it.
pub(super) fn corrected(tokens: &[Token], mut heard: Heard) -> Heard {
    let rest: Vec<Token> = tokens
        .iter()
        .filter(|token| token.start >= heard.end)
        .cloned()
        .collect();
    let told_to = if let Some((hint, end)) = hint(&rest) {
        // Of two names the one for which such a spelling is common: "Jon Smith, no H".
        let both = heard.first.is_some() && heard.last.is_some();
        let rank_max = if both { COMMON_RANK_MAX } else { u32::MAX };
        [&mut heard.last, &mut heard.first]
            .into_iter()
            .flatten()
            .any(|name| apply(name, &hint, rank_max));
        end
    } else {
        spell_runs(&rest, &mut heard)
    };
    if told_to > 0 && heard.last.is_none() {
        heard.last = closing_name(&rest[told_to..]);
    }
    heard
}

/// Takes all runs of letters, and tells where the last of them ends.
fn spell_runs(rest: &[Token], heard: &mut Heard) -> usize {
    let mut told_to = 0;
    let mut at = 0;
    while at < rest.len() {
        let end = run_end(rest, at);
        if end - at < RUN_MIN {
            at = end.max(at + 1);
            continue;
        }
        if let Some(letters) = spelling::spelled(&rest[at..end]) {
            spell(heard, letters.replace(' ', ""));
            told_to = end;
        }
        at = end;
    }
    told_to
}

/// Where the letters that begin at `at` end; a pause between two of them does not end them.
fn run_end(rest: &[Token], at: usize) -> usize {
    let mut end = at;
    let mut next = at;
    while let Some(after) = spelling::letter_end(rest, next) {
        end = after;
        next = after + usize::from(rest.get(after).is_some_and(Token::is_mark));
    }
    end
}

/// Puts spelled letters where they belong: the first name, the last, or both in one.
fn spell(heard: &mut Heard, letters: String) {
    let mut best = (DISTANCE_MAX, None);
    let mut offer = |distance: f64, first: Option<&str>, last: Option<&str>| {
        if distance <= best.0 {
            best = (
                distance,
                Some((first.map(str::to_owned), last.map(str::to_owned))),
            );
        }
    };
    let (first, last) = (heard.first.as_deref(), heard.last.as_deref());
    let cuts = letters
        .char_indices()
        .map(|(cut, _)| letters.split_at(cut))
        .skip(1);
    if let (Some(first), Some(last)) = (first, last) {
        for (front, back) in cuts {
            let apart = distance(first, front).max(distance(last, back));
            offer(apart, Some(front), Some(back));
        }
    } else if let Some(only) = first.or(last) {
        for (front, back) in cuts.filter(|(front, back)| *front == only && back.len() > 1) {
            offer(0.0, Some(front), Some(back));
        }
    }
    if let Some(first) = first {
        offer(distance(first, &letters), Some(&letters), last);
    }
    if let Some(last) = last {
        offer(distance(last, &letters), first, Some(&letters));
    }
    match best.1 {
        Some((first, last)) => (heard.first, heard.last) = (first, last),
        None if heard.last.is_none() => heard.last = Some(letters),
        None => {}
    }
}

/// How many letters differ, of those of the longer.
fn distance(name: &str, letters: &str) -> f64 {
    let longer = name.chars().count().max(letters.chars().count()).max(1);
    sounds::edits(name, letters) as f64 / longer as f64
}

/// What is said of the letters of a name.
#[derive(Debug, PartialEq)]
enum Hint {
    /// "With a K", "with a p h".
    With(String),
    /// "No H", "without the h".
    Without(char),
    /// "With two Ls".
    Twice(char),
    /// "With one L".
    Once(char),
}

impl Hint {
    fn holds_for(&self, name: &str) -> bool {
        let doubled = |letter: char| name.contains(&String::from_iter([letter, letter]));
        match self {
            Self::With(letters) => name.contains(letters.as_str()),
            Self::Without(letter) => !name.contains(*letter),
            Self::Twice(letter) => doubled(*letter),
            Self::Once(letter) => name.contains(*letter) && !doubled(*letter),
        }
    }

    /// Spellings that differ from a name by what the hint may mean.
    fn spellings(&self, name: &str) -> Vec<String> {
        let name: Vec<char> = name.chars().collect();
        let put = |at: usize, taken: usize, letters: &[char]| {
            let kept = name.get(at + taken..).unwrap_or_default();
            name[..at]
                .iter()
                .chain(letters)
                .chain(kept)
                .collect::<String>()
        };
        let places = 0..=name.len();
        match self {
            Self::With(letters) => {
                let letters: Vec<char> = letters.chars().collect();
                let ways = places.flat_map(|at| [0, 1, 2].map(|taken| (at, taken)));
                ways.map(|(at, taken)| put(at, taken, &letters)).collect()
            }
            Self::Without(_) | Self::Once(_) => places.map(|at| put(at, 1, &[])).collect(),
            Self::Twice(letter) => places.map(|at| put(at, 0, &[*letter])).collect(),
        }
    }
}

/// What is said of the spelling at the beginning of `rest`, and where it ends.
fn hint(rest: &[Token]) -> Option<(Hint, usize)> {
    let at = usize::from(rest.first().is_some_and(Token::is_mark));
    let article =
        |at: usize| at + usize::from(matches!(word(rest, at), "a" | "an" | "the" | "any"));
    let (told, letter_at): (fn(char) -> Hint, usize) = match (word(rest, at), word(rest, at + 1)) {
        ("no", _) => (Hint::Without, at + 1),
        ("without", _) => (Hint::Without, article(at + 1)),
        ("with", "no") => (Hint::Without, at + 2),
        ("with", "two" | "2" | "double") => (Hint::Twice, at + 2),
        ("with", "one" | "1" | "single") => (Hint::Once, at + 2),
        ("with", _) => return with(rest, article(at + 1)),
        _ => return None,
    };
    let named = word(rest, letter_at);
    let letter = named.trim_end_matches("'s");
    let letter = if letter.len() == 2 {
        letter.trim_end_matches('s')
    } else {
        letter
    };
    let mut letters = letter.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) if only.is_alphabetic() => Some((told(only), letter_at + 1)),
        _ => None,
    }
}

/// "With a K", "with a p h": the letters at `at`.
fn with(rest: &[Token], at: usize) -> Option<(Hint, usize)> {
    let is_letter = |token: &&Token| token.kind == Kind::Word && token.word.chars().count() == 1;
    let letters: String = rest
        .get(at..)?
        .iter()
        .take_while(is_letter)
        .take(2)
        .map(|token| token.word.as_str())
        .collect();
    let end = at + letters.chars().count();
    (end > at).then_some((Hint::With(letters), end))
}

/// Spells a name as the hint says, if there is such a name that sounds the same; whether there is.
fn apply(name: &mut String, hint: &Hint, rank_max: u32) -> bool {
    if hint.holds_for(name) {
        return true;
    }
    let rank = |name: &str| {
        [lexicon::first_rank(name), lexicon::last_rank(name)]
            .into_iter()
            .flatten()
            .min()
            .filter(|rank| *rank <= rank_max)
    };
    let sound = sounds::key(name);
    let likeliest = hint
        .spellings(name)
        .into_iter()
        .filter(|spelling| hint.holds_for(spelling))
        .filter(|spelling| sounds::edits(&sounds::key(spelling), &sound) <= 1)
        .filter_map(|spelling| Some((sounds::key(&spelling) != sound, rank(&spelling)?, spelling)))
        .min();
    let Some((_, _, spelling)) = likeliest else {
        return false;
    };
    *name = spelling;
    true
}

/// "Jon, j o n, Smith": the last name that closes what is said.
fn closing_name(rest: &[Token]) -> Option<String> {
    let mut words = rest.iter().filter(|token| !token.is_mark());
    let last = words.next()?;
    let name = last.kind == Kind::Word && last.word.chars().count() > 2 && !is_plain(&last.word);
    (name && words.next().is_none() && lexicon::last_rank(&last.word).is_some())
        .then(|| last.word.clone())
}
