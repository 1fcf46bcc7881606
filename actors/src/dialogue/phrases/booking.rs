//! Owns what is said of bookings: reading them back, offering starts, confirming, changing, cancelling.

use super::{Line, capitalised};
use crate::dialogue::spoken;
use crate::ports::booking::Refusal;
use crate::types::{Booking, BookingDetails, PhoneNumber};
use jiff::civil::DateTime;

/// Reads the booking back.
pub fn read_back(details: &BookingDetails, caller: Option<&PhoneNumber>) -> Line {
    let phone = match (&details.phone, caller) {
        (Some(phone), Some(caller)) if phone == caller => {
            "and we can reach you at the number you're calling from".to_owned()
        }
        (Some(phone), _) => {
            format!(
                "and we can reach you at {}",
                spoken::phone(phone.national())
            )
        }
        (None, _) => "and we have no number to call you back".to_owned(),
    };
    let place = details.zip().map_or_else(String::new, |zip| {
        format!(", in ZIP {}", spoken::spelled(zip))
    });
    let total = details.quoted.map_or_else(String::new, |total| {
        format!(" The total comes to {}.", spoken::dollars(total))
    });
    Line::own(format!(
        "Let me read that back: {}, for {}{place}, under {}, {phone}.{total} Is that right?",
        spoken::start(details.starts),
        guests(details),
        details.name,
    ))
}

fn guests(details: &BookingDetails) -> String {
    let people = match details.party_size {
        1 => "one person".to_owned(),
        n => format!("{} people", spoken::number(n)),
    };
    match details.children {
        None | Some(0) => people,
        Some(1) => format!("{people}, one of them a child"),
        Some(n) => format!("{people}, {} of them children", spoken::number(n)),
    }
}

/// Says which booking was found.
fn this_booking(booking: &Booking) -> String {
    format!(
        "your party on {} for {}",
        spoken::start(booking.details.starts),
        guests(&booking.details),
    )
}

/// Asks whether a booking is to be cancelled.
pub fn cancel_this(booking: &Booking) -> Line {
    Line::own(format!(
        "I have {}. Shall I cancel it?",
        this_booking(booking)
    ))
}

/// Asks what is to be changed in a booking.
pub fn change_this(booking: &Booking) -> Line {
    Line::own(format!(
        "I have {}. What would you like to change?",
        this_booking(booking)
    ))
}

/// Asks which of several bookings it is about.
pub fn choose(found: &[Booking]) -> Line {
    let days: Vec<String> = found
        .iter()
        .map(|booking| spoken::date(booking.details.starts.date()))
        .collect();
    Line::own(format!(
        "I have bookings on {}. Which day do you mean?",
        spoken::listed(&days, "and")
    ))
}

/// Says that a booking was cancelled, and takes leave.
pub fn cancelled(booking: &Booking) -> Line {
    Line::own(format!(
        "{} is cancelled. Thank you for letting us know. Goodbye.",
        capitalised(&this_booking(booking))
    ))
}

/// Says that a booking was changed, and takes leave.
pub fn changed(booking: &Booking) -> Line {
    Line::own(format!(
        "It's changed: {} Your confirmation number is still {}. Thank you for calling. Goodbye.",
        spoken::ended(this_booking(booking)),
        spoken::spelled(&booking.number),
    ))
}

/// Offers the name of the caller's last party.
pub fn recall(name: &str) -> Line {
    Line::own(format!(
        "Welcome back. Should I put it under {name}, as last time?"
    ))
}

/// Tells what is free on a day.
pub fn openings(date: jiff::civil::Date, openings: &[DateTime]) -> Line {
    let day = spoken::date(date);
    let times: Vec<String> = openings
        .iter()
        .map(|opening| spoken::time(opening.time()))
        .collect();
    match times.as_slice() {
        [] => Line::own(format!(
            "I'm sorry, {day} is full. What other day would suit you?"
        )),
        [only] => Line::own(format!(
            "On {day} I have {} Would that work?",
            spoken::ended(only.clone())
        )),
        several => Line::own(format!(
            "On {day} I have, for example, {} What time would you like?",
            spoken::ended(spoken::listed(several, "or"))
        )),
    }
}

/// Says which rule is in the way, and offers what is possible.
pub fn against_the_rules(why: &Refusal, alternatives: &[DateTime], area: &str) -> Line {
    let starts: Vec<String> = alternatives.iter().map(|one| spoken::start(*one)).collect();
    let offer = match starts.as_slice() {
        [] => "What other day or time would suit you?".to_owned(),
        [one] => format!("I could do {} Would that work?", spoken::ended(one.clone())),
        several => format!(
            "I could do {} Which would you like?",
            spoken::ended(spoken::listed(several, "or"))
        ),
    };
    Line::own(match why {
        Refusal::Closed => format!("I'm sorry, no party starts then. {offer}"),
        Refusal::TooSoon { .. } => {
            format!("I'm sorry, that is too soon for us to prepare. {offer}")
        }
        Refusal::TooFar { latest } => format!(
            "I'm sorry, we take bookings only up to {} {offer}",
            spoken::ended(spoken::date(*latest))
        ),
        Refusal::TooManyGuests { most } => format!(
            "I'm sorry, we can cook for {} guests at most. How many will there be?",
            spoken::number(*most)
        ),
        Refusal::OutOfArea if area.is_empty() => {
            "I'm sorry, we don't come that far. Is there another ZIP code?".to_owned()
        }
        Refusal::OutOfArea => format!(
            "I'm sorry, we don't come that far. We serve {area}. Is there another ZIP code?"
        ),
    })
}

/// Confirms a booking and takes leave.
pub fn booked(booking: &Booking) -> Line {
    Line::own(format!(
        "You're booked for {} Your confirmation number is {}. Thank you for calling. Goodbye.",
        spoken::ended(spoken::start(booking.details.starts)),
        spoken::spelled(&booking.number),
    ))
}

/// Says that a start is full and offers others.
pub fn taken(starts: DateTime, alternatives: &[DateTime]) -> Line {
    let full = format!("I'm sorry, {} is already full.", spoken::start(starts));
    let offered: Vec<String> = alternatives
        .iter()
        .map(|other| {
            if other.date() == starts.date() {
                spoken::time(other.time())
            } else {
                spoken::start(*other)
            }
        })
        .collect();
    match offered.as_slice() {
        [] => Line::own(format!("{full} What other day or time would suit you?")),
        [one] => {
            let one = spoken::ended(one.clone());
            Line::own(format!("{full} I could do {one} Would that work?"))
        }
        [first @ .., last] => Line::own(format!(
            "{full} I could do {} or {} Which would you like?",
            first.join(", "),
            spoken::ended(last.clone()),
        )),
    }
}
