//! What an utterance was read as: the types between the grammar and those who use it.
//!
//! Owns the serde form of a reading. Built by `understand`, read by the dialogue, the interpreter and
//! the journal. Never holds rules of English.

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// Something the caller may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The day.
    Date,
    /// The time of day.
    Time,
    /// How many people.
    PartySize,
    /// The caller's name.
    Name,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A street address or ZIP.
    Address,
}

/// A value and where in the text it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found<T> {
    /// What was said.
    pub value: T,
    /// First byte of the words it came from.
    pub start: usize,
    /// Byte after the last of the words it came from.
    pub end: usize,
    /// From 0 to 1.
    pub confidence: f32,
}

/// A value with a confidence, belonging to the utterance as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored<T> {
    /// What was meant.
    pub value: T,
    /// From 0 to 1.
    pub confidence: f32,
}

/// What the caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Make a booking.
    Book,
    /// Change one that exists.
    ChangeBooking,
    /// Cancel one that exists.
    CancelBooking,
    /// Ask what it costs.
    AskPrice,
    /// Ask whether there is room, or how busy it is.
    AskAvailability,
    /// Ask about food and drink, or what is offered.
    AskMenu,
    /// Ask when the business is open.
    AskHours,
    /// Speak with a person.
    TalkToHuman,
    /// Yes.
    Affirm,
    /// No.
    Deny,
    /// Hear the last thing again.
    Repeat,
    /// End the call.
    Goodbye,
    /// Something that is none of the business's.
    OutOfScope,
}

/// The day that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateReading {
    /// One day.
    On(Date),
    /// From one day to another, both included.
    Between {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// That day or later.
    From(Date),
    /// Before or on that day.
    Until(Date),
    /// A day that does not exist, such as the thirtieth of February.
    Impossible {
        /// The caller's words.
        said: String,
    },
    /// A day whose weekday is another than the one said: to be asked, not guessed.
    Conflict {
        /// The day by its number.
        date: Date,
        /// The weekday said with it, 1 for Monday to 7 for Sunday.
        weekday: i8,
    },
}

impl DateReading {
    /// Builds a conflict between a day and the weekday said with it.
    #[must_use]
    pub fn conflict(date: Date, weekday: Weekday) -> Self {
        Self::Conflict {
            date,
            weekday: weekday.to_monday_one_offset(),
        }
    }
}

/// A stretch of the day that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartOfDay {
    /// Until noon.
    Morning,
    /// Noon to about five.
    Afternoon,
    /// From about five.
    Evening,
    /// Late.
    Night,
}

/// The time of day that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeReading {
    /// A time on the clock.
    At {
        /// The time.
        time: Time,
        /// Whether a.m. or p.m. was left open and is a guess.
        half_guessed: bool,
    },
    /// From one time to another.
    Between {
        /// Earliest.
        from: Time,
        /// Latest.
        to: Time,
    },
    /// That time or later.
    After(Time),
    /// That time or earlier.
    Before(Time),
    /// A stretch of the day.
    PartOfDay(PartOfDay),
}

/// How many people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartySize {
    /// Everybody; the upper end where a range was said.
    pub total: u32,
    /// How many of them are grown up, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adults: Option<u32>,
    /// How many of them are children, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<u32>,
    /// The lower bound, where a range was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// The upper bound, where a range was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

/// A person's name, each part capitalised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

impl PersonName {
    /// The parts that are known, first name first.
    #[must_use]
    pub fn full(&self) -> String {
        let parts = [self.first.as_deref(), self.last.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A street address, as much of it as was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Digits, with a letter where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_number: Option<String>,
    /// The street, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Apartment, suite or the like, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The town, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The state, lower case, as said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Five digits, or five and four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
}

/// A dish of the business's own that was named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuChoice {
    /// The word of the vocabulary.
    pub name: String,
    /// Whether it is one that costs extra.
    pub upgrade: bool,
    /// How many plates, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Whether it is not wanted, or no longer: "without the lobster".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub declined: bool,
}

/// A diet or an allergy that was named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DietaryNeed {
    /// The word for it, such as `gluten free` or `shellfish`.
    pub name: String,
    /// Whether an allergy was spoken of.
    pub allergy: bool,
    /// How many people, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// What the caller wants to spend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Whole dollars.
    pub dollars: u32,
    /// Whether for each guest.
    pub per_person: bool,
}

/// A language other than English that the caller spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
}

/// What became of a question about the business that is answered by no rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenQuestion {
    /// The profile has an answer, to be spoken as it is.
    Answered(String),
    /// The profile has none.
    Unknown,
}

/// Everything one utterance was read as.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Understanding {
    /// What the caller wants, likeliest first; empty where nothing was understood.
    pub intents: Vec<Scored<Intent>>,
    /// The day.
    pub date: Option<Found<DateReading>>,
    /// The time of day.
    pub time: Option<Found<TimeReading>>,
    /// How many people.
    pub party_size: Option<Found<PartySize>>,
    /// Who is calling.
    pub name: Option<Found<PersonName>>,
    /// Digits of a telephone number, with a leading `+` where one was said.
    pub phone: Option<Found<String>>,
    /// Whether the caller means the number they call from.
    pub same_number: bool,
    /// An e-mail address, lower case.
    pub email: Option<Found<String>>,
    /// Where.
    pub address: Option<Found<Address>>,
    /// Dishes of the business's own, in the order said.
    pub menu: Vec<Found<MenuChoice>>,
    /// Diets and allergies, in the order said.
    pub dietary: Vec<Found<DietaryNeed>>,
    /// What is celebrated.
    pub occasion: Option<Found<String>>,
    /// What it may cost.
    pub budget: Option<Found<Budget>>,
    /// The language, where it is not English; then nothing else but the wish for a person was read.
    pub language: Option<Language>,
    /// A question about the business that is answered by no rule, where a language model looked at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_question: Option<OpenQuestion>,
    /// Whether a language model had part in the reading.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub assisted: bool,
    /// How sure the reading as a whole is, from 0 to 1.
    pub confidence: f32,
}

impl Understanding {
    /// Reports whether an intent was understood.
    #[must_use]
    pub fn has(&self, intent: Intent) -> bool {
        self.intents.iter().any(|scored| scored.value == intent)
    }

    /// Reports whether an intent was understood from what was said, and not for want of anything better.
    #[must_use]
    pub fn is_sure_of(&self, intent: Intent) -> bool {
        let sure = |scored: &Scored<Intent>| scored.value == intent && scored.confidence >= 0.5;
        self.intents.iter().any(sure)
    }
}
