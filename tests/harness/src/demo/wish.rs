//! Owns what the caller of the demo wants, in the words people use, and the comparing of it with the bookings that were
//! made. Called by the guest and by the verdict. Never talks.

use crate::words::{day_in_words, plain};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Weekday};
use maitred_actors::dialogue::spoken;
use serde_json::Value;

/// Days from today around which the party is to be; the Saturday next to it is taken.
const DAYS_AHEAD: i64 = 14;
const HOUR: i8 = 18;
const MINUTE: i8 = 30;
const PEOPLE: u32 = 12;
const NAME: &str = "Emily Carter";

/// A party that somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// Start, in the time of the business.
    pub starts: DateTime,
    /// Guests.
    pub people: u32,
    /// Name it is to be booked under.
    pub name: &'static str,
}

/// Something that a booking needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Day,
    Time,
    People,
    Name,
}

impl Wish {
    /// Wants a party on a Saturday about two weeks ahead.
    pub fn near(today: Date) -> Self {
        let days = (DAYS_AHEAD - 3)..=(DAYS_AHEAD + 3);
        let day = days
            .filter_map(|ahead| today.checked_add(ahead.days()).ok())
            .find(|day| day.weekday() == Weekday::Saturday)
            .unwrap_or(today);
        Self {
            starts: day.at(HOUR, MINUTE, 0, 0),
            people: PEOPLE,
            name: NAME,
        }
    }

    /// Says a part as an answer.
    pub fn said(&self, part: Part) -> String {
        match part {
            Part::Day => spoken::date(self.starts.date()),
            Part::Time => spoken::time(self.starts.time()),
            Part::People => format!("{} people", spoken::number(self.people)),
            Part::Name => self.name.to_owned(),
        }
    }

    /// Tells whether a part can be heard in words without punctuation and capitals, in letters or figures.
    pub fn is_heard(&self, part: Part, words: &str) -> bool {
        let (date, time) = (self.starts.date(), self.starts.time());
        let forms = match part {
            Part::Day => {
                let in_words = plain_words(&day_in_words(date));
                let month = in_words.split(' ').next().unwrap_or_default().to_owned();
                vec![in_words, format!("{month} {}", date.day())]
            }
            Part::Time => {
                let in_words = spoken::time(time);
                let clock = in_words.rsplit_once(' ').map_or("", |(clock, _)| clock);
                let hour = if time.hour() > 12 {
                    time.hour() - 12
                } else {
                    time.hour()
                };
                vec![plain_words(clock), format!("{hour}{:02}", time.minute())]
            }
            Part::People => vec![
                plain_words(&spoken::number(self.people)),
                self.people.to_string(),
            ],
            Part::Name => vec![plain_words(self.name)],
        };
        forms.iter().any(|form| words.contains(form.as_str()))
    }

    /// Tells how the bookings differ from the one that was wanted; empty if they do not.
    pub fn differences(&self, bookings: &[Value]) -> Vec<String> {
        let [booking] = bookings else {
            return vec![format!(
                "{} bookings were made, wanted was 1",
                bookings.len()
            )];
        };
        let name = booking["name"].as_str().unwrap_or_default();
        let compared = [
            (
                "start",
                booking["starts_local"] == self.starts.to_string(),
                self.starts.to_string(),
            ),
            (
                "party_size",
                booking["party_size"] == self.people,
                self.people.to_string(),
            ),
            (
                "name",
                name.eq_ignore_ascii_case(self.name),
                self.name.to_owned(),
            ),
        ];
        let field = |name| {
            if name == "start" {
                "starts_local"
            } else {
                name
            }
        };
        compared
            .into_iter()
            .filter(|(_, same, _)| !same)
            .map(|(name, _, wanted)| {
                format!("{name} is {}, wanted was {wanted}", booking[field(name)])
            })
            .collect()
    }
}

/// Strips a text of punctuation and capitals.
pub(super) fn plain_words(text: &str) -> String {
    let words = text.split_whitespace().map(plain);
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    fn wish() -> Wish {
        Wish::near(date(2026, 11, 22))
    }

    #[test]
    fn the_party_is_on_a_saturday_two_weeks_ahead() {
        assert_eq!(wish().said(Part::Day), "Saturday, December fifth");
        assert_eq!(wish().said(Part::Time), "six thirty p.m.");
    }

    #[test]
    fn parts_are_heard_in_letters_and_figures() {
        let parts = [Part::Day, Part::Time, Part::People, Part::Name];
        let letters =
            "Saturday, December fifth at six thirty p.m., for twelve people, under Emily Carter.";
        let figures = "Saturday, December 5th at 6:30 PM for 12 people under Emily Carter.";
        let other = "Friday, December 4th at 7 PM for 20 people under Emma Carter.";
        for part in parts {
            assert!(wish().is_heard(part, &plain_words(letters)), "{part:?}");
            assert!(wish().is_heard(part, &plain_words(figures)), "{part:?}");
            assert!(!wish().is_heard(part, &plain_words(other)), "{part:?}");
        }
    }

    #[test]
    fn every_difference_is_told() {
        let right = json!({ "starts_local": "2026-12-05T18:30:00", "party_size": 12, "name": "emily carter" });
        let wrong =
            json!({ "starts_local": "2026-12-05T18:00:00", "party_size": 20, "name": "Emily" });
        assert!(wish().differences(std::slice::from_ref(&right)).is_empty());
        assert_eq!(wish().differences(&[wrong]).len(), 3);
        assert_eq!(wish().differences(&[right.clone(), right]).len(), 1);
        assert_eq!(wish().differences(&[]).len(), 1);
    }
}
