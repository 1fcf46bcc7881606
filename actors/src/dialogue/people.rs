//! Owns the goals that end with a person: triage, asking for somebody, and what is left when nobody comes. Called by the
//! policy before all else.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::spoken;
use super::stage::{Goal, Stage};
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

    /// Gives what a person is for who should take the call; `None`: anything.
    pub fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
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
            call_back: slots.phone.clone(),
        }
    }

    /// Goes on after no person took the call.
    pub fn nobody_came(&mut self) -> Reply {
        let first = Some(phrases::NOBODY_CAME);
        self.without_a_person(first, false)
    }

    /// Goes on where there is no person to call.
    pub fn nobody_there(&mut self, outcome: Outcome) -> Reply {
        let first = match outcome {
            Outcome::TurnLimit => phrases::NOT_FINISHED,
            _ => phrases::NOBODY_THERE,
        };
        self.without_a_person(Some(first), outcome == Outcome::TurnLimit)
    }

    /// Takes a booking or a message instead; only a message where there is no book or no time for more.
    fn without_a_person(&mut self, first: Option<&str>, only_a_message: bool) -> Reply {
        self.person_tried = true;
        self.misses = 0;
        if matches!(self.goal, Goal::Change(None) | Goal::Cancel) {
            self.goal = Goal::Book;
        }
        if self.in_spanish {
            let line = Line::fixed(phrases::SPANISH_GOODBYE);
            return Reply::then(Next::Leave(line, Outcome::PersonWanted));
        }
        if self.turns_left() == 0 {
            let line = phrases::nobody_there(Outcome::TurnLimit);
            return Reply::then(Next::Leave(line, Outcome::TurnLimit));
        }
        let message = only_a_message || self.book_is_down || self.turns_left() <= 1;
        let stage = if message {
            Stage::Message
        } else {
            Stage::NobodyCame
        };
        let reply = self.open(stage, first.map(str::to_owned));
        self.remember(reply)
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
            Stage::MessageFrom(slot) => Some(self.message_is_from(slot, reading)),
            Stage::MessageConfirming => Some(self.message_confirmed(words, reading)),
            Stage::NobodyCame => self.message_or_not(words, reading),
            Stage::Greeted | Stage::Reason | Stage::CallersName
                if self.settings.mode == AiMode::Triage && !self.person_tried =>
            {
                Some(self.triage(words, reading, now))
            }
            _ => self.message_wished(words, reading),
        }
    }

    /// Hands over to a person; where that came to nothing before, offers to pass a message on.
    pub(super) fn person(&mut self, outcome: Outcome) -> Reply {
        if !self.person_tried {
            return Reply::then(Next::HandOver(outcome));
        }
        self.misses = 0;
        self.open(Stage::Message, None)
    }

    /// Notes what the caller speaks of, where somebody of the profile is for it.
    pub(super) fn note_topic(&mut self, words: &str) {
        let padded = format!(" {} ", super::questions::plain(words));
        let topics = self.settings.profile.people.iter();
        let said = topics
            .flat_map(|person| &person.topics)
            .filter(|topic| padded.contains(&format!(" {} ", super::questions::plain(topic))))
            .max_by_key(|topic| topic.len());
        if let Some(topic) = said {
            self.topic = Some(topic.clone());
        }
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
            return self.open(Stage::Reason, None);
        }
        if self.slots.name.is_none() && self.stage != Stage::CallersName {
            return self.open(Stage::CallersName, None);
        }
        Reply::then(Next::HandOver(Outcome::PersonWanted))
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
pub(super) fn trimmed(words: &str) -> String {
    words
        .trim()
        .trim_end_matches(['.', ',', '!', '?'])
        .to_owned()
}
