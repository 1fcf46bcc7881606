//! Tells whether a turn is about the booking or about something else that has days and times too.
//!
//! Owns the words for such things: a train, a hotel room, a taxi. Called by `transcript`. Never reads values.

use super::tokens;
use super::wording::Wording;

const OURS: &str = "restaurant|restaurants|table|tables|reservation|reservations|dinner|lunch|brunch|party|appointment|\
    catering|dine|dining|eat|hibachi|venue|apartment|apartments|viewing|doctor|dentist";
const OTHERS: &str = "train|trains|taxi|taxis|cab|hotel|hotels|guesthouse|guest house|flight|flights|bus|museum|museums|\
    attraction|attractions|college|colleges|nightclub|tickets|ticket|nights|airport|room service|departs|depart|departing|\
    arrives|arrive|arriving|a place to stay";

/// Whether a turn turns to something else; nothing where it does not say. What is named first is what it is about:
/// "a train for the same day as my table".
pub(super) fn elsewhere(text: &str) -> Option<bool> {
    let wording = Wording::new(&tokens::tokenise(text));
    match (wording.any(OURS), wording.any(OTHERS)) {
        (true, true) => Some(wording.first(OTHERS) < wording.first(OURS)),
        (ours, others) if ours != others => Some(others),
        _ => None,
    }
}

/// Whether a turn speaks of the weather, whose day is not the booking's.
pub(super) fn is_weather(text: &str) -> bool {
    Wording::new(&tokens::tokenise(text))
        .any("weather|forecast|raining|rain|snowing|temperature|temperatures")
}
