//! Owns the port to the book. Implemented by `src/adapters/booking`; called by the `BookingDesk` actor.

use super::PortFuture;
use crate::types::{Booking, BookingDetails, BookingKey, CallId};
use serde::{Deserialize, Serialize};

/// Why a booking was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// The slot is full; the nearest free ones, nearest first.
    #[error("slot is taken")]
    Taken {
        /// Up to three free starts near the one that was wanted.
        alternatives: Vec<jiff::civil::DateTime>,
    },
    /// The book cannot be read or written now.
    #[error("book not available: {0}")]
    Unavailable(String),
}

/// The book of the business.
pub trait Book: Send + Sync + 'static {
    /// Tells whether a party could start then; `Err(Taken)` with alternatives if not.
    fn look(&self, starts: jiff::civil::DateTime) -> PortFuture<Result<(), Error>>;
    /// Makes the booking once for its key: asked again, gives the booking that was made, whatever is full now.
    fn book(
        &self,
        key: BookingKey,
        call: CallId,
        details: BookingDetails,
    ) -> PortFuture<Result<Booking, Error>>;
}
