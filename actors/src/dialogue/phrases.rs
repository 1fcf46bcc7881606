//! Owns every sentence that Maitred says, short and speakable. Called by the policy and by `decide`. Each is in one
//! place; a question has several wordings, so that nobody hears the same useless question three times.

use super::slots::{Problem, Slots};
use super::spoken;
use super::summary::Summary;
use crate::call::Outcome;
use crate::grammar::Slot;
use crate::types::{Booking, BookingDetails, CallSettings, PhoneNumber};
use jiff::civil::DateTime;

/// Said while the caller waits for us.
pub const ONE_MOMENT: &str = "One moment, please.";
/// Said before the caller is sent to a person.
pub const PUTTING_THROUGH: &str = "One moment, I'll put you through.";
/// Said while a person is called for the caller.
pub const TRYING_TO_REACH: &str = "One moment, please. I'll try to reach someone for you.";
/// Said now and then while that goes on.
pub const STILL_TRYING: &str = "I'm still trying to reach someone. Thank you for your patience.";
/// Said when the caller heard nothing for a while, before the last words are repeated.
pub const CUT_OFF: &str = "I'm sorry, we were cut off for a moment.";
/// Spoken by RingCentral to a caller when no voice of ours works.
pub const REPLY_WITHOUT_A_VOICE: &str =
    "We are sorry, we cannot take your call right now. We will call you back as soon as we can.";
/// Asked when the person called did not take the call.
pub const NOBODY_CAME: &str = "I'm sorry, nobody can come to the phone right now. \
     I can book a party for you, or take a message. Which would you like?";
/// Asked for a message.
pub const WHAT_MESSAGE: &str = "What would you like me to pass on?";
/// Said when a message was taken.
pub const MESSAGE_TAKEN: &str =
    "Thank you. I'll pass that on, and somebody will get back to you. Goodbye.";
/// Asked in triage when the reason of the call is not known.
pub const WHAT_ABOUT: &str = "May I ask what your call is about?";
/// Asked in triage when the caller's name is not known.
pub const WHO_IS_CALLING: &str = "And who may I say is calling?";
/// Said when the call cannot go on.
pub const SOMETHING_WRONG: &str =
    "I'm sorry, something went wrong on our side. Please call us again in a moment. Goodbye.";
/// Said to a caller who ends the conversation.
pub const GOODBYE: &str = "Thank you for calling. Goodbye.";
/// Said to a caller who has been silent for too long.
pub const SILENT_GOODBYE: &str =
    "I can't hear anything on the line, so I'll hang up now. Please call again any time. Goodbye.";
/// Said after a read-back that was denied.
pub const WHAT_TO_CHANGE: &str = "All right. What should I change?";
/// Said when an alternative was turned down.
pub const ANOTHER_DAY: &str = "All right. What other day or time would suit you?";
/// Said when the book cannot be reached.
pub const BOOK_CLOSED: &str =
    "I'm sorry, I can't reach our book right now, so nothing is booked yet.";

/// A sentence to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The words.
    pub text: String,
    /// Whether they are the same in every call, so that their sound may be kept.
    pub fixed: bool,
}

impl Line {
    /// A sentence that is the same in every call.
    pub fn fixed(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            fixed: true,
        }
    }

    /// A sentence that belongs to this call.
    pub fn own(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            fixed: false,
        }
    }

    /// Puts another sentence before it.
    pub fn after(self, first: &str) -> Self {
        Self {
            text: format!("{first} {}", self.text),
            fixed: self.fixed,
        }
    }
}

/// Asks for something, the `nth` time from 0.
pub fn ask(slot: Slot, nth: u32, slots: &Slots) -> Line {
    let wordings: [&str; 3] = match slot {
        Slot::Date => [
            "What day would you like the party?",
            "Which day should I put down? For example, Saturday the sixth.",
            "Please tell me the month and the day of the party.",
        ],
        Slot::Time => [
            "What time should it start?",
            "At what hour should the party begin? For example, six p.m.",
            "Please tell me just the time, such as five thirty in the evening.",
        ],
        Slot::PartySize => [
            "How many people will there be?",
            "How many guests should we cook for, adults and children together?",
            "Please tell me just the number of guests. You can also type it on your keypad.",
        ],
        Slot::Name => [
            "What name should I put it under?",
            "Could you tell me your name once more?",
            "Please spell your last name for me.",
        ],
        Slot::Phone => [
            "What number can we call you back on?",
            "Please give me your phone number, area code first.",
            "Please type your phone number on the keypad.",
        ],
        Slot::Email => [
            "What is your e-mail address?",
            "Could you spell your e-mail address?",
            "Please spell your e-mail address slowly.",
        ],
        Slot::Address => [
            "What is the address of the party?",
            "Which street and number should we come to?",
            "Please give me the street address and the ZIP code.",
        ],
    };
    let text = wordings[(nth as usize).min(wordings.len() - 1)];
    match (slot, nth, slots.date) {
        (Slot::Time, 0, Some(date)) => Line::own(format!("{}. {text}", spoken::date(date))),
        _ => Line::fixed(text),
    }
}

/// What a person hears before the caller.
pub fn whisper(summary: &Summary, caller: Option<&PhoneNumber>) -> String {
    let who = match (&summary.name, caller) {
        (Some(name), _) => name.clone(),
        (None, Some(number)) => spoken::phone(number.national()),
        (None, None) => "somebody who withholds the number".to_owned(),
    };
    let about = match (&summary.reason, &summary.booking) {
        (Some(reason), None) => format!(" It is about: {reason}."),
        (_, Some(booking)) => format!(" It is about a booking: {booking}."),
        (None, None) => String::new(),
    };
    format!("You have a call from {who}.{about} Connecting you now.")
}

/// Asks what the call is about, the `nth` time from 0.
pub fn ask_goal(nth: u32) -> Line {
    Line::fixed(match nth {
        0 | 1 => "Would you like to book a party? If so, for what day?",
        _ => "I can book a party for you. Just tell me the day.",
    })
}

/// Reads the booking back.
pub fn read_back(details: &BookingDetails, caller: Option<&PhoneNumber>) -> Line {
    let people = match details.party_size {
        1 => "one person".to_owned(),
        n => format!("{} people", spoken::number(n)),
    };
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
    Line::own(format!(
        "Let me read that back: {}, for {people}, under {}, {phone}. Is that right?",
        spoken::start(details.starts),
        details.name,
    ))
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

/// Says what is wrong with something the caller said.
pub fn problem(problem: &Problem, settings: &CallSettings) -> Line {
    match problem {
        Problem::NoSuchDay => {
            Line::fixed("I don't think there is such a day. Which day do you mean?")
        }
        Problem::WeekdayDisagrees(date, weekday) => {
            let said = jiff::civil::Weekday::from_monday_one_offset(*weekday)
                .map_or("another day", spoken::weekday);
            Line::own(format!(
                "I have {} for that date, not {said}. Which day do you mean?",
                spoken::date(*date),
            ))
        }
        Problem::Past => Line::fixed("That has already passed. Which day and time do you mean?"),
        Problem::WhichDay => Line::fixed("Which day exactly would you like?"),
        Problem::WhichTime => Line::fixed("What time exactly should it start?"),
        Problem::Closed => Line::own(format!(
            "Our parties start between {} and {} What time would you like?",
            spoken::time(settings.opens),
            spoken::ended(spoken::time(settings.closes)),
        )),
        Problem::PartySize => Line::own(format!(
            "We cook for up to {} people. How many will there be?",
            spoken::number(super::slots::PARTY_MAX),
        )),
    }
}

/// Asks a silent caller, the `nth` time from 0.
pub fn still_there(nth: u32, question: &Line) -> Line {
    match nth {
        0 => question.clone().after("Are you still there?"),
        _ => question.clone().after("I can't hear you very well."),
    }
}

/// Says that nothing was understood, the `nth` time from 0.
pub fn sorry(nth: u32, question: &Line) -> Line {
    match nth {
        0 => question.clone().after("I'm sorry, I didn't get that."),
        _ => question.clone().after("I still didn't understand."),
    }
}

/// Says what Maitred cannot do, and what it can.
pub fn only_bookings(question: &Line) -> Line {
    question
        .clone()
        .after("I can't help with that on the phone yet, but I can take a booking.")
}

/// Tells the hours in which parties start.
pub fn hours(settings: &CallSettings, question: &Line) -> Line {
    question.clone().after(&format!(
        "Our parties start between {} and {}",
        spoken::time(settings.opens),
        spoken::ended(spoken::time(settings.closes)),
    ))
}

/// Says honestly that no person can be reached, and takes leave.
pub fn nobody_there(outcome: Outcome) -> Line {
    Line::fixed(match outcome {
        Outcome::PersonWanted => {
            "I'm sorry, nobody can take your call right now. I've written down that you would like to talk to \
             someone. Goodbye."
        }
        Outcome::TurnLimit => {
            "I'm sorry, I couldn't finish this with you. I've written down that you called and would like to talk \
             to someone. Goodbye."
        }
        _ => SOMETHING_WRONG,
    })
}
