//! Owns the spans under which a call is logged and traced: one for the call, and below it one for each turn, from the caller's
//! words to the first sound of the reply. At the highest level, so that a log of errors alone names its calls too. Held by the
//! call's actors. Never holds a word or a number of the caller.

use super::{CallState, Effect, Event, Outcome, Phase, Recorded};
use crate::types::CallId;
use tracing::field::Empty;
use tracing::{Span, error_span};

/// Makes the span of a call. It ends with the last actor that holds it.
pub(super) fn call(call: &CallId) -> Span {
    error_span!(parent: None, "call", call.id = %call)
}

/// The spans of one call's decisions.
pub(super) struct Trace {
    call: Span,
    turn: Option<Span>,
    phase: &'static str,
}

impl Trace {
    /// Goes on under the span of the call, in which its actor is started.
    pub fn of_the_call() -> Self {
        Self {
            call: Span::current(),
            turn: None,
            phase: "",
        }
    }

    /// Gives the span of what goes on now.
    pub fn span(&self) -> Span {
        self.turn.as_ref().unwrap_or(&self.call).clone()
    }

    /// Begins a turn with the caller's words, before they are decided on; words before a reply are of the same turn.
    pub fn begin(&mut self, entry: &Recorded) {
        let Event::CallerSaid {
            utterance,
            recognised_ms,
        } = &entry.event
        else {
            return;
        };
        if self.turn.is_none() && !utterance.text.trim().is_empty() {
            let turn = error_span!(
                parent: &self.call,
                "turn",
                turn.entry = entry.seq,
                turn.recognised_ms = recognised_ms,
                turn.waited_ms = Empty,
            );
            self.turn = Some(turn);
        }
    }

    /// Logs what was decided, and where the call is now.
    pub fn decided(&mut self, state: &CallState, entry: &Recorded, effects: &[Effect]) {
        let phase = state.phase.name();
        tracing::debug!(
            call.entry = entry.seq,
            call.event = entry.event.kind(),
            call.effects = effects.len(),
            call.phase = phase,
            "decided"
        );
        if self.phase != phase {
            self.phase = phase;
            let outcome = state.outcome().map(Outcome::as_str);
            tracing::info!(call.phase = phase, call.outcome = outcome, "call moves on");
        }
    }

    /// Ends the turn with the first sound of the reply, or with the conversation.
    pub fn end(&mut self, state: &CallState, entry: &Recorded) {
        let is_over = matches!(state.phase, Phase::Over(_));
        let is_replied = matches!(entry.event, Event::PromptStarted { .. });
        if !is_over && !is_replied {
            return;
        }
        if let Some(turn) = self.turn.take() {
            let waited = state.transcript.last().and_then(|last| last.latency_ms);
            turn.record("turn.waited_ms", waited);
        }
    }
}
