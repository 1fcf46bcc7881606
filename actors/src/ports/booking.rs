//! Owns the port to the book. Implemented by `src/adapters/booking`; called by the `BookingDesk` actor.
//!
//! A place in the book is a crew at a time in a place: a party is free if crews can be found that come there from their
//! party before and get to their party after in time. A call holds at most one place while its caller decides; a hold
//! that has run out is in nobody's way. What is made, changed or cancelled is so once for its key, however often it is
//! asked for.

use super::PortFuture;
use crate::types::{Booking, BookingDetails, BookingKey, CallId, PhoneNumber};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Why the book did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// No crew is free then; the nearest free starts, those of the same day first.
    #[error("slot is taken")]
    Taken {
        /// Up to three free starts near the one that was wanted.
        alternatives: Vec<DateTime>,
    },
    /// The business's rules do not allow it, whatever is free.
    #[error("not possible: {why}")]
    Refused {
        /// The rule.
        why: Refusal,
        /// Up to three free starts near the one that was wanted; none where no start would do.
        alternatives: Vec<DateTime>,
    },
    /// No booking with that number stands in the book.
    #[error("no such booking")]
    NoSuchBooking,
    /// The book cannot be read or written now.
    #[error("book not available: {0}")]
    Unavailable(String),
}

/// A rule of the business that is in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No party starts then.
    #[error("outside the hours")]
    Closed,
    /// It is past, or too soon to prepare.
    #[error("too soon, from {earliest} on")]
    TooSoon {
        /// First moment that is late enough.
        earliest: DateTime,
    },
    /// Bookings are not taken so far ahead.
    #[error("too far ahead, until {latest}")]
    TooFar {
        /// Last day for which they are.
        latest: Date,
    },
    /// All crews together could not serve so many.
    #[error("too many guests, at most {most}")]
    TooManyGuests {
        /// Most guests of one party.
        most: u32,
    },
    /// The place is not served.
    #[error("outside the area")]
    OutOfArea,
}

/// A place in the book that a caller would like to have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Start of the party, local time of the business.
    pub starts: DateTime,
    /// Guests; 1 where it is not known yet.
    pub guests: u32,
    /// ZIP of the place; `None` where it is not known yet.
    pub zip: Option<String>,
    /// Number of the booking that would move there.
    pub replaces: Option<String>,
    /// For openings, last of the days that are looked at; `None`: only the day of `starts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// For openings of several days, the only weekday that is looked at, 1 for Monday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<i8>,
}

impl Wanted {
    /// Wants what the details say, in place of a booking if one is named.
    #[must_use]
    pub fn of(details: &BookingDetails, replaces: Option<String>) -> Self {
        Self {
            starts: details.starts,
            guests: details.party_size,
            zip: details.zip().map(str::to_owned),
            replaces,
            ..Self::default()
        }
    }
}

/// By what a booking is looked for; what is given must all fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Confirmation number, or its digits.
    pub number: Option<String>,
    /// Number to call back.
    pub phone: Option<PhoneNumber>,
    /// Name it goes under, or a part of it.
    pub name: Option<String>,
    /// Day of the party.
    pub day: Option<Date>,
    /// Look among those that are over, the last first: tells who has been here before.
    #[serde(default)]
    pub past: bool,
}

/// The book of the business.
pub trait Book: Send + Sync + 'static {
    /// Lists the starts of that day, or of the days up to `until`, that are free for such a party, earliest first; the time of
    /// `wanted` is not looked at.
    fn openings(&self, call: CallId, wanted: Wanted) -> PortFuture<Result<Vec<DateTime>, Error>>;
    /// Holds a place for a call, in place of what it held; only if it is free. Ends with the call, or some minutes later.
    fn hold(&self, call: CallId, wanted: Wanted) -> PortFuture<Result<(), Error>>;
    /// Lets go what a call holds, if anything.
    fn release(&self, call: CallId) -> PortFuture<Result<(), Error>>;
    /// Makes the booking once for its key, on what the call holds or on what is free: asked again, gives the booking that
    /// was made, whatever is full now.
    fn book(
        &self,
        key: BookingKey,
        call: CallId,
        details: BookingDetails,
    ) -> PortFuture<Result<Booking, Error>>;
    /// Lists up to ten bookings that stand and fit: those that are not over, the next one first, or as the search says. A
    /// search by nothing finds nothing.
    fn find(&self, search: Search) -> PortFuture<Result<Vec<Booking>, Error>>;
    /// Changes a booking once for the key; asked again, gives the booking as that change left it.
    fn change(
        &self,
        key: BookingKey,
        call: CallId,
        number: String,
        details: BookingDetails,
    ) -> PortFuture<Result<Booking, Error>>;
    /// Cancels a booking once for the key; asked again, gives it as it was cancelled.
    fn cancel(
        &self,
        key: BookingKey,
        call: CallId,
        number: String,
    ) -> PortFuture<Result<Booking, Error>>;
}
