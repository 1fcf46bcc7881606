//! Owns the reading of hours: of the business by weekday, and of people. Called by the reading of a profile.

use crate::config::file::{Field, Section};
use jiff::civil::{Date, Time};
use maitred_actors::types::{Hours, Opening};

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const EXPECTED: &str = "hours such as \"11:00-21:00\", the end after the begin, or \"closed\"";

/// Reads hours that must be there: one text for every day, or a table by weekday.
pub(super) fn hours(above: &Section<'_>, key: &'static str) -> Hours {
    if !above.has_table(key) {
        let field = above.needed(key, format!("{EXPECTED}, or a table by weekday"));
        let opening = field.as_ref().and_then(opening);
        return Hours {
            week: [opening; 7],
            closed_on: Vec::new(),
        };
    }
    let Some(section) = above.section(key) else {
        return Hours::default();
    };
    let week = DAYS.map(|day| section.field(day).as_ref().and_then(opening));
    let given = DAYS.iter().any(|day| section.field(day).is_some());
    if !given {
        section.missing("monday", "hours on one day of the week at least");
    }
    let closed = section.field("closed_on").map(|list| list.elements());
    let closed_on = closed.unwrap_or_default().iter().filter_map(day).collect();
    section.finish();
    Hours { week, closed_on }
}

fn opening(field: &Field<'_>) -> Option<Opening> {
    let text = field.text()?;
    if text.eq_ignore_ascii_case("closed") {
        return None;
    }
    let read = || {
        let (from, to) = text.split_once('-')?;
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let (from, to) = (time(from)?, time(to)?);
        (from < to).then_some(Opening { from, to })
    };
    let opening = read();
    if opening.is_none() {
        field.wrong(EXPECTED);
    }
    opening
}

fn day(field: &Field<'_>) -> Option<Date> {
    let day = field.text()?.parse().ok();
    if day.is_none() {
        field.wrong("a day such as \"2026-12-25\"");
    }
    day
}
