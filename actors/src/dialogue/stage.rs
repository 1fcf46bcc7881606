//! Owns where a conversation stands, and what is to become of the slots. Moved on by the goals' files.

use crate::grammar::Slot;
use crate::types::{Booking, BookingDetails};
use jiff::civil::{DateTime, Time};

/// Where the conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// The caller was greeted and has not said what it is about.
    Greeted,
    /// Something was asked for.
    Asking(Slot),
    /// Other starts were offered.
    Offering(Vec<DateTime>),
    /// No party starts when the caller wants it, and the nearest start was offered.
    Nearest(Time),
    /// "Make it seven": whether that is the hour or the guests was asked.
    HourOrGuests(u32),
    /// This was read back, and nothing else is committed by a yes.
    Confirming(Box<BookingDetails>),
    /// The read-back was denied, or a booking was found that is to be changed.
    Changing,
    /// The name of an earlier booking was offered.
    Recalling(String),
    /// Which booking it is about was asked for.
    Finding,
    /// Several bookings were found and told.
    Choosing(Vec<Booking>),
    /// A booking was read back, to be cancelled.
    Cancelling(Box<Booking>),
    /// In triage, the reason of the call was asked for.
    Reason,
    /// In triage, the caller's name was asked for.
    CallersName,
    /// No person took the call; the caller chooses between a booking and a message.
    NobodyCame,
    /// A message was asked for.
    Message,
    /// For a message, the caller's name or number was asked for.
    MessageFrom(Slot),
    /// A message was read back.
    MessageConfirming,
}

/// What is to become of the slots once they are complete.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goal {
    /// A new booking.
    Book,
    /// Another shape of a booking, once it is found.
    Change(Option<Box<Booking>>),
    /// No booking any more, once it is found.
    Cancel,
}
