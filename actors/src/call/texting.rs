//! Owns which texts a call has sent, and when. Called by `decide`. A text stands in the state until the call is forgotten;
//! the row of it goes into the outbox with the journal, once for its key.

use super::state::{CallState, Outcome, Text};
use super::talk::Talk;
use crate::dialogue::texts;
use crate::types::{Booking, PhoneNumber};
use jiff::Timestamp;

/// Kinds of the confirmations of a call's first and second booking.
const CONFIRMATIONS: [&str; 2] = ["booking_confirmation", "second_booking_confirmation"];

/// Writes a text to be sent, one of each kind at most.
pub(super) fn send_text(
    state: &mut CallState,
    kind: &'static str,
    to: Option<PhoneNumber>,
    body: String,
    at: Timestamp,
) {
    let written = state.texts.iter().any(|text| text.kind == kind);
    if let Some(to) = to.filter(|_| !written) {
        state.texts.push(Text { kind, to, body, at });
    }
}

/// Writes to a caller whom nobody answered, once nothing more is to be expected.
pub(super) fn settle(state: &mut CallState, at: Timestamp) {
    let wanted = state.settings.texts.missed_calls && state.is_finished();
    let missed = matches!(
        state.outcome(),
        Some(Outcome::Missed | Outcome::Cancelled | Outcome::Failed)
    );
    if wanted && missed && state.line.session.direction() != Some("Outbound") {
        let to = state.line.from().cloned();
        let body = texts::missed_call(&state.settings);
        send_text(state, "missed_call", to, body, at);
    }
}

/// Writes to whoever takes calls what the caller wants passed on.
pub(super) fn pass_on_the_message(state: &mut CallState, talk: &Talk, at: Timestamp) {
    let Some(message) = talk.dialogue.message() else {
        return;
    };
    if state.settings.texts.summaries {
        let summary = talk.dialogue.summary();
        let body = texts::message(&summary, state.line.from(), message);
        let to = state.settings.person(talk.dialogue.topic(), at);
        send_text(state, "message", to, body, at);
    }
}

/// Confirms a booking to the number it was made for.
pub(super) fn confirm_by_text(state: &mut CallState, booking: &Booking, at: Timestamp) {
    if state.settings.texts.confirmations {
        let to = booking.details.phone.clone();
        let body = texts::confirmation(&state.settings, booking);
        let first = !state.texts.iter().any(|text| text.kind == CONFIRMATIONS[0]);
        send_text(state, CONFIRMATIONS[usize::from(!first)], to, body, at);
    }
}
