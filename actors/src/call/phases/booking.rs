//! Owns the traffic with the book while the caller waits: what was asked, what comes back, what comes too late. Called by the
//! conversation. What it means for the caller is the dialogue's decision.

use crate::call::state::CallState;
use crate::call::talk::{BookQuestion, Talk};
use crate::call::texting::confirm_by_text;
use crate::call::{Effect, Event, Timer};
use crate::dialogue::{Ask, Reply};
use crate::ports::booking::Error;
use crate::types::{BookingKey, QuestionNo};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// After this time without an answer of ours the caller is told that we are at it, in milliseconds.
const STILL_WORKING_MS: i64 = 1_500;

/// Asks the book; what it was asked before no longer matters.
pub(super) fn ask(state: &mut CallState, talk: &mut Talk, asked: Ask, at: Timestamp) -> Effect {
    drop_question(state, talk);
    let call = state.call.clone();
    let made = talk.dialogue.made();
    let effect = state.questions.ask(at, |question| match asked {
        Ask::Hold(wanted) => Effect::HoldSlot { question, wanted },
        Ask::Openings(wanted) => Effect::FindOpenings { question, wanted },
        Ask::Find(search) => Effect::FindBookings { question, search },
        Ask::Book(details) => Effect::Book {
            question,
            key: BookingKey::new(match made {
                0 => format!("{call}/booking"),
                before => format!("{call}/booking/{}", before + 1),
            }),
            details,
        },
        Ask::Change { number, details } => Effect::ChangeBooking {
            question,
            key: BookingKey::new(format!("{call}/change/{number}")),
            number,
            details,
        },
        Ask::Cancel { number } => Effect::CancelBooking {
            question,
            key: BookingKey::new(format!("{call}/cancel/{number}")),
            number,
        },
    });
    talk.booking = question_of(&effect);
    state
        .questions
        .wake(Timer::StillWorking, at, STILL_WORKING_MS);
    effect
}

/// Takes an answer of the book, if it is the one that is waited for, and gives what the dialogue makes of it.
pub(super) fn answered(
    state: &mut CallState,
    talk: &mut Talk,
    question: QuestionNo,
    event: &Event,
    at: Timestamp,
) -> Option<Reply> {
    if talk.booking.map(|asked| asked.question) != Some(question) {
        return None;
    }
    drop_question(state, talk);
    let dialogue = &mut talk.dialogue;
    if let Event::SlotChecked { result, .. } = event {
        return Some(dialogue.slot_checked(result));
    }
    if let Event::OpeningsFound { result, .. } = event {
        return Some(dialogue.openings_found(result));
    }
    if let Event::BookingsFound { result, .. } = event {
        let now = state.settings.local(at);
        return Some(dialogue.bookings_found(result, now));
    }
    if let Event::BookingCancelled { result, .. } = event {
        return Some(dialogue.booking_cancelled(result));
    }
    let (Event::BookingAnswered { result, .. } | Event::BookingChanged { result, .. }) = event
    else {
        return None;
    };
    let reply = dialogue.booking_answered(result);
    if let Ok(booking) = result {
        confirm_by_text(state, booking, at);
    }
    Some(reply)
}

/// Gives what the dialogue makes of an answer that did not come in time; `None` where it was not asked of the book.
pub(super) fn too_late(talk: &mut Talk, asked: &Effect, now: DateTime) -> Option<Reply> {
    question_of(asked)?;
    talk.booking = None;
    let late = Error::Unavailable("no answer in time".to_owned());
    let dialogue = &mut talk.dialogue;
    if let Effect::HoldSlot { .. } = asked {
        return Some(dialogue.slot_checked(&Err(late)));
    }
    if let Effect::FindOpenings { .. } = asked {
        return Some(dialogue.openings_found(&Err(late)));
    }
    if let Effect::FindBookings { .. } = asked {
        return Some(dialogue.bookings_found(&Err(late), now));
    }
    if let Effect::CancelBooking { .. } = asked {
        return Some(dialogue.booking_cancelled(&Err(late)));
    }
    Some(dialogue.booking_answered(&Err(late)))
}

/// Forgets a question to the book whose answer no longer matters.
pub(super) fn drop_question(state: &mut CallState, talk: &mut Talk) {
    if let Some(asked) = talk.booking.take() {
        state.questions.close(asked.question);
    }
    state.questions.let_sleep(Timer::StillWorking);
}

fn question_of(effect: &Effect) -> Option<BookQuestion> {
    let (Effect::HoldSlot { question, .. }
    | Effect::FindOpenings { question, .. }
    | Effect::FindBookings { question, .. }
    | Effect::Book { question, .. }
    | Effect::ChangeBooking { question, .. }
    | Effect::CancelBooking { question, .. }) = effect
    else {
        return None;
    };
    Some(BookQuestion {
        question: *question,
        commits: effect.commits(),
    })
}
