//! Owns the answers to what callers ask: prices, hours, area, menu, diets, and what else the profile tells. Called by the
//! policy when a turn brought nothing for a booking. Every answer comes from the profile; after it the open question is put
//! again.

use super::conversation::Dialogue;
use super::manners::is_courtesy;
use super::phrases;
use super::reply::Reply;
use crate::grammar::{Intent, OpenQuestion, Understanding};
use crate::types::{Answer, Profile};
use jiff::civil::DateTime;
use std::borrow::Cow;

impl Dialogue {
    /// Answers a question, if it is one that the profile knows.
    pub(super) fn answer(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        let answers = reading.has(Intent::Affirm) || reading.has(Intent::Deny);
        if answers && !asks(&words.to_lowercase(), reading) {
            return None;
        }
        let known = self.answer_in_words(&words.to_lowercase(), reading, now);
        let answer = known.or_else(|| match &reading.open_question {
            Some(OpenQuestion::Answered(answer)) => Some(answer.clone()),
            Some(OpenQuestion::Unknown) | None => None,
        })?;
        Some(self.after(&answer))
    }

    /// Tells what the party costs, once that was asked for and is known.
    pub(super) fn price(&self) -> Option<String> {
        if !self.price_wanted {
            return None;
        }
        let quote = self.slots.quote(&self.settings.profile)?;
        Some(phrases::quoted(&quote, &self.settings.profile))
    }

    /// Leaves away a name that was found in a question: "what if it rains" is nobody's.
    pub(super) fn without_asking_for_a_name<'a>(
        &self,
        reading: Cow<'a, Understanding>,
    ) -> Cow<'a, Understanding> {
        if !self.asks || reading.name.is_none() {
            return reading;
        }
        let mut reading = reading.into_owned();
        reading.name = None;
        Cow::Owned(reading)
    }

    fn answer_in_words(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<String> {
        let profile = self.settings.profile.clone();
        if let Some(known) = by_keyword(&profile.questions, words) {
            return Some(known.answer.clone());
        }
        if !reading.dietary.is_empty() {
            let allergy = reading.dietary.iter().any(|need| need.value.allergy);
            let diet = by_keyword(&profile.menu.diets, words).filter(|_| !allergy);
            let answer = diet.map_or(&profile.menu.allergies, |diet| &diet.answer);
            return (!answer.is_empty()).then(|| answer.clone());
        }
        let allergic = ["allergic", "allergy", "allergies"];
        if allergic.iter().any(|word| words.contains(word)) && !profile.menu.allergies.is_empty() {
            return Some(profile.menu.allergies.clone());
        }
        if reading.has(Intent::AskPrice) {
            let rule = words.contains("minimum");
            let quoted = self.price().filter(|_| !rule);
            self.price_wanted &= quoted.is_none();
            return Some(quoted.unwrap_or_else(|| phrases::prices(&profile)));
        }
        if asks_how_long(words) {
            return Some(phrases::length(&profile.capacity, self.slots.party_size));
        }
        if reading.has(Intent::AskHours) {
            return Some(phrases::hours(&self.settings, now.date()));
        }
        if asks_where(words) {
            let zip = self.slots.place.zip.clone();
            return Some(phrases::area(&profile.area, zip.as_deref()));
        }
        reading
            .has(Intent::AskMenu)
            .then(|| phrases::menu(&profile))
            .filter(|line| !line.is_empty())
    }
}

/// Tells whether a turn with a yes or a no in it asks something as well: "yes, but how do I pay?"
fn asks(words: &str, reading: &Understanding) -> bool {
    let padded = format!(" {} ", plain(words));
    let opens = [
        "how",
        "what",
        "where",
        "when",
        "do you",
        "does it",
        "do i",
        "do we",
        "can i",
        "can you",
        "can we",
        "is there",
        "are there",
        "is it",
        "will you",
        "will there",
        "should i",
        "should we",
    ];
    words.contains('?')
        || [Intent::AskPrice, Intent::AskMenu, Intent::AskHours]
            .into_iter()
            .any(|intent| reading.has(intent))
        || opens
            .iter()
            .any(|opening| padded.contains(&format!(" {opening} ")))
}

/// How a question begins about the party or about us. Who only asks for a booking begins otherwise.
const QUESTIONS: [&str; 36] = [
    "what if",
    "what happens",
    "what about",
    "what do",
    "what does",
    "what should",
    "what kind",
    "how do",
    "how does",
    "how long",
    "how big",
    "how loud",
    "how many chefs",
    "how much space",
    "why do",
    "why is",
    "where do",
    "where does",
    "when do",
    "when does",
    "who brings",
    "do i",
    "do we",
    "does the",
    "does it",
    "should i",
    "should we",
    "is it",
    "is the",
    "are the",
    "are there",
    "can my",
    "can our",
    "can i bring",
    "can we bring",
    "will you bring",
];
/// Words before a question that ask nothing.
const BEFORE_A_QUESTION: [&str; 12] = [
    "and", "but", "so", "oh", "um", "uh", "well", "okay", "hey", "hi", "also", "wait",
];

/// Tells whether words ask something about the party or about us, and give no name.
pub(super) fn is_question(words: &str) -> bool {
    let words = plain(words);
    let mut asked = words.as_str();
    while let Some((first, rest)) = asked.split_once(' ')
        && BEFORE_A_QUESTION.contains(&first)
    {
        asked = rest;
    }
    let begins = |start: &&str| {
        let rest = asked.strip_prefix(*start);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    let names = [" name", " under "];
    QUESTIONS.iter().any(begins) && !names.iter().any(|name| asked.contains(name))
}

/// Tells whether a caller asks how long a party lasts.
fn asks_how_long(words: &str) -> bool {
    let padded = format!(" {} ", plain(words));
    let lasts = [
        "last", "lasts", "take", "takes", "party", "event", "stay", "there", "show",
    ];
    padded.contains(" how long ")
        && !padded.contains(" wait ")
        && lasts
            .iter()
            .any(|word| padded.contains(&format!(" {word} ")))
}

/// Tells whether a caller asks where we come to. Who says that a chef is to come to the house asks nothing.
fn asks_where(words: &str) -> bool {
    let padded = format!(" {} ", plain(words));
    let has = |phrases: &[&str]| {
        let said = |phrase: &&str| padded.contains(&format!(" {phrase} "));
        phrases.iter().any(said)
    };
    let asks = [
        "do", "does", "can", "could", "would", "will", "are", "is", "where", "which", "what",
        "how far",
    ];
    let comes = [
        "come to",
        "come out to",
        "come out here",
        "come over to",
        "come all the way",
        "come down to",
        "come up to",
        "go to",
        "go out to",
        "travel to",
        "drive to",
        "deliver",
        "deliver to",
        "serve",
        "service",
        "cover",
        "service area",
        "in my area",
        "in our area",
        "how far",
    ];
    has(&asks) && has(&comes)
}

/// Tells whether the profile or good manners have an answer to these words without anybody's help.
pub(crate) fn is_known(profile: &Profile, words: &str, reading: &Understanding) -> bool {
    let words = words.to_lowercase();
    by_keyword(&profile.questions, &words).is_some()
        || !reading.dietary.is_empty()
        || asks_where(&words)
        || asks_how_long(&words)
        || is_courtesy(&words)
}

/// Finds the answer whose keyword is among the words; the longest keyword that fits decides.
fn by_keyword<'a>(answers: &'a [Answer], words: &str) -> Option<&'a Answer> {
    let padded = format!(" {} ", plain(words));
    let fit = |answer: &Answer| {
        let keywords = answer.keywords.iter().map(|keyword| plain(keyword));
        keywords
            .filter(|keyword| {
                padded.contains(&format!(" {keyword} "))
                    || padded.contains(&format!(" {keyword}s "))
            })
            .map(|keyword| keyword.len())
            .max()
    };
    answers
        .iter()
        .filter_map(|answer| Some((fit(answer)?, answer)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, answer)| answer)
}

/// Leaves words and single blanks only.
pub(super) fn plain(text: &str) -> String {
    let kept = |one: char| if one.is_alphanumeric() { one } else { ' ' };
    let letters: String = text.to_lowercase().chars().map(kept).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(keywords: &[&str], answer: &str) -> Answer {
        Answer {
            keywords: keywords.iter().map(|&one| one.to_owned()).collect(),
            answer: answer.to_owned(),
        }
    }

    #[test]
    fn where_we_come_to_is_a_question() {
        for words in [
            "do you come to Oakland",
            "and do you guys come out to san jose",
            "which areas do you serve?",
            "how far do you travel",
            "are you guys in my area",
        ] {
            assert!(asks_where(words), "{words}");
        }
        for words in [
            "i want a chef to come to the house",
            "i need you to come to oakland",
        ] {
            assert!(!asks_where(words), "{words}");
        }
    }

    #[test]
    fn the_longest_keyword_decides_and_parts_of_words_do_not_count() {
        let answers = [
            answer(&["pay"], "money"),
            answer(&["set up", "space"], "room"),
        ];
        let found = |words| by_keyword(&answers, words).map(|found| found.answer.as_str());
        assert_eq!(found("how do I pay, and how much space?"), Some("room"));
        assert_eq!(found("what about payday"), None);
        assert_eq!(found("Set-up?"), Some("room"));
        assert_eq!(found("what spaces do you need"), Some("room"));
    }
}
