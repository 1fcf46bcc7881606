//! Owns what is said of bookings: reading them back, offering starts, confirming, changing, cancelling.

use super::{Line, Question, capitalised};
use crate::dialogue::spoken;
use crate::ports::booking::Refusal;
use crate::types::{Booking, BookingDetails, Choice, PhoneNumber};
use jiff::civil::{Date, DateTime};

/// Reads the booking back: all that is committed by a yes.
pub fn read_back(details: &BookingDetails, caller: Option<&PhoneNumber>) -> Question {
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
    let total = details.quoted.map_or_else(String::new, |total| {
        format!(" The total comes to {}.", spoken::dollars(total))
    });
    let read = format!(
        "{}, for {}{}{}, under {}, {phone}.{}{total}",
        spoken::start(details.starts),
        guests(details),
        occasion(details),
        place(details),
        details.name,
        food(details),
    );
    Question::own([
        format!("Let me read that back: {read} Is that right?"),
        format!("Once more: {read} Shall I book it?"),
    ])
}

fn occasion(details: &BookingDetails) -> String {
    let occasion = details.occasion.as_ref();
    occasion.map_or_else(String::new, |what| format!(", for the {what}"))
}

fn place(details: &BookingDetails) -> String {
    let place = details.place.clone().unwrap_or_default();
    let address = place
        .address
        .map(|address| format!(", at {}", spoken::address(&address)));
    let zip = place
        .zip
        .map(|zip| format!(", in ZIP {}", spoken::spelled(&zip)));
    [address, zip].into_iter().flatten().collect()
}

/// Tells what was chosen to eat, and what must not be eaten.
fn food(details: &BookingDetails) -> String {
    let choices: Vec<String> = details.choices.iter().map(choice).collect();
    let mut told = String::new();
    if !choices.is_empty() {
        told.push_str(&format!(" With {}.", spoken::listed(&choices, "and")));
    }
    if !details.dietary.is_empty() {
        let dietary = spoken::listed(&details.dietary, "and");
        told.push_str(&format!(" I've noted: {dietary}."));
    }
    told
}

fn choice(choice: &Choice) -> String {
    match choice.guests {
        Some(guests) => format!("{} for {}", choice.name, spoken::number(guests)),
        None => choice.name.clone(),
    }
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

/// Says which booking was found, before what is to become of it.
pub fn i_have(booking: &Booking) -> String {
    format!("I have {}.", this_booking(booking))
}

/// Asks what is to be changed in a booking.
pub fn change_what() -> Question {
    Question::fixed(&[
        "What would you like to change?",
        "Please tell me what should be different about the party.",
    ])
}

/// Asks whether a booking is to be cancelled.
pub fn cancel_this(booking: &Booking) -> Question {
    let this = this_booking(booking);
    Question::own([
        format!("I have {this}. Shall I cancel it?"),
        format!("It is {this}. Please say yes to cancel it, or no."),
    ])
}

/// Asks which of several bookings it is about.
pub fn choose(found: &[Booking]) -> Question {
    let same_day = |one: &&Booking, other: &Booking| {
        one.number != other.number && one.details.starts.date() == other.details.starts.date()
    };
    let days: Vec<String> = found
        .iter()
        .map(|booking| {
            let starts = booking.details.starts;
            match found.iter().any(|other| same_day(&booking, other)) {
                true => spoken::start(starts),
                false => spoken::date(starts.date()),
            }
        })
        .collect();
    let days = spoken::ended(spoken::listed(&days, "and"));
    Question::own([
        format!("I have bookings on {days} Which day do you mean?"),
        format!("There are bookings on {days} Please tell me which of them you mean."),
    ])
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
pub fn recall(name: &str) -> Question {
    Question::own([
        format!("Welcome back. Should I put it under {name}, as last time?"),
        format!("Is it under {name} again?"),
    ])
}

/// Says that nothing is free on a day.
pub fn day_is_full(date: Date) -> String {
    format!("I'm sorry, {} is full.", spoken::date(date))
}

/// Says on which days something is free.
pub fn free_days(days: &[Date]) -> String {
    let days: Vec<String> = days.iter().map(|day| spoken::date(*day)).collect();
    format!("I have {}.", spoken::listed(&days, "or"))
}

/// Asks for another day than one that is full.
pub fn another_day() -> Question {
    Question::fixed(&[
        "What other day would suit you?",
        "Which other day may I look up?",
    ])
}

/// Offers starts of a day.
pub fn openings(date: Date, openings: &[DateTime]) -> Question {
    let day = spoken::date(date);
    let times: Vec<String> = openings
        .iter()
        .map(|opening| spoken::time(opening.time()))
        .collect();
    let list = spoken::ended(spoken::listed(&times, "or"));
    match times.as_slice() {
        [_] => Question::own([
            format!("On {day} I have {list} Would that work?"),
            format!("There is {list} Shall I take that?"),
        ]),
        _ => Question::own([
            format!("On {day} I have, for example, {list} What time would you like?"),
            format!("There is, for example, {list} Which one is best?"),
        ]),
    }
}

/// Offers starts; the day is not told again where it is the one that is agreed. None: asks for another.
pub fn offer(offers: &[DateTime], agreed: Option<Date>) -> Question {
    let starts: Vec<String> = offers
        .iter()
        .map(|offer| match Some(offer.date()) == agreed {
            true => spoken::time(offer.time()),
            false => spoken::start(*offer),
        })
        .collect();
    let list = spoken::ended(spoken::listed(&starts, "or"));
    match starts.as_slice() {
        [] => Question::fixed(&[
            "What other day or time would suit you?",
            "Please tell me another day, or another time.",
        ]),
        [_] => Question::own([
            format!("I could do {list} Would that work?"),
            format!("There is {list} Shall I take that?"),
        ]),
        _ => Question::own([
            format!("I could do {list} Which would you like?"),
            format!("There is {list} Which one is best?"),
        ]),
    }
}

/// Says which rule is in the way.
pub fn against_the_rules(why: &Refusal, area: &str) -> String {
    match why {
        Refusal::Closed => "I'm sorry, no party starts then.".to_owned(),
        Refusal::TooSoon { .. } => "I'm sorry, that is too soon for us to prepare.".to_owned(),
        Refusal::TooFar { latest } => format!(
            "I'm sorry, we take bookings only up to {}.",
            spoken::date(*latest)
        ),
        Refusal::TooManyGuests { most } => format!(
            "I'm sorry, we can cook for {} guests at most.",
            spoken::number(*most)
        ),
        Refusal::OutOfArea if area.is_empty() => "I'm sorry, we don't come that far.".to_owned(),
        Refusal::OutOfArea => format!("I'm sorry, we don't come that far. We serve {area}."),
    }
}

/// Confirms a booking and takes leave.
pub fn booked(booking: &Booking) -> Line {
    Line::own(format!(
        "You're booked for {} Your confirmation number is {}. Thank you for calling. Goodbye.",
        spoken::ended(spoken::start(booking.details.starts)),
        spoken::spelled(&booking.number),
    ))
}

/// Confirms a booking before the next one.
pub fn booked_first(booking: &Booking) -> String {
    format!(
        "You're booked for {} Your confirmation number is {}. Now the other one.",
        spoken::ended(spoken::start(booking.details.starts)),
        spoken::spelled(&booking.number),
    )
}

/// Says that a start is full.
pub fn taken(starts: DateTime) -> String {
    format!("I'm sorry, {} is already full.", spoken::start(starts))
}
