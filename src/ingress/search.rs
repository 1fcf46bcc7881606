//! Owns how a search for calls is written in a URL: number, days, outcome, words. Called by the read API. Never asks the
//! database.

use crate::adapters::store::CallFilter;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Fewest digits of a number that are searched for.
const DIGITS_MIN: usize = 3;

/// What a list of calls may be searched by.
#[derive(Debug, Default, Deserialize)]
pub(super) struct SearchQuery {
    state: Option<String>,
    outcome: Option<String>,
    number: Option<String>,
    from: Option<String>,
    to: Option<String>,
    q: Option<String>,
}

impl SearchQuery {
    /// Reads the search; days are those of the business, and `to` is the last one. Gives what was expected otherwise.
    pub fn filter(self, zone: &TimeZone) -> Result<CallFilter, &'static str> {
        let number = self.number.filter(|number| !number.trim().is_empty());
        let digits = |number: &String| number.chars().filter(char::is_ascii_digit).count();
        if number
            .as_ref()
            .is_some_and(|number| digits(number) < DIGITS_MIN)
        {
            return Err("number has three digits or more");
        }
        Ok(CallFilter {
            state: self.state,
            outcome: self.outcome,
            number,
            from: self
                .from
                .map(|text| moment(&text, zone, false))
                .transpose()?,
            to: self.to.map(|text| moment(&text, zone, true)).transpose()?,
            words: self.q,
        })
    }
}

/// Reads a time, or a day: its beginning, or where it is the last one its end.
fn moment(text: &str, zone: &TimeZone, is_last: bool) -> Result<Timestamp, &'static str> {
    const EXPECTED: &str =
        "from and to are days such as 2026-11-28, or times such as 2026-11-28T18:00:00Z";
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: Date = text.parse().map_err(|_| EXPECTED)?;
    let day = if is_last {
        day.tomorrow().map_err(|_| EXPECTED)?
    } else {
        day
    };
    let midnight = day.to_zoned(zone.clone()).map_err(|_| EXPECTED)?;
    Ok(midnight.timestamp())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("America/Los_Angeles").unwrap()
    }

    #[test]
    fn days_are_those_of_the_business_and_the_last_one_counts() {
        let query = SearchQuery {
            from: Some("2026-11-28".to_owned()),
            to: Some("2026-11-28".to_owned()),
            ..SearchQuery::default()
        };
        let filter = query.filter(&zone()).unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-28T08:00:00Z");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-29T08:00:00Z");
    }

    #[test]
    fn what_cannot_be_searched_for_is_told() {
        let day = |from: &str| SearchQuery {
            from: Some(from.to_owned()),
            ..SearchQuery::default()
        };
        assert!(day("2026-11-28T18:00:00Z").filter(&zone()).is_ok());
        assert!(day("28.11.2026").filter(&zone()).is_err());
        assert!(day("2026-02-30").filter(&zone()).is_err());
        let number = SearchQuery {
            number: Some("+1".to_owned()),
            ..SearchQuery::default()
        };
        assert!(number.filter(&zone()).is_err());
    }
}
