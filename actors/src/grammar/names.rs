//! Reads a person's name, and picks the likeliest among the recogniser's guesses.
//!
//! Owns the phrases that introduce a name. Called by `understand`. Never reads other people's names out of a
//! list of guests.

use super::context::Context;
use super::lexicon;
use super::name_corrections::corrected;
use super::name_leads::{fits, introduced};
use super::name_vote::{self, Ballot};
use super::plain_words::is_plain;
use super::reading::{Found, PersonName, Slot};
use super::spelled_names;
use super::spelling;
use super::tokens::{self, Kind, Token, word, word_before};

/// A name as it stands in one text.
pub(super) struct Heard {
    pub first: Option<String>,
    pub last: Option<String>,
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
    /// Where it was put together from letters: how well they fit, the higher the better.
    pub fit: Option<f64>,
}

/// Reads the name; only a direct answer is looked for in the other guesses too.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    nbest: &[String],
    context: &Context,
) -> Option<Found<PersonName>> {
    let asked = context.asked == Some(Slot::Name);
    let introduced = spelled_whole(tokens, asked).or_else(|| introduced(text, tokens, asked));
    if introduced.is_none() && !asked && tokens.len() > 4 {
        return None;
    }
    let heard = introduced.or_else(|| whole(text, tokens, asked));
    let lead = heard
        .as_ref()
        .map(|heard| (heard.start, heard.end, heard.confidence));
    let best = if asked || lead.is_some_and(|(start, end, _)| end - start + 2 >= text.len()) {
        best_guess(heard, text, nbest, asked)
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

/// Guesses of the recogniser that have a vote.
const GUESSES_MAX: usize = 8;
/// The same where letters were spelled: each guess then costs more than it adds.
const SPELLED_GUESSES_MAX: usize = 2;

/// What each place down the list of guesses costs spelled letters, in the units of their fit.
const SPELLED_PLACE_COST: f64 = 0.5;

/// Lets all guesses vote for the name; the text itself is the first of them. Of spelled guesses the best fit wins.
fn best_guess(heard: Option<Heard>, text: &str, nbest: &[String], asked: bool) -> Option<Heard> {
    let mut best_fit = heard.as_ref().and_then(|heard| heard.fit);
    let guesses_max = if best_fit.is_some() {
        SPELLED_GUESSES_MAX
    } else {
        GUESSES_MAX
    };
    let mut best = heard;
    let mut ballots: Vec<Ballot> = best.iter().map(ballot).collect();
    let others = nbest.iter().filter(|guess| *guess != text);
    for (place, guess) in (1..).zip(others).take(guesses_max) {
        let tokens = tokens::tokenise(guess);
        let Some(other) = spelled_whole(&tokens, asked)
            .or_else(|| introduced(guess, &tokens, asked))
            .or_else(|| whole(guess, &tokens, asked))
        else {
            continue;
        };
        ballots.push(ballot(&other));
        let fit = other
            .fit
            .map(|fit| fit - SPELLED_PLACE_COST * f64::from(place));
        if best.is_none() || best_fit.is_some() && fit > best_fit {
            best = Some(other);
            best_fit = fit;
        }
    }
    if best_fit.is_some() {
        return best;
    }
    let (first, last) = name_vote::elect(ballots);
    best.map(|heard| Heard {
        first,
        last,
        ..heard
    })
}

fn ballot(heard: &Heard) -> Ballot {
    Ballot {
        first: heard.first.clone(),
        last: heard.last.clone(),
    }
}

/// An answer that is nothing but letters, whatever polite words stand before them.
fn spelled_whole(tokens: &[Token], asked: bool) -> Option<Heard> {
    let opening = |token: &Token| token.is_mark() || token.word.len() > 1 && is_plain(&token.word);
    let head = tokens.iter().position(|token| !opening(token))?;
    let opens_with_letter = tokens[head].word.len() <= 2;
    let from_the_first =
        opens_with_letter || !is_listed(&tokens[head]) || runs_into_letters(&tokens[head..]);
    (asked && spelling::is_spelled(tokens, from_the_first))
        .then(|| spelled_at(tokens, 0))
        .flatten()
}

/// "emm a g o d w i n": the first letters were run together into what may be a name itself, and only letters follow; not
/// "Emma, e m m a", where they tell the name again.
fn runs_into_letters(tokens: &[Token]) -> bool {
    let mut words = tokens.iter().filter(|token| !token.is_mark());
    let Some(head) = words.next() else {
        return false;
    };
    let letters: Vec<&str> = words.map(|token| token.word.as_str()).collect();
    letters.iter().all(|letter| letter.len() <= 2)
        && letters
            .first()
            .is_some_and(|letter| letter.chars().next() != head.word.chars().next())
}

/// Makes a name of the words in a span.
pub(super) fn heard(tokens: &[Token], start: usize, end: usize, confidence: f32) -> Heard {
    let words: Vec<&str> = tokens[start..end]
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.word.as_str())
        .collect();
    let (first, last) = match words.as_slice() {
        [] => (None, None),
        [only] => one_name(only, tokens, start),
        words => {
            // A family name begins at its particle: "de la Cruz", "van der Berg".
            let particle = words[..words.len() - 1]
                .iter()
                .position(|word| is_particle(word));
            let cut = particle.unwrap_or(words.len() - 1);
            let last = words[cut..].join(" ").trim_end_matches("'s").to_owned();
            let first = words[..cut].first().map(|first| (*first).to_owned());
            (first, Some(last))
        }
    };
    Heard {
        first,
        last,
        start: tokens[start].start,
        end: tokens[end - 1].end,
        confidence,
        fit: None,
    }
}

/// Small words that open a family name.
pub(super) fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "de" | "del"
            | "la"
            | "las"
            | "los"
            | "van"
            | "von"
            | "der"
            | "den"
            | "di"
            | "da"
            | "dos"
            | "du"
            | "bin"
            | "al"
            | "ibn"
            | "st"
    )
}

/// Titles, which are no part of a name.
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "dr"
            | "mister"
            | "missus"
            | "doctor"
            | "professor"
            | "sir"
            | "madam"
    )
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
        || is_title(word_before(tokens, start, 1))
        || word_before(tokens, start, 1) == "under";
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

/// An utterance that is nothing but a name, said or spelled.
fn whole(text: &str, tokens: &[Token], asked: bool) -> Option<Heard> {
    if let Some(name) = plain_family(tokens)
        .or_else(|| plain_given(tokens))
        .or_else(|| at_the_head(text, tokens))
        .filter(|_| asked)
    {
        return Some(corrected(tokens, name));
    }
    if is_question(tokens) {
        return None;
    }
    let names: Vec<usize> = (0..tokens.len())
        .filter(|i| fits(text, &tokens[*i], false) && tokens[*i].word.len() > 1)
        .filter(|i| !is_ordinary(tokens, *i))
        .collect();
    let (first, last) = (*names.first()?, *names.last()?);
    let likely = names.len() <= 3
        && names.iter().all(|i| is_listed(&tokens[*i]))
        && names.len() == tokens.iter().filter(|token| !token.is_mark()).count();
    if !(asked && names.len() <= 4 || likely && names.len() >= 2) {
        return None;
    }
    let mut end = first + 1;
    while end <= last && end < first + 4 && names.contains(&end) {
        end += 1;
    }
    if asked
        && end <= last
        && tokens[end].is(&["and", "a", "an", "the"])
        && names.contains(&(end + 1))
    {
        // "Nora and Quist": a recogniser's filler between two names.
        let joined = Heard {
            first: Some(tokens[first].word.clone()),
            last: Some(tokens[end + 1].word.clone()),
            start: tokens[first].start,
            end: tokens[end + 1].end,
            confidence: 0.5,
            fit: None,
        };
        return Some(joined);
    }
    let name = heard(tokens, first, end, if asked { 0.85 } else { 0.5 });
    Some(corrected(tokens, name))
}

/// "Okay, and is there a minimum": what asks something has no name in it but one that is introduced.
fn is_question(tokens: &[Token]) -> bool {
    let opening = |token: &Token| {
        token.is_mark()
            || token.is_any("and|so|but|okay|ok|yeah|yes|no|sure|then|also|oh|well|hi|hello")
    };
    let first = tokens.iter().position(|token| !opening(token)).unwrap_or(0);
    let (one, two) = (word(tokens, first), word(tokens, first + 1));
    match one {
        "how" | "what" | "what's" | "where" | "when" | "which" | "why" => true,
        "is" | "are" => matches!(
            two,
            "there" | "it" | "that" | "this" | "they" | "you" | "the"
        ),
        "do" | "does" | "can" | "could" | "will" | "would" | "should" => {
            matches!(two, "i" | "we" | "you" | "it" | "they" | "the" | "there")
        }
        _ => false,
    }
}

/// "Nora. And I'd like a table by the window": an answer before something else.
fn at_the_head(text: &str, tokens: &[Token]) -> Option<Heard> {
    let polite =
        |token: &Token| token.is_mark() || token.is_any("yes|sure|yeah|okay|hi|hello|it's|oh");
    let start = tokens.iter().position(|token| !polite(token))?;
    let length = tokens[start..]
        .iter()
        .take_while(|token| fits(text, token, false) && token.word.len() > 1)
        .count();
    let end = start + length;
    let closed = tokens.get(end).is_some_and(Token::is_mark);
    ((1..=3).contains(&length)
        && closed
        && is_listed(&tokens[start])
        && !is_ordinary(tokens, start))
    .then(|| heard(tokens, start, end, 0.85))
}

/// "Will": a given name that is a plain word as well, said alone.
fn plain_given(tokens: &[Token]) -> Option<Heard> {
    let [only] = tokens else {
        return None;
    };
    let given =
        is_plain(&only.word) && lexicon::first_rank(&only.word).is_some_and(|rank| rank < 1500);
    given.then(|| heard(tokens, 0, 1, 0.7))
}

/// "Nora Young": two words of which the second is a family name that is a plain word as well.
fn plain_family(tokens: &[Token]) -> Option<Heard> {
    let [first, last] = tokens else {
        return None;
    };
    let given = lexicon::first_rank(&first.word).is_some() && !is_plain(&first.word);
    let family = is_plain(&last.word)
        && last.word.len() > 2
        && lexicon::last_rank(&last.word).is_some_and(|rank| rank < 5000);
    (given && family).then(|| heard(tokens, 0, 2, 0.8))
}

/// "Works for me", "my wife": an ordinary word is no name, unless it is a family name after a given one: "Nora Bird".
pub(super) fn is_ordinary(tokens: &[Token], i: usize) -> bool {
    let given = |word: &str| lexicon::first_rank(word).is_some_and(|rank| rank < 1500);
    let family = lexicon::last_rank(&tokens[i].word).is_some() && given(word_before(tokens, i, 1));
    lexicon::is_ordinary(&tokens[i].word) && !family
}

fn is_listed(token: &Token) -> bool {
    lexicon::first_rank(&token.word).is_some() || lexicon::last_rank(&token.word).is_some()
}

pub(super) fn spelled_at(tokens: &[Token], i: usize) -> Option<Heard> {
    let rest = &tokens[i..];
    let letters = spelling::spelled(rest)?;
    let name = spelled_names::read(&letters);
    Some(Heard {
        first: name.first,
        last: name.last,
        start: rest.first()?.start,
        end: rest.last()?.end,
        confidence: 0.7,
        fit: Some(name.fit),
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
            up = matches!(c, '\'' | ' ');
            raised
        })
        .collect()
}
