//! Owns how a story must end, and the checking of it. Called by the stories and by `crashes`.

use jiff::civil::Date;
pub use maitred_harness::told;
use maitred_harness::{Caller, House, prompts};
use serde_json::Value;

/// How a call must have ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Outcome in the record.
    pub outcome: &'static str,
    /// The one booking that must stand: start, people and name.
    pub booking: Option<(String, u32, &'static str)>,
}

impl Ending {
    /// Without a booking.
    pub fn without_booking(outcome: &'static str) -> Self {
        Self {
            outcome,
            booking: None,
        }
    }

    /// With one booking on that day.
    pub fn booked(day: Date, hour: i8, people: u32, name: &'static str) -> Self {
        let starts = day.at(hour, 0, 0, 0).to_string();
        Self {
            outcome: "booked",
            booking: Some((starts, people, name)),
        }
    }

    /// Fails unless the call from this number ended so, and the caller heard every prompt that was not cut short.
    pub async fn check(&self, house: &House, caller: &Caller, from: &str) {
        let story = house.story_of(from).await;
        assert_eq!(story["record"]["outcome"], self.outcome, "{}", told(&story));
        let bookings = house.bookings_of(from).await;
        let found: Vec<(String, u64, String)> = bookings.iter().map(row).collect();
        match &self.booking {
            None => assert!(found.is_empty(), "{found:?}"),
            Some((starts, people, name)) => assert_eq!(
                found,
                [(starts.clone(), u64::from(*people), (*name).to_owned())],
                "{}",
                told(&story)
            ),
        }
        let heard = caller.everything_heard();
        for prompt in prompts(&story) {
            assert!(
                heard.contains(&prompt),
                "{prompt:?} was lost; heard: {heard:?}\n{}",
                told(&story)
            );
        }
    }
}

fn row(booking: &Value) -> (String, u64, String) {
    let text = |name: &str| booking[name].as_str().unwrap_or_default().to_owned();
    (
        text("starts_local"),
        booking["party_size"].as_u64().unwrap_or(0),
        text("name"),
    )
}

/// A day that no other run of a story books: so many days after the day after tomorrow.
pub fn day(run: u32) -> Date {
    let today = jiff::Timestamp::from_second(
        std::time::UNIX_EPOCH
            .elapsed()
            .unwrap()
            .as_secs()
            .try_into()
            .unwrap(),
    );
    let today = today.unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    today
        .checked_add(jiff::Span::new().days(i64::from(run) + 2))
        .unwrap()
}
