//! Owns what a booking is. Called by the dialogue, the booking desk and its adapters.
//!
//! Stored as JSON in journals for ever: fields may be added with a default, never renamed.

use super::{BookingKey, CallId, Cents, PhoneNumber};
use serde::{Deserialize, Serialize};

/// What a caller wants booked, complete and read back. Only the first four are always asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingDetails {
    /// Day and time of the party in the business's own time zone.
    pub starts: jiff::civil::DateTime,
    /// Guests, adults and children together.
    pub party_size: u32,
    /// Name the booking goes under.
    pub name: String,
    /// Number to call back, if there is one.
    pub phone: Option<PhoneNumber>,
    /// How many of the guests are children; `None`: it was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<u32>,
    /// Where the party is; `None`: it was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is celebrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<String>,
    /// Proteins and upgrades that were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Diets and allergies, in the caller's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dietary: Vec<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Total that the caller was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<Cents>,
}

impl BookingDetails {
    /// Gives the ZIP of the place, if it is known.
    #[must_use]
    pub fn zip(&self) -> Option<&str> {
        self.place.as_ref()?.zip.as_deref()
    }

    /// Counts the guests that are not known to be children.
    #[must_use]
    pub fn adults(&self) -> u32 {
        self.party_size.saturating_sub(self.children.unwrap_or(0))
    }
}

/// Where a party is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Street, house and town, as they were said.
    pub address: Option<String>,
    /// Five digits, or five and four.
    pub zip: Option<String>,
}

/// A protein or an upgrade, and for how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Name of the dish in the profile.
    pub name: String,
    /// Guests who have it; `None`: all.
    #[serde(default)]
    pub guests: Option<u32>,
}

/// A booking that stands in the book, or stood there.
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
    /// Whether it was cancelled since.
    #[serde(default)]
    pub cancelled: bool,
}
