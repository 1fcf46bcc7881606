//! Owns what is not business: small talk, rudeness, wrong numbers, advertising, a caller who speaks another language. Called
//! by the policy before all else.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::{Intent, Language, Slot, Understanding, has_slots};

/// Words that a caller in anger says, and hardly anybody else.
const RUDE: &[&str] = &[
    "fuck",
    "fucking",
    "shit",
    "asshole",
    "bitch",
    "bullshit",
    "idiot",
    "idiots",
    "stupid",
    "moron",
    "morons",
    "damn",
    "goddamn",
    "crap",
    "ridiculous",
    "useless",
    "pathetic",
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

/// How somebody asks whether a question may be asked, and asks none yet.
const MAY_I_ASK: &[&str] = &[
    "have a question",
    "have a quick question",
    "have some questions",
    "have a few questions",
    "ask you something",
    "ask you a question",
    "ask a question",
    "ask something",
];

/// What is asked by those who wonder where their call has ended.
const WHERE_AM_I: &[&str] = &[
    "who is this",
    "who's this",
    "who am i speaking",
    "who did i call",
    "where did i call",
    "what number is this",
];
/// How somebody begins who looks for another place, or for us by half a name.
const IS_THIS: &[&str] = &["is this ", "isn't this ", "have i reached", "did i reach"];
const WRONG_NUMBER: &[&str] = &["wrong number", "misdialed", "dialed the wrong"];
/// Words of those who call to sell something, and of recordings; hardly anybody who wants a party says one of them.
const PITCH: &[&str] = &[
    "warranty",
    "press one",
    "press 1",
    "press two",
    "press nine",
    "press 9",
    "do not hang up",
    "don't hang up",
    "limited time",
    "special offer",
    "exclusive offer",
    "google listing",
    "business listing",
    "search engine",
    "merchant services",
    "credit card processing",
    "business loan",
    "lower your",
    "interest rate",
    "this is an important message",
    "final notice",
    "pre approved",
    "pre-approved",
    "solar panels",
    "political survey",
    "opt out",
    "free quote for your",
    "your electric bill",
    "your business qualifies",
];
/// Words of a turn that is long enough to be an advertisement by itself, where it holds nothing for us.
const PITCH_WORDS_MIN: usize = 30;
/// What is asked by somebody who hears nothing for a moment, or cannot believe the line.
const LINE_CHECKS: &[&str] = &[
    "is anybody there",
    "is anyone there",
    "is somebody there",
    "is someone there",
    "can you hear me",
    "are you there",
    "are you still there",
];

/// Words that a plea for time has at most where a message is dictated.
const HOLD_ON_WORDS: usize = 6;
/// How somebody begs for time to look something up or to ask somebody.
const HOLD_ON: &[&str] = &[
    "hold on",
    "hang on",
    "hold please",
    "bear with me",
    "one second",
    "one sec",
    "one moment",
    "one minute",
    "just a second",
    "just a sec",
    "just a moment",
    "just a minute",
    "give me a second",
    "give me a sec",
    "give me a moment",
    "give me a minute",
    "wait a second",
    "wait a minute",
    "let me check",
    "let me ask",
    "let me look",
    "let me see",
    "let me think",
];

/// Tells whether words, lower case, are about manners and have an answer here.
pub(super) fn is_courtesy(words: &str) -> bool {
    let courtesies = [
        SMALL_TALK,
        WHO_ARE_YOU,
        LINE_CHECKS,
        WHERE_AM_I,
        WRONG_NUMBER,
        HOLD_ON,
    ]
    .into_iter()
    .flatten();
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
            return Some(self.spanish());
        }
        let words = words.to_lowercase();
        if is_rude(&words) {
            return self.rude();
        }
        if let Some(reply) = self.pitched(&words, reading) {
            return Some(reply);
        }
        let says_nothing_else =
            reading.date.is_none() && reading.time.is_none() && reading.party_size.is_none();
        let said = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        if says_nothing_else && said(WRONG_NUMBER) && !self.is_about_a_number() {
            let line = phrases::wrong_number(&self.settings.business);
            return Some(Reply::then(Next::Leave(line, Outcome::NoBooking)));
        }
        let looks_for_a_place = self.stage == Stage::Greeted && said(IS_THIS) && !said(WHO_ARE_YOU);
        if says_nothing_else && (said(WHERE_AM_I) || looks_for_a_place) {
            let answer = phrases::this_is(&self.settings.business);
            return Some(self.after(&answer));
        }
        if says_nothing_else && said(WHO_ARE_YOU) {
            return Some(self.after(phrases::I_AM_A_MACHINE));
        }
        if says_nothing_else && said(LINE_CHECKS) {
            return Some(self.after(phrases::I_AM_HERE));
        }
        let asks_leave = words.trim_end_matches(['.', ',', '!', '?', ' ']);
        let asks_leave = MAY_I_ASK.iter().any(|phrase| asks_leave.ends_with(phrase));
        if says_nothing_else && asks_leave {
            return Some(self.put_as(&phrases::go_ahead(), None));
        }
        // "Let me ask you, how much is it?" wants an answer and no time.
        let wants_something = reading.intents.iter().any(|intent| {
            !matches!(
                intent.value,
                Intent::Affirm | Intent::Deny | Intent::Repeat | Intent::OutOfScope
            )
        });
        // A message may have such words in it.
        let dictates =
            self.stage == Stage::Message && words.split_whitespace().count() > HOLD_ON_WORDS;
        let begs = said(HOLD_ON) && !has_slots(reading) && !dictates;
        if begs && !wants_something && !self.asks {
            self.begged_for_time = true;
            return Some(self.put_as(&phrases::take_your_time(), None));
        }
        if says_nothing_else && said(SMALL_TALK) {
            return Some(self.after(phrases::VERY_WELL));
        }
        None
    }

    /// Tells whether a wrong number may be one that we read back or asked for.
    fn is_about_a_number(&self) -> bool {
        matches!(
            self.stage,
            Stage::Confirming(_)
                | Stage::Changing
                | Stage::Asking(Slot::Phone)
                | Stage::MessageFrom(_)
                | Stage::MessageConfirming
        )
    }

    /// An advertisement is told once what this line is for. Whoever goes on without a word for us is let go, and never handed
    /// to a person.
    fn pitched(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        let ours = reading.date.is_some()
            || reading.time.is_some()
            || reading.has(Intent::Book)
            || reading.has(Intent::CancelBooking)
            || reading.has(Intent::ChangeBooking)
            || self.is_taking_a_message();
        let long = words.split_whitespace().count() >= PITCH_WORDS_MIN;
        let foreign = reading.intents.is_empty()
            || reading.has(Intent::OutOfScope)
            || self.pitches > 0 && !reading.has(Intent::Affirm);
        let sells = PITCH.iter().any(|said| words.contains(said));
        let at_the_begin = self.stage == Stage::Greeted || self.pitches > 0;
        if !at_the_begin || ours || !(sells || foreign && (long || self.pitches > 0)) {
            return None;
        }
        self.pitches += 1;
        if self.pitches > 1 {
            let line = Line::fixed(phrases::PITCH_GOODBYE);
            return Some(Reply::then(Next::Leave(line, Outcome::NoBooking)));
        }
        Some(self.after(phrases::NOT_INTERESTED))
    }

    /// Somebody who speaks Spanish is put through to a person, or leaves a message; the words are few and fixed.
    fn spanish(&mut self) -> Reply {
        self.in_spanish = true;
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
