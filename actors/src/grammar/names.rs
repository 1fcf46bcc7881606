//! Reads a person's name, and picks the likeliest among the recogniser's guesses.
//!
//! Owns the phrases that introduce a name. Called by `understand`. Never reads other people's names out of a
//! list of guests.

use super::calendar;
use super::lexicon;
use super::numbers;
use super::plain_words::is_plain;
use super::reading::{Context, Found, PersonName, Slot};
use super::spelling;
use super::tokens::{self, Kind, Token, says, word, word_before};

/// A name as it stands in one text.
struct Heard {
    first: Option<String>,
    last: Option<String>,
    start: usize,
    end: usize,
    confidence: f32,
}

/// Reads the name; only a direct answer is looked for in the other guesses too.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    nbest: &[String],
    context: &Context,
) -> Option<Found<PersonName>> {
    let asked = context.asked == Some(Slot::Name);
    let introduced = introduced(text, tokens, asked);
    if introduced.is_none() && !asked && tokens.len() > 4 {
        return None;
    }
    let heard = introduced.or_else(|| whole(text, tokens, asked));
    let lead = heard
        .as_ref()
        .map(|heard| (heard.start, heard.end, heard.confidence));
    let best = if asked || lead.is_some_and(|(start, end, _)| end - start + 2 >= text.len()) {
        best_guess(heard, nbest, asked)
    } else {
        heard
    }?;
    let (start, end, confidence) = lead.unwrap_or((0, text.len(), 0.5));
    Some(Found {
        value: PersonName {
            first: best.first.map(|name| capitalised(&name)),
            last: best.last.map(|name| capitalised(&name)),
        },
        start,
        end,
        confidence,
    })
}

/// What each place down the list of guesses costs, in units of log frequency.
const GUESS_COST: f64 = 1.0;

fn best_guess(heard: Option<Heard>, nbest: &[String], asked: bool) -> Option<Heard> {
    let score = |heard: &Heard, place: usize| {
        lexicon::likelihood(heard.first.as_deref(), heard.last.as_deref())
            - GUESS_COST * place as f64
    };
    let mut best = heard.map(|heard| (score(&heard, 0), heard));
    for (place, guess) in nbest.iter().enumerate().take(10) {
        let tokens = tokens::tokenise(guess);
        let Some(other) =
            introduced(guess, &tokens, asked).or_else(|| whole(guess, &tokens, asked))
        else {
            continue;
        };
        let other_score = score(&other, place);
        if best.as_ref().is_none_or(|(score, _)| other_score > *score) {
            best = Some((other_score, other));
        }
    }
    best.map(|(_, heard)| heard)
}

/// How surely a phrase introduces a name.
#[derive(Clone, Copy, PartialEq)]
enum Lead {
    /// "My name is": whatever follows is a name.
    Strong,
    /// "This is": only what looks like a name is one.
    Weak,
}

/// The name after a phrase that introduces one, or before one that closes it.
fn introduced(text: &str, tokens: &[Token], asked: bool) -> Option<Heard> {
    let cased = text.chars().any(char::is_lowercase)
        && tokens.iter().skip(1).any(|token| is_capital(text, token));
    let mut found: Option<Heard> = None;
    for i in 0..tokens.len() {
        let Some((lead, at)) = lead_at(tokens, i, asked) else {
            continue;
        };
        let Some(next) = name_at(text, tokens, at, lead, cased) else {
            continue;
        };
        match found.as_mut() {
            None => found = Some(next),
            // "My first name is Shanda, my last name is Wenske".
            Some(heard)
                if heard.last.is_none() && next.first.is_none() && next.start > heard.end =>
            {
                heard.last = next.last;
                heard.end = next.end;
            }
            Some(_) => {}
        }
    }
    found
        .or_else(|| closed(text, tokens, cased))
        .or_else(|| capital_pair(text, tokens, cased))
        .map(|heard| as_spelled(tokens, heard))
}

/// "Delgado, d e l g a d o": the letters spelled after a name correct it.
fn as_spelled(tokens: &[Token], mut heard: Heard) -> Heard {
    let rest: Vec<Token> = tokens
        .iter()
        .filter(|token| token.start >= heard.end)
        .cloned()
        .collect();
    let begin = rest
        .iter()
        .position(|token| token.kind == Kind::Word && token.word.len() == 1);
    let Some(letters) = begin.and_then(|begin| spelling::spelled(&rest[begin..])) else {
        return heard;
    };
    let like = |name: &Option<String>| {
        name.as_ref()
            .is_some_and(|name| name[..1] == letters[..1] || *name == letters)
    };
    if like(&heard.last) || heard.last.is_none() && !like(&heard.first) {
        heard.last = Some(letters);
    } else if like(&heard.first) {
        heard.first = Some(letters);
    }
    heard
}

/// A phrase at `i` that introduces a name, and where the name begins.
fn lead_at(tokens: &[Token], i: usize, asked: bool) -> Option<(Lead, usize)> {
    const STRONG: &[&[&str]] = &[
        &["name", "is"],
        &["name's"],
        &["names"],
        &["name", "of"],
        &["under", "the", "name"],
        &["name", "on", "it", "is"],
        &["call", "me"],
        &["called", "me"],
        &["name", "was"],
        &["name", "would", "be"],
        &["name", "will", "be"],
        &["name", "should", "be"],
        &["call", "be"],
        &["surname", "is"],
        &["last", "name"],
        &["first", "name"],
        &["full", "name"],
    ];
    const WEAK: &[&[&str]] = &[
        &["under"],
        &["this", "is"],
        &["i'm"],
        &["i", "am"],
        &["im"],
        &["it", "is"],
        &["speaking", "with"],
        &["booked", "by"],
        &["by"],
        &["for"],
        &["i'm", "with"],
        &["speaking", "to"],
        &["from"],
        &["mr"],
        &["mrs"],
        &["ms"],
        &["miss"],
        &["it's"],
        &["its"],
        &["name"],
        &["with"],
    ];
    let longest = |list: &[&[&str]]| {
        list.iter()
            .filter(|phrase| says(tokens, i, phrase))
            .map(|phrase| phrase.len())
            .max()
    };
    // "The dentist's name is": somebody else's.
    if matches!(word(tokens, i), "name" | "names") && is_others(word_before(tokens, i, 1)) {
        return None;
    }
    let plain_name = word(tokens, i) == "name"
        && (i == 0 || matches!(word_before(tokens, i, 1), "my" | "full" | "the"));
    if let Some(length) = longest(STRONG).filter(|_| !says(tokens, i, &["name", "of", "the"])) {
        let mut at = i + length;
        while matches!(
            word(tokens, at),
            "of" | "is"
                | "for"
                | ":"
                | "-"
                | "'"
                | ","
                | "it's"
                | "mr"
                | "mrs"
                | "ms"
                | "miss"
                | "dr"
                | "."
        ) {
            at += 1;
        }
        return Some((Lead::Strong, at));
    }
    if plain_name {
        return Some((Lead::Strong, i + 1));
    }
    let length = longest(WEAK)?;
    let lead = if asked && !matches!(word(tokens, i), "for" | "from" | "with") {
        Lead::Strong
    } else {
        Lead::Weak
    };
    let at = i
        + length
        + usize::from(matches!(
            word(tokens, i + length),
            "mr" | "mrs" | "ms" | "miss" | "dr"
        ));
    Some((
        lead,
        at + usize::from(word(tokens, at) == "." && tokens[at].glued),
    ))
}

fn is_others(owner: &str) -> bool {
    owner.ends_with("'s") && !matches!(owner, "reservation's" | "booking's" | "party's" | "table's")
}

fn is_capital(text: &str, token: &Token) -> bool {
    token.kind == Kind::Word
        && text[token.start..]
            .chars()
            .next()
            .is_some_and(char::is_uppercase)
}

/// Whether a token can be part of a name at all.
fn fits(text: &str, token: &Token, cased: bool) -> bool {
    let listed_capital = is_capital(text, token) && cased;
    token.kind == Kind::Word
        && (!is_plain(&token.word)
            || (listed_capital
                && lexicon::first_rank(&token.word).is_some_and(|rank| rank < 3000)
                && token.word.len() > 2))
        && !(calendar::weekday(&token.word).is_some() && token.word.len() > 3)
        && !(calendar::month(&token.word).is_some()
            && !matches!(
                token.word.as_str(),
                "april" | "june" | "may" | "august" | "jan"
            ))
        && !numbers::is_number_word(&token.word)
        && (!cased || is_capital(text, token))
}

/// Reads up to three words of a name at `i`.
fn name_at(text: &str, tokens: &[Token], i: usize, lead: Lead, cased: bool) -> Option<Heard> {
    let strict_case =
        cased && (lead == Lead::Weak || tokens.get(i).is_some_and(|token| is_capital(text, token)));
    let mut end = i;
    let mut words = 0;
    while end < tokens.len() && words < 3 && fits(text, &tokens[end], strict_case) {
        end += 1;
        words += 1;
        // "Maria R. Delgado"
        let initial = tokens[end - 1].word.len() == 1 && word(tokens, end) == ".";
        let goes_on = tokens
            .get(end + 1)
            .is_some_and(|next| fits(text, next, strict_case));
        end += usize::from(initial && goes_on);
    }
    if end == i {
        return None;
    }
    if lead == Lead::Strong && !cased {
        if let Some(spelled) = spelled_at(tokens, i) {
            return Some(spelled);
        }
    }
    if lead == Lead::Weak {
        let first = &tokens[i];
        let known = lexicon::first_rank(&first.word).is_some_and(|rank| rank < 3000);
        let family = lexicon::last_rank(&first.word).is_some_and(|rank| rank < 3000);
        let looks = if strict_case {
            let led = matches!(
                word_before(tokens, i, 1),
                "this" | "is" | "i'm" | "am" | "under" | "it's"
            );
            known || end > i + 1 && led || led && family
        } else {
            known && !first.word.ends_with("ing") && (end == i + 2 || followed_by_end(tokens, end))
                || word_before(tokens, i, 1) == "under"
        };
        if !looks {
            return None;
        }
    }
    Some(heard(
        tokens,
        i,
        end,
        if lead == Lead::Strong { 0.9 } else { 0.75 },
    ))
}

fn followed_by_end(tokens: &[Token], end: usize) -> bool {
    tokens.get(end).is_none_or(|token| {
        token.is_mark()
            || token.is(&[
                "and", "i", "calling", "here", "speaking", "from", "my", "at", "on", "for",
            ])
    })
}

/// Makes a name of the words in a span.
fn heard(tokens: &[Token], start: usize, end: usize, confidence: f32) -> Heard {
    let words: Vec<&str> = tokens[start..end]
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.word.as_str())
        .collect();
    let (first, last) = match words.as_slice() {
        [] => (None, None),
        [only] => one_name(only, tokens, start),
        [first, .., last] => (
            Some((*first).to_owned()),
            Some((*last).trim_end_matches("'s").to_owned()),
        ),
    };
    Heard {
        first,
        last,
        start: tokens[start].start,
        end: tokens[end - 1].end,
        confidence,
    }
}

/// One word alone: a family name where it is far likelier to be one.
fn one_name(name: &str, tokens: &[Token], start: usize) -> (Option<String>, Option<String>) {
    let name = name.trim_end_matches("'s");
    let said =
        |words: &[&str]| (1..4).any(|back| words.contains(&word_before(tokens, start, back)));
    if said(&["first", "given", "forename"]) {
        return (Some(name.to_owned()), None);
    }
    let title = said(&["last", "surname", "family"])
        || matches!(
            word_before(tokens, start, 1),
            "mr" | "mrs" | "ms" | "miss" | "dr" | "under"
        );
    let first = lexicon::first_rank(name);
    let last = lexicon::last_rank(name);
    let family = title
        || match (first, last) {
            (Some(first), Some(last)) => first > 1000 && last < first,
            (None, _) => true,
            (Some(_), None) => false,
        };
    if family {
        (None, Some(name.to_owned()))
    } else {
        (Some(name.to_owned()), None)
    }
}

/// "Flo Fisher here", "Maria Delgado speaking", "Leonard Kotter, that is my name".
fn closed(text: &str, tokens: &[Token], cased: bool) -> Option<Heard> {
    let at = (1..tokens.len()).find(|at| {
        word(tokens, *at) == "here" && (*at < 4)
            || word(tokens, *at) == "speaking" && *at < 4
            || says(tokens, *at, &["is", "my", "name"])
            || says(tokens, *at, &["that", "is", "my", "name"])
            || says(tokens, *at, &["is", "the", "name"])
            || says(tokens, *at, &["is", "what", "you", "can", "call"])
    })?;
    let end = at - usize::from(tokens[at - 1].is_mark());
    let mut start = end;
    while start > 0 && start + 3 > end && fits(text, &tokens[start - 1], cased) {
        start -= 1;
    }
    (start < end).then(|| heard(tokens, start, end, 0.85))
}

/// Two capitalised words in a row of which the first is a given name.
fn capital_pair(text: &str, tokens: &[Token], cased: bool) -> Option<Heard> {
    if !cased {
        return None;
    }
    (0..tokens.len().saturating_sub(1)).find_map(|i| {
        let pair = fits(text, &tokens[i], true) && fits(text, &tokens[i + 1], true);
        let known = lexicon::first_rank(&tokens[i].word).is_some();
        let family =
            lexicon::last_rank(&tokens[i + 1].word).is_some() || !is_plain(&tokens[i + 1].word);
        {
            let before = word_before(tokens, i, 1);
            let others = matches!(before, "see" | "visit" | "called" | "dr" | "doctor")
                || before == "." && word_before(tokens, i, 2) == "dr";
            pair && known && family && !others && !is_plain(&tokens[i].word)
        }
        .then(|| heard(tokens, i, i + 2, 0.6))
    })
}

/// An utterance that is nothing but a name, said or spelled.
fn whole(text: &str, tokens: &[Token], asked: bool) -> Option<Heard> {
    let opens_with_letter = tokens.first().is_some_and(|token| token.word.len() <= 2);
    if asked && (opens_with_letter || !starts_with_name(tokens)) {
        if let Some(spelled) = spelled_at(tokens, 0) {
            return Some(spelled);
        }
    }
    let names: Vec<usize> = (0..tokens.len())
        .filter(|i| fits(text, &tokens[*i], false))
        .collect();
    let (first, last) = (*names.first()?, *names.last()?);
    let listed = |i: &usize| {
        lexicon::first_rank(&tokens[*i].word).is_some()
            || lexicon::last_rank(&tokens[*i].word).is_some()
    };
    let likely = names.len() <= 3
        && names.iter().all(listed)
        && names.len() == tokens.iter().filter(|token| !token.is_mark()).count();
    if !(asked && names.len() <= 4 || likely && names.len() >= 2) {
        return None;
    }
    let mut end = first + 1;
    while end <= last && end < first + 3 && names.contains(&end) {
        end += 1;
    }
    if asked
        && end <= last
        && tokens[end].is(&["and", "a", "an", "the"])
        && names.contains(&(end + 1))
    {
        // "Deborah and Atkinson": a recogniser's filler between two names.
        let joined = Heard {
            first: Some(tokens[first].word.clone()),
            last: Some(tokens[end + 1].word.clone()),
            start: tokens[first].start,
            end: tokens[end + 1].end,
            confidence: 0.5,
        };
        return Some(joined);
    }
    let name = heard(tokens, first, end, if asked { 0.85 } else { 0.5 });
    Some(as_spelled(tokens, name))
}

fn starts_with_name(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| {
        lexicon::first_rank(&token.word).is_some() || lexicon::last_rank(&token.word).is_some()
    })
}

fn spelled_at(tokens: &[Token], i: usize) -> Option<Heard> {
    let rest = &tokens[i..];
    let letters = spelling::spelled(rest)?;
    let (first, last) = spelling::split(&letters);
    Some(Heard {
        first,
        last,
        start: rest.first()?.start,
        end: rest.last()?.end,
        confidence: 0.7,
    })
}

/// "delgado" to "Delgado", "o'neill" to "O'Neill".
fn capitalised(name: &str) -> String {
    let mut up = true;
    name.chars()
        .flat_map(|c| {
            let raised: Vec<char> = if up {
                c.to_uppercase().collect()
            } else {
                vec![c]
            };
            up = c == '\'';
            raised
        })
        .collect()
}
