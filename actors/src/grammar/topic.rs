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

/// Whether our side asks for something that is no part of a booking: a number of another kind, who the caller is.
pub(super) fn asks_something_else(question: &str) -> bool {
    Wording::new(&tokens::tokenise(question)).any(
        "account number|pin|pin code|date of birth|birth date|maiden name|your pet|the pet|room number|flight number|\
        flight id|card number|confirmation number|reference number|order number|member number|security code|security question|\
        social security|license plate|which question|what question",
    )
}

/// Whether a turn speaks of the weather, whose day is not the booking's.
pub(super) fn is_weather(text: &str) -> bool {
    Wording::new(&tokens::tokenise(text))
        .any("weather|forecast|raining|rain|snowing|temperature|temperatures")
}
