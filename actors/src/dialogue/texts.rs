//! Owns the wording of text messages. Called by `decide`. Never decides whether one is sent.

use super::spoken;
use super::summary::Summary;
use crate::types::{Booking, CallSettings, PhoneNumber};

/// Tells a caller whom nobody answered that we know of the call.
pub fn missed_call(settings: &CallSettings) -> String {
    format!(
        "Sorry we missed your call to {}. Please call again, or reply to this text and we will get back to you.",
        settings.business
    )
}

/// Confirms a booking.
pub fn confirmation(settings: &CallSettings, booking: &Booking) -> String {
    let details = &booking.details;
    format!(
        "{}: your party for {} on {} at {} is booked under {}. Confirmation {}. To change it, call us.",
        settings.business,
        details.party_size,
        spoken::date(details.starts.date()),
        details.starts.time().strftime("%-I:%M %p"),
        details.name,
        booking.number,
    )
}

/// Tells a person whose call is coming, or came.
pub fn summary(summary: &Summary, caller: Option<&PhoneNumber>) -> String {
    let name = summary.name.as_deref().unwrap_or("name not given");
    let number = caller.map_or("number withheld", PhoneNumber::as_str);
    let mut text = format!("Call from {name}, {number}.");
    if let Some(reason) = &summary.reason {
        text.push_str(&format!(" Reason: {reason}."));
    }
    if let Some(booking) = &summary.booking {
        text.push_str(&format!(" Booking: {booking}."));
    }
    text
}

/// Passes a message on.
pub fn message(summary: &Summary, caller: Option<&PhoneNumber>, message: &str) -> String {
    let elsewhere = summary.call_back.as_ref();
    let elsewhere = elsewhere.filter(|number| Some(*number) != caller);
    let back = elsewhere.map_or_else(String::new, |number| {
        format!(" Call back: {}.", number.as_str())
    });
    format!(
        "{}{back} Message: {message}",
        self::summary(summary, caller)
    )
}
