//! Owns how the open question is put, and put again. Called by the goals' files and by `decide` where a line is to be heard
//! once more.

use super::conversation::Dialogue;
use super::phrases::{self, Line};
use super::reply::{Next, Reply};
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::Slot;

/// How often a silent caller is asked before the call is ended.
const SILENCES_MAX: u32 = 2;
/// How often in a row the caller may not be understood before the call goes to a person.
const MISSES_MAX: u32 = 3;

impl Dialogue {
    /// Takes a silence after our words.
    pub fn silence(&mut self) -> Reply {
        if let Some(reply) = self.keys_are_over() {
            return reply;
        }
        let nth = self.silences;
        self.silences += 1;
        if nth >= SILENCES_MAX {
            let outcome = if self.turns == 0 {
                Outcome::Silent
            } else {
                Outcome::NoBooking
            };
            return Reply::then(Next::Leave(Line::fixed(phrases::SILENT_GOODBYE), outcome));
        }
        Reply::say(phrases::still_there(nth, &self.question()))
    }

    /// Counts words that led nowhere, and asks again in the given way or hands over.
    pub(super) fn missed(&mut self, say: impl FnOnce(u32, &Line) -> Line) -> Reply {
        let nth = self.misses;
        self.misses += 1;
        if self.misses >= MISSES_MAX {
            return self.person(Outcome::PersonWanted);
        }
        let question = self.question();
        Reply::say(say(nth, &question))
    }

    /// Gives the open question in its next wording.
    pub(super) fn question(&mut self) -> Line {
        match self.stage.clone() {
            Stage::Asking(slot) => self.ask(slot),
            Stage::Greeted => phrases::ask_goal(self.misses + self.silences),
            Stage::Changing => Line::fixed(phrases::WHAT_TO_CHANGE),
            Stage::Offering(_) => Line::fixed(phrases::ANOTHER_DAY),
            Stage::Reason => Line::fixed(phrases::WHAT_ABOUT),
            Stage::CallersName => Line::fixed(phrases::WHO_IS_CALLING),
            Stage::NobodyCame => Line::fixed(phrases::NOBODY_CAME),
            Stage::Recalling(name) => phrases::recall(&name),
            Stage::Finding => Line::fixed(phrases::WHICH_BOOKING),
            Stage::Choosing(found) => phrases::choose(&found),
            Stage::Cancelling(booking) => phrases::cancel_this(&booking),
            Stage::Message => Line::fixed(phrases::WHAT_MESSAGE),
            Stage::Confirming => self.read_back(),
        }
    }

    pub(super) fn ask(&mut self, slot: Slot) -> Line {
        let name = match slot {
            Slot::Date => "date",
            Slot::Time => "time",
            Slot::PartySize => "party_size",
            Slot::Name => "name",
            Slot::Phone => "phone",
            Slot::Email => "email",
            Slot::Address => "address",
        };
        let nth = self.asked.entry(name).or_default();
        let line = phrases::ask(slot, *nth, &self.slots);
        *nth += 1;
        line
    }

    pub(super) fn remember(&mut self, reply: Reply) -> Reply {
        if let Some(line) = &reply.say {
            self.last_line = line.clone();
            self.line_heard = false;
        }
        reply
    }
}
