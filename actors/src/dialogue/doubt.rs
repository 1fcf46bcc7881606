//! Owns what was doubtful about a day while it is asked about, so that the answer is read in its light: a weekday then means
//! the one next to the date that was said, a day without a month is one of the month that was said, and a weekday one of the days that
//! were spoken of. Called by the policy.

use super::conversation::Dialogue;
use super::day_names::{MONTHS, is_weekday};
use super::questions::plain;
use crate::grammar::{Context, DateReading, Understanding, understand};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;

/// Days around a date among which each weekday is found once.
const NEAR: std::ops::RangeInclusive<i64> = -3..=3;
/// Words beside a weekday that do not change which one it is.
const BESIDE: [&str; 5] = ["the", "on", "that", "this", "a"];

/// What was doubtful about a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doubt {
    /// Another weekday was said with this date.
    Weekday(Date),
    /// This month does not have such a day.
    Month(&'static str),
    /// One of these days is meant.
    Within(Date, Date),
}

impl Doubt {
    fn of(date: &DateReading) -> Option<Self> {
        match date {
            DateReading::Conflict { date, .. } => Some(Self::Weekday(*date)),
            DateReading::Impossible { said } => month_in(&plain(said)).map(Self::Month),
            DateReading::Between { from, to } => Some(Self::Within(*from, *to)),
            DateReading::On(_) | DateReading::From(_) | DateReading::Until(_) => None,
        }
    }

    /// Gives the day that these words mean in the light of the doubt, where it makes a difference.
    fn settle(&self, said: &str, read: Date, context: &Context) -> Option<Date> {
        let said = plain(said);
        match self {
            Self::Weekday(date) => {
                let mut words = said.split(' ').filter(|word| !BESIDE.contains(word));
                let alone = words.next().is_some_and(is_weekday);
                let near = NEAR.filter_map(|days| date.checked_add(days.days()).ok());
                (alone && words.next().is_none())
                    .then(|| near.into_iter().find(|day| day.weekday() == read.weekday()))?
            }
            Self::Month(_) | Self::Within(..) if month_in(&said).is_some() => None,
            // Whoever says "next Saturday" means no day of the stretch that was spoken of.
            Self::Within(..) if said.contains("next") || said.contains("this") => None,
            Self::Within(from, to) => {
                let by_weekday = said.split(' ').any(is_weekday);
                let mut days = from.series(1.day()).take_while(|day| day <= to);
                days.find(|day| match by_weekday {
                    true => day.weekday() == read.weekday(),
                    false => day.day() == read.day(),
                })
            }
            Self::Month(month) => {
                let whole = understand(&format!("{month} {said}"), &[], context);
                match whole.date?.value {
                    DateReading::On(date) if date.day() == read.day() => Some(date),
                    _ => None,
                }
            }
        }
    }
}

impl Dialogue {
    /// Reads a turn in the light of what was doubtful before it, and keeps what is doubtful in it.
    pub(super) fn without_doubt<'a>(
        &mut self,
        words: &str,
        reading: &'a Understanding,
        now: DateTime,
    ) -> Cow<'a, Understanding> {
        let Some(found) = &reading.date else {
            return Cow::Borrowed(reading);
        };
        let doubt = self.doubt.take();
        self.doubt = Doubt::of(&found.value);
        let (Some(doubt), DateReading::On(read)) = (doubt, &found.value) else {
            return Cow::Borrowed(reading);
        };
        let said = words.get(found.start..found.end).unwrap_or_default();
        let Some(meant) = doubt.settle(said, *read, &self.context(now)) else {
            return Cow::Borrowed(reading);
        };
        let mut reading = reading.clone();
        reading.date = Some(crate::grammar::Found {
            value: DateReading::On(meant),
            ..found.clone()
        });
        Cow::Owned(reading)
    }
}

fn month_in(words: &str) -> Option<&'static str> {
    MONTHS
        .into_iter()
        .find(|month| words.split(' ').any(|word| word == *month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn settled(doubt: &Doubt, said: &str) -> Option<Date> {
        let context = Context::new(date(2026, 6, 4).at(15, 0, 0, 0));
        let reading = understand(said, &[], &context);
        let DateReading::On(read) = reading.date.as_ref()?.value else {
            return None;
        };
        let found = reading.date.as_ref()?;
        doubt.settle(said.get(found.start..found.end)?, read, &context)
    }

    #[test]
    fn a_weekday_is_the_one_next_to_the_date_that_was_said() {
        let doubt = Doubt::Weekday(date(2026, 6, 20));
        assert_eq!(settled(&doubt, "the friday"), Some(date(2026, 6, 19)));
        assert_eq!(settled(&doubt, "saturday"), Some(date(2026, 6, 20)));
        assert_eq!(settled(&doubt, "june twenty sixth"), None);
        assert_eq!(settled(&doubt, "tomorrow"), None);
    }

    #[test]
    fn a_day_without_a_month_is_one_of_the_month_that_was_said() {
        let doubt = Doubt::Month("february");
        assert_eq!(
            settled(&doubt, "the twenty eighth then"),
            Some(date(2027, 2, 28))
        );
        assert_eq!(settled(&doubt, "march first"), None);
        assert_eq!(settled(&doubt, "next friday"), None);
    }
}
