//! Small types that every part shares: identifiers, numbers, settings, bookings, the business.

mod booking;
mod hours;
mod ids;
mod profile;
mod quote;
mod settings;

pub use booking::{Booking, BookingDetails, Choice, Place};
pub use hours::{Hours, Opening};
pub use ids::{BookingKey, CallId, Masked, PhoneNumber, QuestionNo, SessionId, SipCallId};
pub use profile::{
    Answer, Area, Capacity, Cents, Dish, Menu, PartyLength, Person, Prices, Profile, Service,
    Vocabulary, Zone,
};
pub use quote::{Charge, NoQuote, Quote, QuoteLine, quote};
pub use settings::{AiMode, CallSettings, Consult, Recording, Texts};
