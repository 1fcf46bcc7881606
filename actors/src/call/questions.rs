//! Owns the open questions of a call and the moments at which it wants to be woken. Called by `decide` only.

use super::{Effect, Timer};
use crate::types::QuestionNo;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// Open questions, timers, and the effects of the event that is being decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    last: u64,
    open: BTreeMap<QuestionNo, Effect>,
    timers: BTreeMap<Timer, Timestamp>,
}

impl Questions {
    /// Numbers a question, keeps it until it is answered, and sets its deadline.
    pub fn ask(&mut self, at: Timestamp, effect: impl FnOnce(QuestionNo) -> Effect) -> Effect {
        self.last += 1;
        let question = QuestionNo(self.last);
        let effect = effect(question);
        self.wake(Timer::Deadline(question), at, effect.deadline_ms());
        self.open.insert(question, effect.clone());
        effect
    }

    /// Closes a question and gives what was asked; `None` if nobody waits for its answer any more.
    pub fn close(&mut self, question: QuestionNo) -> Option<Effect> {
        self.timers.remove(&Timer::Deadline(question));
        self.open.remove(&question)
    }

    /// Gives what was asked under a number that is still open.
    pub fn get(&self, question: QuestionNo) -> Option<&Effect> {
        self.open.get(&question)
    }

    /// Gives everything asked and not yet answered, in the order of asking.
    pub fn open(&self) -> impl Iterator<Item = (&QuestionNo, &Effect)> {
        self.open.iter()
    }

    /// Tells whether a prompt is still to be played to its end.
    pub fn is_speaking(&self) -> bool {
        self.open
            .values()
            .any(|effect| matches!(effect, Effect::Say { .. }))
    }

    /// Gives the number of the prompt asked for last that is still to be played to its end.
    pub fn last_prompt(&self) -> Option<QuestionNo> {
        let mut latest = self.open.iter().rev();
        let prompt = latest.find(|(_, effect)| matches!(effect, Effect::Say { .. }));
        prompt.map(|(question, _)| *question)
    }

    /// Tells whether a prompt up to this number is still to be played to its end.
    pub fn is_speaking_up_to(&self, last: QuestionNo) -> bool {
        self.open
            .range(..=last)
            .any(|(_, effect)| matches!(effect, Effect::Say { .. }))
    }

    /// Drops every question of a kind, as their answers no longer matter.
    pub fn drop_where(&mut self, unwanted: impl Fn(&Effect) -> bool) {
        let numbers: Vec<QuestionNo> = self
            .open
            .iter()
            .filter(|(_, effect)| unwanted(effect))
            .map(|(no, _)| *no)
            .collect();
        for number in numbers {
            self.close(number);
        }
    }

    /// Asks to be woken; a later call for the same timer replaces the former one.
    pub fn wake(&mut self, timer: Timer, at: Timestamp, after_ms: i64) {
        let moment = at
            .checked_add(after_ms.milliseconds())
            .unwrap_or(Timestamp::MAX);
        self.timers.insert(timer, moment);
    }

    /// Asks no longer to be woken.
    pub fn let_sleep(&mut self, timer: Timer) {
        self.timers.remove(&timer);
    }

    /// Takes a timer that came; `false` if it was withdrawn or moved to later meanwhile.
    pub fn take_timer(&mut self, timer: Timer, at: Timestamp) -> bool {
        match self.timers.get(&timer) {
            Some(moment) if *moment <= at => self.timers.remove(&timer).is_some(),
            _ => false,
        }
    }

    /// Gives the moments at which the state wants to be woken.
    pub fn timers(&self) -> &BTreeMap<Timer, Timestamp> {
        &self.timers
    }
}
