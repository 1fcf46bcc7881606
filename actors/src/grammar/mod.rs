//! The grammar: reads one utterance, in the light of what was just asked, into intents and slots.
//!
//! Owns every rule about how English says dates, times, numbers of people, names, telephone numbers,
//! e-mail addresses, street addresses and wishes. Called by the interpreter and by `maitred understand`.
//! Never does I/O, never reads a clock, never guesses where the caller must be asked.

mod address;
mod calendar;
mod clock_forms;
mod clocks;
mod context;
mod datetime;
mod day_joins;
mod day_parts;
mod day_words;
mod days;
mod email;
mod halves;
mod holidays;
mod house_number;
mod intents;
mod lengths;
mod lexicon;
mod menu;
mod name_corrections;
mod name_leads;
mod name_vote;
mod names;
mod numbers;
mod numeric_dates;
mod party;
mod party_bare;
mod party_changes;
mod party_counts;
mod party_more;
mod people;
mod phone;
mod pieces;
mod places;
mod plain_words;
mod proposal;
mod questions;
mod reading;
mod recorded;
mod relative;
pub mod render;
mod repair;
mod scope;
mod shifts;
mod sounds;
mod spanish;
mod spelled_names;
mod spelling;
mod stretches;
mod talk;
#[cfg(test)]
mod tests;
mod tokens;
mod topic;
mod transcript;
mod understand;
mod vocabulary;
mod weeks;
mod whole;
mod wishes;
mod wording;
mod zip;

pub use context::{Context, Standing};
pub(crate) use numbers::numbers_in;
pub use reading::{
    Address, Budget, DateReading, DietaryNeed, Found, Intent, Language, MenuChoice, OpenQuestion,
    PartOfDay, PartySize, PersonName, Scored, Slot, TimeReading, Understanding,
};
pub use recorded::refuses_recording;
pub use transcript::{Agreed, Transcript};
pub(crate) use understand::has_slots;
pub use understand::understand;
pub use vocabulary::Vocabulary;
pub use whole::{is_whole_address, is_whole_name, is_whole_number, is_whole_street, is_whole_zip};
