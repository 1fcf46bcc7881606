//! Owns the questions, and what is said when an answer does not come or cannot be taken.

use super::{Line, SOMETHING_WRONG};
use crate::call::Outcome;
use crate::dialogue::slots::{PARTY_MAX, Problem, Slots};
use crate::dialogue::spoken;
use crate::dialogue::summary::Summary;
use crate::grammar::Slot;
use crate::types::{CallSettings, PhoneNumber};

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
            "What is the ZIP code of the place?",
            "In which ZIP code will the party be? Five digits, please.",
            "Please tell me just the five digits of the ZIP code.",
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
            spoken::number(PARTY_MAX),
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

/// Says honestly that a question cannot be answered, and how to ask somebody who can.
pub fn not_known(question: &Line) -> Line {
    question.clone().after(
        "I'm sorry, I don't know that. If you'd like somebody to tell you, just ask for a person.",
    )
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

/// Begins a sentence.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
