//! Small types that every part shares: identifiers, numbers, settings, bookings.

mod booking;
mod ids;
mod settings;

pub use booking::{Booking, BookingDetails};
pub use ids::{BookingKey, CallId, Masked, PhoneNumber, QuestionNo, SessionId, SipCallId};
pub use settings::{AiMode, CallSettings, Consult, Texts};
