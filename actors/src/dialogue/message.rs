//! Owns the message: what to pass on, from whom, and how to call back, read back before it is taken. Called by the policy
//! where no person can take the call, or the caller wants none.

use super::conversation::Dialogue;
use super::people::trimmed;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::{Intent, Slot, Understanding};
use crate::types::PhoneNumber;

/// Words of an answer that can be no message, such as "yes please" or "what was that".
const ANSWER_WORDS_MAX: usize = 3;
/// Words by which a caller asks to leave a message.
const WISHES: [&str; 5] = [
    "leave a message",
    "take a message",
    "leave him a message",
    "leave her a message",
    "pass on a message",
];
/// Words by which a caller chooses the message where one is offered.
const CHOICES: [&str; 4] = ["message", "call me", "call back", "tell "];

impl Dialogue {
    /// Gives the message that the caller left.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Tells whether the caller is at leaving a message.
    pub(super) fn is_taking_a_message(&self) -> bool {
        matches!(
            self.stage,
            Stage::Message | Stage::MessageFrom(_) | Stage::MessageConfirming
        )
    }

    /// Takes a message from a caller who wants nobody but to leave one.
    pub(super) fn message_wished(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        let words = words.to_lowercase();
        let wished = WISHES.iter().any(|wish| words.contains(wish));
        (wished && reading.date.is_none()).then(|| self.open(Stage::Message, None))
    }

    /// Takes a message where the caller chooses that, after nobody came.
    pub(super) fn message_or_not(&mut self, words: &str, reading: &Understanding) -> Option<Reply> {
        if reading.has(Intent::Goodbye) {
            return None;
        }
        let words = words.to_lowercase();
        let chosen = CHOICES.iter().any(|word| words.contains(word));
        let wanted = chosen || reading.has(Intent::TalkToHuman);
        wanted.then(|| self.open(Stage::Message, None))
    }

    pub(super) fn take_message(&mut self, words: &str, reading: &Understanding) -> Reply {
        let short = words.split_whitespace().count() <= ANSWER_WORDS_MAX;
        let leaves = reading.has(Intent::Goodbye) && reading.intents.len() == 1;
        if leaves || short && reading.has(Intent::Deny) {
            let line = Line::fixed(phrases::GOODBYE);
            return Reply::then(Next::Leave(line, Outcome::PersonWanted));
        }
        if short && (reading.has(Intent::Repeat) || reading.has(Intent::Affirm)) {
            return self.repeated();
        }
        self.message = Some(trimmed(words));
        self.misses = 0;
        self.take_who(reading);
        self.next_of_message()
    }

    /// Takes the name or the number for a message; without it after two tries.
    pub(super) fn message_is_from(&mut self, slot: Slot, reading: &Understanding) -> Reply {
        let taken = self.take_who(reading);
        let leaves = reading.has(Intent::Goodbye) || reading.has(Intent::Deny);
        if !taken && !leaves && self.misses == 0 {
            self.misses += 1;
            return self.repeated();
        }
        self.misses = 0;
        if slot == Slot::Name && self.slots.phone.is_none() {
            return self.open(Stage::MessageFrom(Slot::Phone), None);
        }
        self.open(Stage::MessageConfirming, None)
    }

    /// Takes the answer to a message that was read back: yes, no, other words for it, or more.
    pub(super) fn message_confirmed(&mut self, words: &str, reading: &Understanding) -> Reply {
        let short = words.split_whitespace().count() <= ANSWER_WORDS_MAX;
        if self.take_who(reading) {
            return self.put(None);
        }
        if reading.has(Intent::Deny) {
            return self.open(Stage::Message, None);
        }
        if reading.has(Intent::Affirm) || reading.has(Intent::Goodbye) {
            return self.end_of_message();
        }
        if short || reading.has(Intent::Repeat) {
            return self.repeated();
        }
        let before = self.message.take().unwrap_or_default();
        self.message = Some(format!("{before}. {}", trimmed(words)));
        self.put(None)
    }

    /// Asks for what a message still needs, then reads it back.
    pub(super) fn next_of_message(&mut self) -> Reply {
        let stage = match (&self.slots.name, &self.slots.phone) {
            (None, _) => Stage::MessageFrom(Slot::Name),
            (Some(_), None) => Stage::MessageFrom(Slot::Phone),
            (Some(_), Some(_)) => Stage::MessageConfirming,
        };
        self.open(stage, None)
    }

    /// Takes leave of a caller who left a message, or would not.
    pub(super) fn end_of_message(&mut self) -> Reply {
        let outcome = self.outcome_so_far();
        let line = match outcome {
            Outcome::MessageTaken => Line::fixed(phrases::MESSAGE_TAKEN),
            _ => phrases::nobody_there(Outcome::PersonWanted),
        };
        Reply::then(Next::Leave(line, outcome))
    }

    /// Takes who is calling and how to call back; tells whether anything is new.
    fn take_who(&mut self, reading: &Understanding) -> bool {
        let before = (self.slots.name.clone(), self.slots.phone.clone());
        if let Some(name) = reading.name.as_ref().map(|name| name.value.full()) {
            self.slots.name = Some(name)
                .filter(|name| !name.is_empty())
                .or(before.0.clone());
        }
        let said = reading.phone.as_ref();
        let said = said.and_then(|found| PhoneNumber::parse(&found.value));
        let same = self.caller.clone().filter(|_| reading.same_number);
        self.slots.phone = said.or(same).or(self.slots.phone.take());
        before != (self.slots.name.clone(), self.slots.phone.clone())
    }
}
