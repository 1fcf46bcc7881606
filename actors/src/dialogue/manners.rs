//! Owns what is not business: small talk, rudeness, a caller who speaks another language. Called by the policy before all
//! else.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use crate::call::Outcome;
use crate::grammar::{Language, Understanding};

/// Words that a caller in anger says, and hardly anybody else.
const RUDE: &[&str] = &[
    "fuck", "fucking", "shit", "asshole", "bitch", "bullshit", "idiot", "stupid",
];
/// What is asked of a host out of politeness, and by those who wonder whom they talk with.
const SMALL_TALK: &[&str] = &["how are you", "how's it going", "how are things"];
const WHO_ARE_YOU: &[&str] = &[
    "are you a robot",
    "are you a real person",
    "are you human",
    "am i talking to a machine",
    "is this a machine",
    "is this a recording",
    "are you a bot",
];

/// Tells whether words, lower case, are about manners and have an answer here.
pub(super) fn is_courtesy(words: &str) -> bool {
    let courtesies = SMALL_TALK.iter().chain(WHO_ARE_YOU);
    is_rude(words) || courtesies.copied().any(|phrase| words.contains(phrase))
}

fn is_rude(words: &str) -> bool {
    words
        .split(|one: char| !one.is_alphanumeric())
        .any(|word| RUDE.contains(&word))
}

impl Dialogue {
    /// Takes a turn that is about manners; `None` leaves it to the rest of the policy.
    pub(super) fn manners(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        if reading.language == Some(Language::Spanish) {
            return Some(self.in_spanish());
        }
        let words = words.to_lowercase();
        if is_rude(&words) {
            return self.rude();
        }
        let says_nothing_else =
            reading.date.is_none() && reading.time.is_none() && reading.party_size.is_none();
        let said = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        if says_nothing_else && said(WHO_ARE_YOU) {
            return Some(self.after(phrases::I_AM_A_MACHINE));
        }
        if says_nothing_else && said(SMALL_TALK) {
            return Some(self.after(phrases::VERY_WELL));
        }
        None
    }

    /// Somebody who speaks Spanish is put through to a person, or leaves a message; the words are few and fixed.
    fn in_spanish(&mut self) -> Reply {
        if self.person_was_tried() {
            let line = Line::fixed(phrases::SPANISH_GOODBYE);
            return Reply::then(Next::Leave(line, Outcome::PersonWanted));
        }
        Reply {
            say: Some(Line::fixed(phrases::SPANISH_ONE_MOMENT)),
            next: Next::HandOver(Outcome::PersonWanted),
        }
    }

    /// The first rude word is passed over with a kind one; after the second a person takes over. What else was said with
    /// the first counts.
    fn rude(&mut self) -> Option<Reply> {
        if self.was_rude {
            return Some(self.person(Outcome::PersonWanted));
        }
        self.was_rude = true;
        Some(self.after(phrases::KIND_WORD))
    }
}
