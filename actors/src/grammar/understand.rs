//! Reads one utterance: runs the readers and weighs what they found against what was asked.
//!
//! Owns the order of the readers. Called by everybody through `grammar::understand`. Never holds rules
//! of its own about any one slot.

use super::datetime;
use super::reading::{Context, Understanding};
use super::tokens;

/// Reads `text` (the recogniser's best guess, with its other guesses in `nbest`) into intents and slots.
#[must_use]
pub fn understand(text: &str, nbest: &[String], context: &Context) -> Understanding {
    let _ = nbest;
    let tokens = tokens::tokenise(text);
    let (date, time) = datetime::read(&tokens, context);
    Understanding {
        date,
        time,
        ..Understanding::default()
    }
}
