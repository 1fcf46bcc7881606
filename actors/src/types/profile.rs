//! Owns what the business is: hours, area, prices, capacity, menu, answers, people. Read from a file at the edge and
//! pinned to a call by its first event; the book and the quote use it too. Plain values; never does I/O.
//!
//! Stored as JSON in journals for ever: fields may be added with a default, never renamed.

use super::{Hours, PhoneNumber};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// An amount of money in cents of the business's currency.
pub type Cents = u64;

/// A business, as a call needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Name as it is written.
    pub name: String,
    /// Name as it is spoken.
    pub spoken_name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// When a party may start.
    pub hours: Hours,
    /// Where parties are served.
    pub area: Area,
    /// What is offered.
    pub services: Vec<Service>,
    /// What it costs; `None`: prices are told by a person.
    pub prices: Option<Prices>,
    /// How much can be done at a time.
    pub capacity: Capacity,
    /// What there is to eat.
    pub menu: Menu,
    /// Questions that callers ask, with their answers.
    pub questions: Vec<Answer>,
    /// People to hand a caller over to, best first.
    pub people: Vec<Person>,
    /// Words of the business's own.
    pub vocabulary: Vocabulary,
}

/// Where parties are served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Area {
    /// The area in words, as it is spoken.
    pub description: String,
    /// Its zones; none: everywhere is served, without a travel fee.
    pub zones: Vec<Zone>,
    /// Whether a caller is asked for the address of the party; else only for its ZIP, where zones depend on that.
    pub asks_address: bool,
}

/// A part of the area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Whole ZIPs (`95112`) or the digits they begin with (`951`). The longest that fits a place decides.
    pub zips: Vec<String>,
    /// Miles from the base, one way.
    pub miles: u32,
    /// Fee for travelling there, in place of the rule by distance.
    #[serde(default)]
    pub travel_fee: Option<Cents>,
}

/// Something that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// What it is, as it is spoken.
    pub description: String,
}

/// What a party costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    /// For each adult.
    pub adult: Cents,
    /// For each child.
    pub child: Cents,
    /// Oldest age at which a guest counts as a child.
    pub child_age_max: u32,
    /// Least for adults and children together, before upgrades and travel.
    pub minimum: Cents,
    /// Miles from the base, one way, for which nothing is charged.
    pub travel_free_miles: u32,
    /// For each further mile, one way.
    pub travel_per_mile: Cents,
}

/// How much can be done at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capacity {
    /// Crews that can be out at the same time; each goes from party to party.
    pub crews: u32,
    /// Grills that one crew brings.
    pub grills_per_crew: u32,
    /// Guests that one grill serves.
    pub guests_per_grill: u32,
    /// Minutes that a crew needs on the spot before the party starts.
    pub setup_minutes: u32,
    /// Minutes that a party keeps its crews from its start, by guests, fewest first; packing up included.
    pub lengths: Vec<PartyLength>,
    /// Minutes of driving between two parties in different zones, or where a place is not known.
    pub drive_minutes: u32,
    /// Minutes of driving between two parties in the same zone.
    pub drive_minutes_same_zone: u32,
    /// Hours before its start by which a party must be booked.
    pub notice_hours: u32,
    /// Days ahead for which bookings are taken.
    pub horizon_days: u32,
    /// Minutes for which a start is held for a caller who decides.
    pub hold_minutes: u32,
}

/// How long a party of some size takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyLength {
    /// Most guests for which this holds; beyond the last row, the last row holds.
    pub guests_max: u32,
    /// Minutes from the start.
    pub minutes: u32,
}

/// What there is to eat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Menu {
    /// Proteins to choose from.
    pub proteins: Vec<Dish>,
    /// Proteins that each guest chooses.
    pub proteins_per_guest: u32,
    /// What comes with every meal, as it is spoken.
    pub included: Vec<String>,
    /// What can be had for a surcharge, for the whole party.
    pub upgrades: Vec<Dish>,
    /// What is done for a diet, such as vegetarian.
    pub diets: Vec<Answer>,
    /// What is said to somebody with an allergy.
    pub allergies: String,
}

/// A dish, or another thing with a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dish {
    /// Its name, as it is spoken.
    pub name: String,
    /// Other words that callers use for it, lower case.
    #[serde(default)]
    pub words: Vec<String>,
    /// Surcharge for each guest who has it; 0 for none.
    #[serde(default)]
    pub per_guest: Cents,
    /// Surcharge once for the party; 0 for none.
    #[serde(default)]
    pub per_party: Cents,
}

/// An answer to what callers ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Words by which the question is known, lower case; a phrase counts as one.
    pub keywords: Vec<String>,
    /// The answer, as it is spoken.
    pub answer: String,
}

/// Somebody to whom a caller may be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name, as it is spoken.
    pub name: String,
    /// Number.
    pub number: PhoneNumber,
    /// When they may be called, in the business's time zone.
    pub hours: Hours,
    /// What they are for, lower case, such as `complaints`; empty: anything.
    #[serde(default)]
    pub topics: Vec<String>,
}

/// Words of the business's own, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vocabulary {
    /// Occasions of parties, such as `birthday`.
    pub occasions: Vec<String>,
    /// Words of diets and allergies, such as `gluten free`.
    pub dietary: Vec<String>,
    /// Anything else that recogniser and grammar should expect.
    pub other: Vec<String>,
}

impl Default for Capacity {
    /// One crew with one grill, two hours a party, no notice, a year ahead.
    fn default() -> Self {
        Self {
            crews: 1,
            grills_per_crew: 1,
            guests_per_grill: 1_000,
            setup_minutes: 0,
            lengths: vec![PartyLength {
                guests_max: 1_000,
                minutes: 120,
            }],
            drive_minutes: 0,
            drive_minutes_same_zone: 0,
            notice_hours: 0,
            horizon_days: 366,
            hold_minutes: 10,
        }
    }
}

impl Default for Profile {
    /// A business of which nothing is known: what calls have whose journal is older than profiles.
    fn default() -> Self {
        Self {
            name: String::new(),
            spoken_name: String::new(),
            time_zone: "UTC".to_owned(),
            hours: Hours::daily(Time::midnight(), Time::constant(23, 59, 0, 0)),
            area: Area::default(),
            services: Vec::new(),
            prices: None,
            capacity: Capacity::default(),
            menu: Menu::default(),
            questions: Vec::new(),
            people: Vec::new(),
            vocabulary: Vocabulary::default(),
        }
    }
}

impl Capacity {
    /// Most guests that one crew serves.
    #[must_use]
    pub fn guests_per_crew(&self) -> u32 {
        self.grills_per_crew.saturating_mul(self.guests_per_grill)
    }

    /// Most guests that one party can have.
    #[must_use]
    pub fn guests_max(&self) -> u32 {
        self.guests_per_crew().saturating_mul(self.crews)
    }

    /// Crews that a party needs, at least one.
    #[must_use]
    pub fn crews_for(&self, guests: u32) -> u32 {
        guests.div_ceil(self.guests_per_crew().max(1)).max(1)
    }

    /// Minutes from its start for which a party keeps its crews.
    #[must_use]
    pub fn minutes_for(&self, guests: u32) -> u32 {
        let fits = self.lengths.iter().find(|row| guests <= row.guests_max);
        fits.or(self.lengths.last()).map_or(120, |row| row.minutes)
    }
}

impl Area {
    /// Finds the zone of a ZIP (five digits, or five and four): the one with the longest digits that fit.
    #[must_use]
    pub fn zone(&self, zip: &str) -> Option<&Zone> {
        let fit = |zone: &Zone| {
            let lengths = zone.zips.iter().filter(|one| zip.starts_with(one.as_str()));
            lengths.map(String::len).max()
        };
        self.zones
            .iter()
            .filter_map(|zone| Some((fit(zone)?, zone)))
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, zone)| zone)
    }

    /// Tells whether a ZIP is served.
    #[must_use]
    pub fn serves(&self, zip: &str) -> bool {
        self.zones.is_empty() || self.zone(zip).is_some()
    }
}

impl Menu {
    /// Finds a protein or an upgrade by its name or one of its words, whatever the case.
    #[must_use]
    pub fn dish(&self, said: &str) -> Option<&Dish> {
        let said = said.trim().to_lowercase();
        let is_meant =
            |dish: &&Dish| dish.name.to_lowercase() == said || dish.words.contains(&said);
        self.proteins.iter().chain(&self.upgrades).find(is_meant)
    }
}

impl Profile {
    /// Gives every word that recogniser and grammar should expect, lower case, each once.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let dishes = self.menu.proteins.iter().chain(&self.menu.upgrades);
        let own = dishes.flat_map(|dish| std::iter::once(&dish.name).chain(&dish.words));
        let lists = [
            &self.vocabulary.occasions,
            &self.vocabulary.dietary,
            &self.vocabulary.other,
        ];
        let mut words: Vec<String> = own
            .chain(lists.into_iter().flatten())
            .map(|word| word.to_lowercase())
            .collect();
        words.sort();
        words.dedup();
        words
    }

    /// Gives the person to call at a local moment: one for the topic before one for anything, the first of each.
    #[must_use]
    pub fn person(&self, topic: Option<&str>, now: jiff::civil::DateTime) -> Option<&Person> {
        let there = || self.people.iter().filter(|one| one.hours.contain(now));
        let is_for =
            |one: &&Person| topic.is_some_and(|topic| one.topics.iter().any(|t| t == topic));
        there()
            .find(is_for)
            .or_else(|| there().find(|one| one.topics.is_empty()))
    }

    /// Gives two letters for confirmation numbers: the initials of the first two words, or the first two letters.
    #[must_use]
    pub fn initials(&self) -> String {
        let letters = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphabetic)
                .map(|one| one.to_ascii_uppercase())
                .collect()
        };
        let words: Vec<String> = self
            .name
            .split_whitespace()
            .map(letters)
            .filter(|word| !word.is_empty())
            .collect();
        let chosen: String = match words.as_slice() {
            [first, second, ..] => [first, second]
                .iter()
                .filter_map(|word| word.chars().next())
                .collect(),
            [only] => only.chars().take(2).collect(),
            [] => String::new(),
        };
        if chosen.len() == 2 {
            chosen
        } else {
            "MD".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn confirmation_numbers_begin_with_two_letters_of_the_name() {
        for (name, letters) in [
            ("My Hibachi Chef", "MH"),
            ("Luigi's", "LU"),
            ("42", "MD"),
            ("寿司", "MD"),
            ("A", "MD"),
            ("the 5 stars", "TS"),
        ] {
            let name = name.to_owned();
            let profile = Profile {
                name,
                ..Profile::default()
            };
            assert_eq!(profile.initials(), letters, "{}", profile.name);
        }
    }
}
