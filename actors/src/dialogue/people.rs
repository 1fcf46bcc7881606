//! Owns the goals that end with a person: triage, asking for somebody, and the message when nobody comes. Called by the
//! policy before all else.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::spoken;
use super::stage::Stage;
use super::summary::Summary;
use crate::call::Outcome;
use crate::grammar::{Intent, Understanding};
use crate::types::AiMode;
use jiff::civil::DateTime;

/// Words of a first utterance that is taken for a greeting, unless it holds something to go by.
const GREETING_WORDS_MAX: usize = 3;

impl Dialogue {
    /// Tells whether a person was called already and did not come.
    pub fn person_was_tried(&self) -> bool {
        self.person_tried
    }

    /// Tells whether the caller's next words are wanted as they are, whatever they mean.
    pub(super) fn wants_the_words(&self) -> bool {
        match self.stage {
            Stage::Message | Stage::Reason => true,
            Stage::Greeted => self.settings.mode == AiMode::Triage && !self.person_tried,
            _ => false,
        }
    }

    /// Gives the message that the caller left.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Tells who is calling and why, as far as is known.
    pub fn summary(&self) -> Summary {
        let slots = &self.slots;
        let booking = slots.starts().map(|starts| {
            let people = slots
                .party_size
                .map(|size| format!(", {} people", spoken::number(size)));
            format!("{}{}", spoken::start(starts), people.unwrap_or_default())
        });
        Summary {
            name: slots.name.clone(),
            reason: self.reason.clone(),
            booking,
        }
    }

    /// Goes on after no person took the call.
    pub fn nobody_came(&mut self) -> Line {
        self.person_tried = true;
        self.misses = 0;
        self.stage = Stage::NobodyCame;
        let reply = self.remember(Reply::say(Line::fixed(phrases::NOBODY_CAME)));
        reply.say.unwrap_or_else(|| self.repeat())
    }

    /// Takes a turn that is about who is to talk with the caller; `None` leaves it to the rest of the policy.
    pub(super) fn about_people(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        match self.stage {
            Stage::Message => Some(self.take_message(words, reading)),
            Stage::NobodyCame => self.message_or_not(words, reading),
            Stage::Greeted | Stage::Reason | Stage::CallersName
                if self.settings.mode == AiMode::Triage && !self.person_tried =>
            {
                Some(self.triage(words, reading, now))
            }
            _ => None,
        }
    }

    /// Hands over to a person; where that came to nothing before, offers to pass a message on.
    pub(super) fn person(&mut self, outcome: Outcome) -> Reply {
        if !self.person_tried {
            return Reply::then(Next::HandOver(outcome));
        }
        self.stage = Stage::Message;
        Reply::say(Line::fixed(phrases::WHAT_MESSAGE))
    }

    /// Learns who and why, asking once for each, then hands over.
    fn triage(&mut self, words: &str, reading: &Understanding, now: DateTime) -> Reply {
        let _ = self.slots.take(reading, now, &self.settings);
        let wants_somebody = reading.has(Intent::TalkToHuman);
        if self.stage != Stage::CallersName && self.reason.is_none() && !is_greeting(words, reading)
        {
            self.reason = Some(trimmed(words));
        }
        if self.reason.is_none() && self.stage == Stage::Greeted && !wants_somebody {
            self.stage = Stage::Reason;
            return Reply::say(Line::fixed(phrases::WHAT_ABOUT));
        }
        if self.slots.name.is_none() && self.stage != Stage::CallersName {
            self.stage = Stage::CallersName;
            return Reply::say(Line::fixed(phrases::WHO_IS_CALLING));
        }
        Reply::then(Next::HandOver(Outcome::PersonWanted))
    }

    fn message_or_not(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        if reading.has(Intent::Goodbye) {
            return None;
        }
        let words = words.to_lowercase();
        let message = ["message", "call me", "call back", "tell "]
            .iter()
            .any(|word| words.contains(word));
        let wants_message = message || reading.has(Intent::TalkToHuman);
        wants_message.then(|| {
            self.stage = Stage::Message;
            Reply::say(Line::fixed(phrases::WHAT_MESSAGE))
        })
    }

    fn take_message(&mut self, words: &str, reading: &Understanding) -> Reply {
        if reading.has(Intent::Goodbye) && reading.intents.len() == 1 {
            let outcome = Outcome::PersonWanted;
            return Reply::then(Next::Leave(Line::fixed(phrases::GOODBYE), outcome));
        }
        self.message = Some(trimmed(words));
        let line = Line::fixed(phrases::MESSAGE_TAKEN);
        Reply::then(Next::Leave(line, Outcome::MessageTaken))
    }
}

/// Tells whether words hold nothing but a greeting.
fn is_greeting(words: &str, reading: &Understanding) -> bool {
    let nothing_found = reading.date.is_none()
        && reading.time.is_none()
        && reading.party_size.is_none()
        && !reading.has(Intent::TalkToHuman);
    nothing_found && words.split_whitespace().count() <= GREETING_WORDS_MAX
}

/// Leaves off what ends a sentence, so that the words can be quoted.
fn trimmed(words: &str) -> String {
    words
        .trim()
        .trim_end_matches(['.', ',', '!', '?'])
        .to_owned()
}
