//! Owns the ways back: to a caller whom no person took, to a line that an earlier process held, and from a line that
//! rings or talks on after RingCentral has ended the call. Called by the phases that have a line.

use super::talking::carry_out;
use super::{arriving, floor};
use crate::call::decide::{ask_again, over, say};
use crate::call::state::{CallState, Outcome, Phase};
use crate::call::talk::Talk;
use crate::call::{Effect, Event, Standing, Timer, consent};
use crate::dialogue::phrases;
use crate::ports::hearing::Patience;
use crate::types::QuestionNo;
use jiff::Timestamp;

/// Goes back to the conversation after a person did not take the call.
pub(super) fn nobody_came(
    state: &mut CallState,
    mut talk: Box<Talk>,
    at: Timestamp,
) -> Vec<Effect> {
    state.questions.let_sleep(Timer::StillWorking);
    talk.paused = None;
    let reply = talk.dialogue.nobody_came();
    let effects = carry_out(state, &mut talk, reply, at);
    if let Phase::HandingOver { .. } = state.phase {
        state.phase = Phase::Talking(talk);
    }
    effects
}

/// Hangs up a little later where RingCentral says that the call is over and the line does not.
pub(super) fn watch_for_a_ghost(state: &mut CallState, event: &Event, at: Timestamp) {
    if let Event::SessionRead { question, .. } = event {
        state.questions.close(*question);
    }
    let over = matches!(state.line.session.standing(), Some(Standing::Over(_)));
    if !over {
        state.questions.let_sleep(Timer::Ghost);
    } else if !state.questions.timers().contains_key(&Timer::Ghost) {
        state.questions.wake(Timer::Ghost, at, arriving::GHOST_MS);
    }
}

/// Takes the dialog up again that an earlier process answered; its sound went with that process.
pub(super) fn reattach(state: &mut CallState, at: Timestamp) -> Vec<Effect> {
    if state.line.dialog.is_none() {
        return over(state, Outcome::Interrupted, at);
    }
    let mut effects = ask_again(state);
    effects.retain(|effect| !needs_the_line(effect));
    let reattach = |question| Effect::Reattach { question };
    effects.push(state.questions.ask(at, reattach));
    effects
}

/// Tells whether an effect means nothing before the line is back.
fn needs_the_line(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Say { .. }
            | Effect::BePatient(_)
            | Effect::PauseSpeaking
            | Effect::ResumeSpeaking
            | Effect::StopSpeaking { .. }
            | Effect::Transfer { .. }
            | Effect::Consult { .. }
            | Effect::HangUp { .. }
    )
}

/// Asks once more for what needs the line, now that it is back.
pub(super) fn ask_the_line_again(state: &CallState) -> Vec<Effect> {
    let mut effects = ask_again(state);
    effects.retain(needs_the_line);
    effects
}

/// Closes a question and tells whether it was for the line.
pub(super) fn was_reattaching(state: &mut CallState, question: QuestionNo) -> bool {
    matches!(
        state.questions.close(question),
        Some(Effect::Reattach { .. })
    )
}

/// Goes on with the conversation if it was the line that answered.
pub(super) fn back_or_not(
    state: &mut CallState,
    talk: &mut Talk,
    question: QuestionNo,
    at: Timestamp,
) -> Vec<Effect> {
    if was_reattaching(state, question) {
        reattached(state, talk, at)
    } else {
        Vec::new()
    }
}

/// Goes on with a caller who heard nothing while the process was started again.
fn reattached(state: &mut CallState, talk: &mut Talk, at: Timestamp) -> Vec<Effect> {
    talk.hearing = false;
    talk.paused = None;
    talk.patience = Patience::Usual;
    drop_what_was_being_said(state);
    let mut effects = Vec::from_iter(consent::sentence(state, None, at));
    if talk.booking.is_none() && talk.reading.is_none() {
        let line = talk.dialogue.repeat().after(phrases::CUT_OFF);
        effects.push(floor::say_reply(state, talk, line, at));
    } else {
        effects.push(say(state, phrases::CUT_OFF, at));
    }
    effects
}

/// Drops the prompts that fell silent with the former process; what was heard of them, nobody knows.
fn drop_what_was_being_said(state: &mut CallState) {
    let prompts: Vec<QuestionNo> = state
        .questions
        .open()
        .filter(|(_, effect)| matches!(effect, Effect::Say { .. }))
        .map(|(question, _)| *question)
        .collect();
    for question in prompts {
        state.questions.close(question);
        let turns = state.transcript.iter_mut();
        turns
            .filter(|turn| turn.question == Some(question))
            .for_each(|turn| turn.interrupted = true);
    }
}
