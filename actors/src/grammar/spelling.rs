//! Puts spelled letters together: "s m i t h", "b as in boy", "double l", "bravo oscar".
//!
//! Owns the sounds and words that stand for letters. Called by `names`. Never decides whose name it is.

use super::names::is_particle;
use super::plain_words::is_plain;
use super::tokens::{Kind, Token, word};

/// Whether an utterance is letters for the most part: "r e i d", "romeo echo india delta". What begins with a name may
/// have letters after it; then only the words of the spelling alphabet tell.
pub(super) fn is_spelled(tokens: &[Token], from_the_first: bool) -> bool {
    let words = || tokens.iter().filter(|token| token.kind == Kind::Word);
    let coded = words()
        .filter(|token| alphabet(&token.word).is_some())
        .count();
    if coded >= 3 && coded * 2 > words().count() {
        return true;
    }
    let letters = words()
        .filter(|token| token.word.chars().count() == 1 && !token.is(&["a", "i"]))
        .count();
    let short = words()
        .filter(|token| token.word.chars().count() <= 2)
        .count();
    from_the_first && letters >= 1 && short >= 2 && (short + coded) * 2 >= words().count()
}

/// Words with which people part a first from a last name when they spell.
fn is_parting(word: &str) -> bool {
    matches!(
        word,
        "space" | "new" | "next" | "second" | "last" | "surname" | "then"
    )
}

/// The letters that the tokens spell, if most of them do spell; a space where the speller parts two names.
pub(super) fn spelled(tokens: &[Token]) -> Option<String> {
    let mut letters = String::new();
    let mut spelling = 0;
    let mut other = 0;
    let mut i = 0;
    while i < tokens.len() {
        if is_parting(&tokens[i].word) && !letters.is_empty() {
            if !letters.ends_with(' ') {
                letters.push(' ');
            }
            i += 1 + usize::from(matches!(word(tokens, i + 1), "word" | "name"));
            continue;
        }
        let Some((found, next)) = letters_at(tokens, i, spelling > 0) else {
            i += 1;
            continue;
        };
        // What sounds like a letter counts only beside true ones.
        let word = tokens[i].word.as_str();
        if word.chars().count() <= 2 && !is_particle(word)
            || next > i + 1
            || alphabet(word).is_some()
        {
            spelling += 1;
        } else if sound(word).is_none() {
            other += 1;
        }
        letters.push_str(&found);
        i = next;
    }
    (spelling >= 2 && spelling > other && letters.len() > 2).then_some(letters)
}

/// Where the letter at `i` ends, with "double" before it or an example after it; words that only sound like one are none.
pub(super) fn letter_end(tokens: &[Token], i: usize) -> Option<usize> {
    let token = tokens.get(i)?;
    let letter = token.kind == Kind::Word
        && (token.word.chars().count() == 1
            || token.word.chars().count() == 2 && !is_plain(&token.word)
            || token.word == "double"
            || alphabet(&token.word).is_some());
    letter
        .then(|| letters_at(tokens, i, true))
        .flatten()
        .map(|(_, next)| next.min(tokens.len()))
}

/// One letter, or the few that a recogniser ran together, at `i`; once `begun`, short words are letters too.
fn letters_at(tokens: &[Token], i: usize, begun: bool) -> Option<(String, usize)> {
    let token = tokens.get(i)?;
    if token.kind != Kind::Word {
        return None;
    }
    let name = token.word.as_str();
    if name == "double" {
        let (letter, next) = letters_at(tokens, i + 1, true)?;
        if letter.chars().count() == 1 {
            return Some((letter.repeat(2), next));
        }
        return Some(("w".to_owned(), i + 2)).filter(|_| word(tokens, i + 1) == "you");
    }
    if name.chars().count() == 1 {
        return Some((
            name.to_owned(),
            after_example(tokens, i, name).min(tokens.len()),
        ));
    }
    if name.chars().count() == 2 && name != "oh" && (begun || !is_plain(name)) {
        return Some((name.to_owned(), i + 1));
    }
    if let Some(letter) = sound(name).or_else(|| alphabet(name)) {
        return Some((letter.to_owned(), i + 1));
    }
    (!is_plain(name)).then(|| (name.replace('\'', ""), i + 1))
}

/// Where a letter ends with its example: "b as in boy", "b for boy", "b like boy", "b boy".
fn after_example(tokens: &[Token], i: usize, letter: &str) -> usize {
    if matches!(word(tokens, i + 1), "as" | "like" | "is") && word(tokens, i + 2) == "in" {
        return i + 4;
    }
    let example =
        |at: usize| word(tokens, at).starts_with(letter) && word(tokens, at).chars().count() > 2;
    if matches!(word(tokens, i + 1), "for" | "like") && example(i + 2) {
        return i + 3;
    }
    i + 1 + usize::from(example(i + 1))
}

/// A word that sounds like the name of a letter.
fn sound(word: &str) -> Option<&'static str> {
    Some(match word {
        "bee" | "be" => "b",
        "see" | "sea" | "cee" => "c",
        "dee" => "d",
        "ee" => "ee",
        "eff" | "ef" => "f",
        "gee" => "g",
        "aitch" | "haitch" | "age" => "h",
        "eye" | "i'm" => "i",
        "jay" => "j",
        "kay" => "k",
        "el" => "l",
        "em" => "m",
        "en" => "n",
        "oh" | "owe" => "o",
        "pee" | "pea" => "p",
        "queue" | "cue" => "q",
        "are" | "ar" => "r",
        "ess" | "es" => "s",
        "tee" | "tea" => "t",
        "you" | "ewe" => "u",
        "and" | "an" => "n",
        "vee" => "v",
        "ex" => "x",
        "why" | "wye" => "y",
        "zee" | "zed" => "z",
        _ => return None,
    })
}

/// The international spelling alphabet and its common substitutes.
fn alphabet(word: &str) -> Option<&'static str> {
    Some(match word {
        "alpha" | "alfa" | "apple" => "a",
        "bravo" | "boy" => "b",
        "charlie" | "cat" => "c",
        "delta" | "dog" => "d",
        "echo" | "easy" => "e",
        "foxtrot" => "f",
        "golf" => "g",
        "hotel" => "h",
        "india" => "i",
        "juliet" | "juliett" => "j",
        "kilo" => "k",
        "lima" => "l",
        "mike" => "m",
        "november" => "n",
        "oscar" => "o",
        "papa" => "p",
        "quebec" => "q",
        "romeo" => "r",
        "sierra" => "s",
        "tango" => "t",
        "uniform" => "u",
        "victor" => "v",
        "whiskey" | "whisky" => "w",
        "xray" => "x",
        "yankee" => "y",
        "zulu" => "z",
        _ => return None,
    })
}
