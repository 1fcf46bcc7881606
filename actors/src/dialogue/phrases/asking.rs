//! Owns the questions that begin a conversation, fill a booking, or take a message, each in several wordings; and what is said
//! when an answer does not come or cannot be taken.

use super::{Line, Question, SOMETHING_WRONG};
use crate::call::Outcome;
use crate::dialogue::slots::{Problem, Slots, hours_on, party_max};
use crate::dialogue::spoken;
use crate::dialogue::summary::Summary;
use crate::grammar::Slot;
use crate::ports::booking::Search;
use crate::types::{CallSettings, PhoneNumber};

/// Asks for something that a booking needs.
pub fn ask(slot: Slot, slots: &Slots) -> Question {
    let question = Question::fixed(match slot {
        Slot::Date => &[
            "What day would you like the party?",
            "Which day should I put down? For example, Saturday the sixth.",
            "Please tell me the month and the day of the party.",
        ],
        Slot::Time => &[
            "What time should it start?",
            "At what hour should the party begin? For example, six p.m.",
            "Please tell me just the time, such as five thirty in the evening.",
        ],
        Slot::PartySize => &[
            "How many people will there be?",
            "How many guests should we cook for, adults and children together?",
            "Please tell me just the number of guests. You can also type it on your keypad.",
        ],
        Slot::Name => &[
            "What name should I put it under?",
            "Under what name should the booking be?",
            "Please spell your last name for me.",
        ],
        Slot::Phone => &[
            "What number can we call you back on?",
            "Please give me your phone number, area code first.",
            "Please type your phone number on the keypad.",
        ],
        Slot::Email => &[
            "What is your e-mail address?",
            "Could you spell your e-mail address?",
            "Please spell your e-mail address slowly.",
        ],
        Slot::Address => place(slots),
    });
    match (slot, slots.date) {
        (Slot::Time, Some(date)) => question.beginning(&format!("{}.", spoken::date(date))),
        _ => question,
    }
}

/// Asks for the place, or for what is missing of it.
fn place(slots: &Slots) -> &'static [&'static str] {
    match (&slots.place.address, &slots.place.zip) {
        (Some(_), _) => &[
            "What is the ZIP code of the place?",
            "In which ZIP code will the party be? Five digits, please.",
            "Please tell me just the five digits of the ZIP code.",
        ],
        (None, Some(_)) => &[
            "What is the street address there?",
            "Which house number and street is it?",
            "Please tell me just the number of the house and the street.",
        ],
        (None, None) => &[
            "What is the address of the party, with the ZIP code?",
            "Where will the party be? House number, street and ZIP code, please.",
            "Please tell me just the five digits of the ZIP code.",
        ],
    }
}

/// Asks for the ZIP code where nothing else of the place matters.
pub fn ask_zip() -> Question {
    Question::fixed(&[
        "What is the ZIP code of the place?",
        "In which ZIP code will the party be? Five digits, please.",
        "Please tell me just the five digits of the ZIP code.",
    ])
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
        (_, Some(booking)) => format!(" It is about a booking: {}", spoken::ended(booking.clone())),
        (None, None) => String::new(),
    };
    format!("You have a call from {who}.{about} Connecting you now.")
}

/// Asks what the call is about.
pub fn ask_goal() -> Question {
    Question::fixed(&[
        "Would you like to book a party? If so, for what day?",
        "I can book a party for you. Just tell me the day.",
    ])
}

/// Asks a caller who does not want to book a party.
pub fn what_else() -> Question {
    Question::fixed(&[
        "All right. What can I do for you?",
        "Then what may I help you with?",
    ])
}

/// Asks in triage for the reason of the call.
pub fn what_about() -> Question {
    Question::fixed(&[
        "May I ask what your call is about?",
        "What would you like to talk about?",
    ])
}

/// Asks in triage for the caller's name.
pub fn who_is_calling() -> Question {
    Question::fixed(&[
        "And who may I say is calling?",
        "May I have your name, please?",
    ])
}

/// Asks what should be done where no person can come.
pub fn book_or_message() -> Question {
    Question::fixed(&[
        "I can book a party for you, or take a message. Which would you like?",
        "Would you like to leave a message, or to book a party?",
    ])
}

/// Asks for a message.
pub fn what_message() -> Question {
    Question::fixed(&[
        "What would you like me to pass on?",
        "Please tell me your message now.",
    ])
}

/// Asks for the name or the number that belongs to a message.
pub fn message_from(slot: Slot) -> Question {
    Question::fixed(match slot {
        Slot::Phone => &[
            "And what number can we call you back on?",
            "Please give me your phone number, area code first.",
        ],
        _ => &[
            "And who may I say it is from?",
            "May I have your name, please?",
        ],
    })
}

/// Reads a message back.
pub fn read_message(message: &str, slots: &Slots, caller: Option<&PhoneNumber>) -> Question {
    let from = slots.name.as_deref();
    let from = from.map_or_else(String::new, |name| format!(" from {name}"));
    let back = match (&slots.phone, caller) {
        (Some(phone), Some(caller)) if phone == caller => {
            " We'll call you back at the number you're calling from.".to_owned()
        }
        (Some(phone), _) => format!(
            " We'll call you back at {}.",
            spoken::phone(phone.national())
        ),
        (None, _) => String::new(),
    };
    Question::own([
        format!("I'll pass this on{from}: {message}.{back} Is that right?"),
        format!("Once more, the message{from} is: {message}.{back} Shall I send it?"),
    ])
}

/// Asks which booking it is about, or for what is missing to find it.
pub fn which_booking(sought: &Search) -> Question {
    Question::fixed(match (&sought.name, sought.day) {
        (None, None) | (Some(_), Some(_)) => &[
            "What name is the booking under, and for which day?",
            "Please tell me the name of the booking and the day of the party.",
        ],
        (Some(_), None) => &[
            "And for which day is the booking?",
            "On what day is the party? The month and the day, please.",
        ],
        (None, Some(_)) => &[
            "And what name is the booking under?",
            "Please tell me the name that was given for the booking.",
        ],
    })
}

/// Asks what should be another way.
pub fn what_to_change() -> Question {
    Question::fixed(&[
        "All right. What should I change?",
        "Please tell me what should be different about the party.",
    ])
}

/// Asks about something that the caller said and that cannot be.
pub fn problem(problem: &Problem, settings: &CallSettings) -> Question {
    const WHICH_DAY: [&str; 2] = [
        "Which day do you mean?",
        "Please tell me the month and the day once more.",
    ];
    let which_day = |first: &str| Question::own(WHICH_DAY.map(|ask| format!("{first} {ask}")));
    match problem {
        Problem::NoSuchDay => which_day("I don't think there is such a day."),
        Problem::WeekdayDisagrees(date, weekday) => {
            let said = jiff::civil::Weekday::from_monday_one_offset(*weekday)
                .map_or("another day", spoken::weekday);
            which_day(&format!(
                "I have {} for that date, not {said}.",
                spoken::date(*date)
            ))
        }
        Problem::Past => Question::fixed(&[
            "That has already passed. Which day and time do you mean?",
            "That is over already. Please tell me a day and a time to come.",
        ]),
        Problem::WhichDay => Question::fixed(&[
            "Which day exactly would you like?",
            "Please tell me one day, such as Saturday the sixth.",
        ]),
        Problem::WhichTime => Question::fixed(&[
            "What time exactly should it start?",
            "Please tell me one time, such as half past five.",
        ]),
        Problem::Closed(day, nearest) => nearest_start(*day, *nearest, settings),
        Problem::PartySize => {
            let most = spoken::number(party_max(settings));
            Question::own([
                format!(
                    "I'm sorry, we can cook for {most} guests at most. How many people will there be?"
                ),
                format!(
                    "We cook for {most} people at most. Please tell me just the number of guests."
                ),
            ])
        }
    }
}

/// Offers the nearest start where no party starts when the caller wants it, after the hours of the day where it is known.
pub fn nearest_start(
    day: Option<jiff::civil::Date>,
    nearest: jiff::civil::Time,
    settings: &CallSettings,
) -> Question {
    let (from, to) = hours_on(day, settings);
    let on = day.map_or_else(String::new, |day| {
        format!(" on {}", spoken::weekday(day.weekday()))
    });
    let span = format!(
        "Our parties{on} start between {} and {}",
        spoken::time(from),
        spoken::ended(spoken::time(to))
    );
    let nearest = spoken::time(nearest);
    Question::own([
        format!("{span} Would {nearest} suit you, or another time?"),
        format!("{span} Shall I put down {nearest}? You can also tell me another time."),
    ])
}

/// Asks whether a number is the hour or the guests.
pub fn hour_or_guests(number: u32) -> Question {
    let number = capitalised(&spoken::number(number));
    Question::own([
        format!("{number} o'clock, or {} people?", number.to_lowercase()),
        format!(
            "Do you mean that it starts at {0}, or that you will be {0} people?",
            number.to_lowercase()
        ),
    ])
}

/// Lets somebody ask who wonders whether that is possible.
pub fn go_ahead() -> Question {
    Question::fixed(&[
        "Of course. What would you like to know?",
        "Please go ahead with your question.",
    ])
}

/// Leaves a caller time who begs for it.
pub fn take_your_time() -> Question {
    Question::fixed(&["Take your time.", "Of course, I'll wait."])
}

/// Asks once more for the yes to what was read back, after something else was answered.
pub fn as_read_back() -> Question {
    Question::fixed(&[
        "Shall I book it as I read it to you?",
        "Is the booking right as I read it to you?",
    ])
}

/// Said to a silent caller before the question, the `nth` time since they spoke, the `in_all`th of the call.
pub fn still_there(nth: u32, in_all: u32) -> &'static str {
    match (nth, in_all) {
        (0, ..=2) => "Are you still there?",
        (0, _) => "I didn't hear you.",
        _ => "I can't hear you very well.",
    }
}

/// Says that nothing was understood, the `nth` time from 0.
pub fn sorry(nth: u32) -> &'static str {
    match nth {
        0 => "I'm sorry, I didn't get that.",
        _ => "I still didn't understand.",
    }
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
