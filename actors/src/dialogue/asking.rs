//! Owns how the open question is put, and put again: never more than twice in the same words, and then a person or a message
//! instead. Called by the goals' files, and by `decide` where nobody spoke.

use super::conversation::Dialogue;
use super::phrases::{self, Line, Question};
use super::reply::{Next, Reply};
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::Slot;

/// How often a silent caller is asked before the call is ended.
const SILENCES_MAX: u32 = 2;
/// How often in a row the caller may not be understood before the call goes to a person.
const MISSES_MAX: u32 = 3;

impl Dialogue {
    /// Goes to a stage and puts its question, after what is to be said first.
    pub(super) fn open(&mut self, stage: Stage, first: Option<String>) -> Reply {
        self.stage = stage;
        self.put(first)
    }

    /// Puts the open question in its next wording, after what is to be said first.
    pub(super) fn put(&mut self, first: Option<String>) -> Reply {
        let question = self.question();
        self.put_as(&question, first)
    }

    /// Puts a question that takes the place of the open one.
    pub(super) fn put_as(&mut self, question: &Question, first: Option<String>) -> Reply {
        self.told.clone_from(&first);
        self.word(question, first)
    }

    /// Answers what the caller asked and puts the open question again, where it can still be put.
    pub(super) fn after(&mut self, answer: &str) -> Reply {
        self.told = Some(answer.to_owned());
        let mut question = self.question();
        // Forty words once more are no answer to a question.
        if self.is_read_back_heard() {
            question = phrases::as_read_back();
        }
        Reply::say(match self.next(&question) {
            Some(line) => line.after(answer),
            None => self.alone(Line::own(answer)),
        })
    }

    /// Says again what the caller did not catch.
    pub(super) fn repeated(&mut self) -> Reply {
        let question = self.question();
        let told = self.told.clone();
        self.word(&question, told)
    }

    /// Counts words that led nowhere, and asks again after these words, or hands over.
    pub(super) fn missed(&mut self, first: Option<&str>) -> Reply {
        self.misses += 1;
        if self.misses + 1 >= MISSES_MAX && self.stage == Stage::Asking(Slot::Address) {
            // A street that is not understood is no reason to lose a booking.
            self.slots.address_later = true;
            if self.slots.missing(&self.settings) != Some(Slot::Address) {
                self.misses = 0;
                return self.go_on();
            }
        }
        if self.misses >= MISSES_MAX {
            return self.person(Outcome::PersonWanted);
        }
        let question = self.question();
        self.word(&question, first.map(str::to_owned))
    }

    /// Takes a silence after our words.
    pub fn silence(&mut self) -> Reply {
        if let Some(reply) = self.keys_are_over() {
            return reply;
        }
        let nth = self.silences;
        self.silences += 1;
        self.silences_in_all += 1;
        if nth >= SILENCES_MAX {
            let line = Line::fixed(phrases::SILENT_GOODBYE);
            return Reply::then(Next::Leave(line, self.outcome_so_far()));
        }
        let first = phrases::still_there(nth, self.silences_in_all);
        let question = self.question();
        let reply = match self.next(&question) {
            Some(line) => Reply::say(line.after(first)),
            None => self.stuck(),
        };
        self.remember(reply)
    }

    /// Goes on after a sound that cut our words short and was none.
    pub fn noise(&mut self) -> Reply {
        let last = self.last_line.clone();
        let question = self.last_question.clone().unwrap_or_else(|| last.clone());
        if self.asked.again(&question) {
            return Reply::say(last);
        }
        let reply = self.repeated();
        self.remember(reply)
    }

    /// Gives the question of the stage.
    fn question(&mut self) -> Question {
        if let Stage::Confirming(_) = self.stage {
            self.take_stock();
        }
        match &self.stage {
            Stage::Asking(Slot::Address) if !self.settings.profile.area.asks_address => {
                phrases::ask_zip()
            }
            Stage::Asking(slot) => phrases::ask(*slot, &self.slots),
            Stage::Greeted => phrases::ask_goal(),
            Stage::Changing => phrases::what_to_change(),
            Stage::Offering(offers) => phrases::offer(offers, self.slots.date),
            Stage::Nearest(time) => phrases::nearest_start(self.slots.date, *time, &self.settings),
            Stage::HourOrGuests(number) => phrases::hour_or_guests(*number),
            Stage::Confirming(details) => phrases::read_back(details, self.caller.as_ref()),
            Stage::Recalling(name) => phrases::recall(name),
            Stage::Finding => phrases::which_booking(&self.sought),
            Stage::Choosing(found) => phrases::choose(found),
            Stage::Cancelling(booking) => phrases::cancel_this(booking),
            Stage::Reason => phrases::what_about(),
            Stage::CallersName => phrases::who_is_calling(),
            Stage::NobodyCame => phrases::book_or_message(),
            Stage::Message => phrases::what_message(),
            Stage::MessageFrom(slot) => phrases::message_from(*slot),
            Stage::MessageConfirming => {
                let message = self.message.as_deref().unwrap_or_default();
                phrases::read_message(message, &self.slots, self.caller.as_ref())
            }
        }
    }

    fn word(&mut self, question: &Question, first: Option<String>) -> Reply {
        match self.next(question) {
            Some(line) => Reply::say(match &first {
                Some(first) => line.after(first),
                None => line,
            }),
            None => self.stuck(),
        }
    }

    /// Gives the next wording of a question, and remembers it.
    fn next(&mut self, question: &Question) -> Option<Line> {
        self.last_question = self.asked.next(question);
        self.last_question.clone()
    }

    /// Counts a line that no question follows.
    fn alone(&mut self, line: Line) -> Line {
        self.asked.again(&line);
        line
    }

    /// Every wording was heard often enough: a person goes on, or takes a message; at the end of that we take leave.
    fn stuck(&mut self) -> Reply {
        let in_message = matches!(
            self.stage,
            Stage::Message | Stage::MessageFrom(_) | Stage::MessageConfirming
        );
        if in_message {
            return self.end_of_message();
        }
        self.person(Outcome::PersonWanted)
    }

    pub(super) fn remember(&mut self, reply: Reply) -> Reply {
        if let Some(line) = &reply.say {
            self.last_line = line.clone();
            self.line_heard = false;
        }
        reply
    }
}
