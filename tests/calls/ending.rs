//! Owns how a story must end, and the checking of it. Called by the stories and by `crashes`.

use crate::recorded;
use jiff::civil::Date;
pub use maitred_harness::told;
use maitred_harness::{Caller, DEADLINE, House, prompts};
use serde_json::Value;

/// How a call must have ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Outcome in the record.
    pub outcome: &'static str,
    /// The one booking that must stand: start, people and name.
    pub booking: Option<(String, u32, &'static str)>,
    /// Whether nothing of its sound may be kept.
    pub unrecorded: bool,
}

impl Ending {
    /// Without a booking.
    pub fn without_booking(outcome: &'static str) -> Self {
        Self {
            outcome,
            booking: None,
            unrecorded: false,
        }
    }

    /// With one booking on that day.
    pub fn booked(day: Date, hour: i8, people: u32, name: &'static str) -> Self {
        let starts = day.at(hour, 0, 0, 0).to_string();
        Self {
            outcome: "booked",
            booking: Some((starts, people, name)),
            unrecorded: false,
        }
    }

    /// Without a recording, as the caller wished.
    pub fn unrecorded(self) -> Self {
        Self {
            unrecorded: true,
            ..self
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
        if self.unrecorded {
            nothing_is_kept(house, &story).await;
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

/// Waits until no file of the call is left; fails unless the record says why.
async fn nothing_is_kept(house: &House, story: &Value) {
    let record = &story["record"];
    assert_eq!(record["recording_consent"], "refused", "{}", told(story));
    let call = record["call_id"].as_str().unwrap();
    let is_gone = || {
        let files = recorded::files(house);
        !files
            .iter()
            .any(|file| file.to_string_lossy().contains(call))
    };
    let wait = async {
        let mut again = tokio::time::interval(std::time::Duration::from_millis(20));
        while !is_gone() {
            again.tick().await;
        }
    };
    let gone = tokio::time::timeout(DEADLINE, wait).await;
    assert!(gone.is_ok(), "a refused recording is left: {}", told(story));
    assert_eq!(story["recordings"], serde_json::json!([]));
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
