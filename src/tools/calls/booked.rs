//! Owns the comparison of what the book did with what would be asked of it today. Called by the replay. Never asks the book.

use maitred_actors::call::{Effect, Event};
use maitred_actors::types::BookingDetails;

/// Compares what the book did with what would be asked of it today.
pub(super) fn booked_otherwise(event: &Event, asked: &Effect) -> Option<(String, String)> {
    match (event, asked) {
        (
            Event::BookingAnswered {
                result: Ok(booking),
                ..
            },
            Effect::Book { key, details, .. },
        ) => {
            if booking.key != *key {
                return Some((format!("key {}", booking.key), format!("key {key}")));
            }
            details_differ(&booking.details, details)
        }
        (
            Event::BookingChanged {
                result: Ok(booking),
                ..
            },
            Effect::ChangeBooking {
                number, details, ..
            },
        ) => number_differs(&booking.number, number)
            .or_else(|| details_differ(&booking.details, details)),
        (
            Event::BookingCancelled {
                result: Ok(booking),
                ..
            },
            Effect::CancelBooking { number, .. },
        ) => number_differs(&booking.number, number),
        _ => None,
    }
}

fn number_differs(then: &str, today: &str) -> Option<(String, String)> {
    (then != today).then(|| (format!("booking {then}"), format!("booking {today}")))
}

/// Tells the fields in which two bookings differ.
fn details_differ(then: &BookingDetails, today: &BookingDetails) -> Option<(String, String)> {
    let fields = |details| match serde_json::to_value(details) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (then, today) = (fields(then), fields(today));
    let only = |one: &serde_json::Map<_, _>, other: &serde_json::Map<_, _>| {
        let differing = one
            .iter()
            .filter(|(name, value)| other.get(*name) != Some(*value));
        let told: Vec<String> = differing
            .map(|(name, value): (&String, &serde_json::Value)| format!("{name} {value}"))
            .collect();
        told.join(", ")
    };
    (then != today).then(|| (only(&then, &today), only(&today, &then)))
}
