//! Tells whether a turn is about the booking or about something else that has days and times too.
//!
//! Owns the words for such things: a train, a hotel room, a taxi. Called by `transcript`. Never reads values.

use super::tokens;
use super::wording::Wording;

const OURS: &str = "restaurant|restaurants|table|tables|reservation|dinner|lunch|brunch|party|appointment|catering|dine|eat|food|hibachi|venue|apartment";
const OTHERS: &str = "train|trains|taxi|taxis|cab|hotel|hotels|guesthouse|guest house|flight|flights|bus|museum|\
    attraction|attractions|college|colleges|park|theatre|theater|nightclub|swimming pool|nights|parking|wifi|room service";

/// Whether a turn turns to something else; nothing where it does not say.
pub(super) fn elsewhere(text: &str) -> Option<bool> {
    let wording = Wording::new(&tokens::tokenise(text));
    match (wording.any(OURS), wording.any(OTHERS)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}
