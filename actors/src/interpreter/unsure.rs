//! Owns when the grammar's reading is not enough: nothing was understood, or a question that neither the profile nor the
//! dialogue answers by itself. Called by the interpreter. Pure.

use crate::dialogue;
use crate::grammar::{Context, Intent, Understanding, has_slots};
use crate::types::Profile;

/// Fewer words than these are a greeting, a cough, or cut off.
const WORDS_MIN: usize = 3;
/// Longer speeches are no question to a host.
const WORDS_MAX: usize = 80;
/// Below this the grammar only guesses.
const SURE: f32 = 0.5;
/// Wishes about the talk itself: what they say is settled, and no model has a say in it.
const SETTLED: [Intent; 5] = [
    Intent::Affirm,
    Intent::Deny,
    Intent::TalkToHuman,
    Intent::Goodbye,
    Intent::Repeat,
];

/// Tells whether a model may be of help.
pub(super) fn is_unsure(
    text: &str,
    reading: &Understanding,
    context: &Context,
    profile: &Profile,
) -> bool {
    let words = text.split_whitespace().count();
    let settled = SETTLED.iter().any(|intent| reading.has(*intent));
    if context.verbatim || reading.language.is_some() || settled {
        return false;
    }
    if !(WORDS_MIN..=WORDS_MAX).contains(&words) || dialogue::is_known(profile, text, reading) {
        return false;
    }
    let found = has_slots(reading);
    let foreign = |intent: Intent| intent == Intent::OutOfScope;
    let nothing = !found && reading.intents.iter().all(|one| foreign(one.value));
    // Where nothing at all was read, not even that it is foreign, the words were small talk.
    let small_talk = !found && reading.intents.is_empty();
    !small_talk && (nothing || reading.confidence < SURE)
}
