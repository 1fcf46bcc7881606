//! Owns what a booking is. Called by the dialogue, the booking desk and its adapters.

use super::{BookingKey, CallId, PhoneNumber};
use serde::{Deserialize, Serialize};

/// What a caller wants booked, complete and read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingDetails {
    /// Day and time of the party in the business's own time zone.
    pub starts: jiff::civil::DateTime,
    /// Guests, adults and children together.
    pub party_size: u32,
    /// Name the booking goes under.
    pub name: String,
    /// Number to call back, if there is one.
    pub phone: Option<PhoneNumber>,
}

/// A booking that stands in the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Confirmation number, short enough to be spoken, for example `MH4821`.
    pub number: String,
    /// Key under which it was asked for; asking again under it finds this booking.
    pub key: BookingKey,
    /// Call that made it.
    pub call: CallId,
    /// What was booked.
    pub details: BookingDetails,
}
