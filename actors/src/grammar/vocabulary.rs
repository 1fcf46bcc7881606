//! The business's own words: what it serves, which diets it knows, what people celebrate.
//!
//! Owns how such words are found in an utterance. Filled from the business's profile, read by `menu`, `intents` and
//! `scope`. Never knows a dish by itself.

use serde::{Deserialize, Serialize};

use super::tokens::{Kind, Token, word};
use super::wording::Wording;

/// Words of the business's own, lower case; each may be several words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form")]
pub struct Vocabulary {
    /// What is chosen by each guest, such as `chicken`.
    pub proteins: Vec<String>,
    /// What costs extra, such as `filet mignon`.
    pub upgrades: Vec<String>,
    /// Words of diets and allergies beside those that English has anyway.
    pub dietary: Vec<String>,
    /// Occasions of parties beside those that English has anyway.
    pub occasions: Vec<String>,
    /// Anything else that is no news to the business: packages, places.
    pub other: Vec<String>,
}

/// How a vocabulary may stand in a journal: once it was a plain list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Plain(Vec<String>),
    Lists {
        #[serde(default)]
        proteins: Vec<String>,
        #[serde(default)]
        upgrades: Vec<String>,
        #[serde(default)]
        dietary: Vec<String>,
        #[serde(default)]
        occasions: Vec<String>,
        #[serde(default)]
        other: Vec<String>,
    },
}

impl From<Form> for Vocabulary {
    fn from(form: Form) -> Self {
        match form {
            Form::Plain(other) => Self {
                other,
                ..Self::default()
            },
            Form::Lists {
                proteins,
                upgrades,
                dietary,
                occasions,
                other,
            } => Self {
                proteins,
                upgrades,
                dietary,
                occasions,
                other,
            },
        }
    }
}

impl Vocabulary {
    /// Whether an utterance holds any of the words.
    pub(super) fn in_wording(&self, wording: &Wording) -> bool {
        let lists = [
            &self.proteins,
            &self.upgrades,
            &self.dietary,
            &self.occasions,
            &self.other,
        ];
        let mut words = lists.into_iter().flatten();
        words.any(|word| wording.says(word))
    }
}

/// The phrase of a list that stands at `i`, the longest of them, and where it ends.
pub(super) fn longest_at<'a>(
    tokens: &[Token],
    i: usize,
    phrases: impl IntoIterator<Item = &'a str>,
) -> Option<(usize, &'a str)> {
    let first = tokens.get(i)?.word.as_bytes().first();
    phrases
        .into_iter()
        .filter(|phrase| phrase.as_bytes().first() == first)
        .filter_map(|phrase| Some((phrase_at(tokens, i, phrase)?, phrase)))
        .max_by_key(|(end, _)| *end)
}

/// Where a phrase that stands at `i` ends: word for word, the last also in the plural or as an owner.
pub(super) fn phrase_at(tokens: &[Token], i: usize, phrase: &str) -> Option<usize> {
    let mut at = i;
    let mut words = phrase
        .split([' ', '-'])
        .filter(|part| !part.is_empty())
        .peekable();
    words.peek()?;
    while let Some(part) = words.next() {
        let said = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        let last = words.peek().is_none();
        if !(said.word == part || last && is_form_of(&said.word, part)) {
            return None;
        }
        at += 1;
        // "Gluten-free" with its hyphen.
        at += usize::from(!last && word(tokens, at) == "-");
    }
    Some(at)
}

/// Whether a word is another with an ending of the plural.
fn is_form_of(said: &str, base: &str) -> bool {
    let endings = ["s", "es", "'s"];
    let plural = said
        .strip_prefix(base)
        .is_some_and(|ending| endings.contains(&ending));
    let changed = base
        .strip_suffix('y')
        .filter(|stem| !stem.is_empty())
        .is_some_and(|stem| said.strip_prefix(stem) == Some("ies"));
    plural || changed
}
