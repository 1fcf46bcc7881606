//! Owns how values become columns and back: times cut to microseconds (what PostgreSQL keeps), text without NUL
//! (which PostgreSQL refuses). Called by the journal, the reading side and the ledger. Never talks to a database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use jiff::Timestamp;

/// Gives the time as a column keeps it, cut to microseconds.
pub(crate) fn time_to_sql(at: Timestamp) -> DateTime<Utc> {
    // jiff's range (years -9999 to 9999) lies within chrono's, so the default is never taken.
    DateTime::from_timestamp_micros(at.as_microsecond()).unwrap_or_default()
}

/// Reads a time column; `None` outside the years that jiff knows.
pub(crate) fn time_from_sql(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::from_microsecond(at.timestamp_micros()).ok()
}

/// Gives a wall-clock time as a column keeps it, cut to seconds.
pub(crate) fn civil_to_sql(at: jiff::civil::DateTime) -> NaiveDateTime {
    let part = |value: i8| u32::from(value.unsigned_abs());
    NaiveDate::from_ymd_opt(i32::from(at.year()), part(at.month()), part(at.day()))
        .and_then(|date| date.and_hms_opt(part(at.hour()), part(at.minute()), part(at.second())))
        .unwrap_or_default()
}

/// Reads a wall-clock column; `None` outside the years that jiff knows.
pub(crate) fn civil_from_sql(at: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let offset = jiff::tz::Offset::UTC;
    Some(offset.to_datetime(time_from_sql(at.and_utc())?))
}

/// Gives the text without NUL.
pub(crate) fn sql_text(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

    use super::*;

    #[test]
    fn times_lose_only_what_is_below_a_microsecond() {
        let at: Timestamp = "2026-11-22T08:09:10.123456789Z".parse().unwrap();
        let back = time_from_sql(time_to_sql(at)).unwrap();
        assert_eq!(back.to_string(), "2026-11-22T08:09:10.123456Z");
        assert_eq!(time_from_sql(time_to_sql(back)), Some(back));
    }

    #[test]
    fn wall_clock_times_come_back_as_they_were() {
        let at = jiff::civil::date(2026, 12, 31).at(18, 30, 0, 0);
        assert_eq!(civil_to_sql(at).to_string(), "2026-12-31 18:30:00");
        assert_eq!(civil_from_sql(civil_to_sql(at)), Some(at));
    }
}
