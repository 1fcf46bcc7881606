//! Owns one call as a story tells it: what the caller says and hears, and what must be left of it. Given to a story by
//! `library`. Never looks into the server but through its line and its API.

use crate::caller::{Caller, DEADLINE};
use crate::house::House;
use crate::transcript::{conversation, told};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use maitred::adapters::clock::SystemClock;
use maitred_actors::ports::clock::Clock as _;
use ringcentral_sim::phone::PhoneEvent;
use serde_json::Value;
use std::rc::Rc;
use std::time::Duration;

/// Days from today to the first that a story books, far enough for any notice.
const FIRST_DAY: i64 = 3;

/// A call in a story.
pub struct Call {
    house: Rc<House>,
    caller: Caller,
    number: String,
    day: Date,
}

/// A party as the book must have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Start, as the API tells it.
    pub starts: String,
    /// Guests.
    pub guests: u64,
    /// Name it goes under.
    pub name: String,
}

impl Party {
    /// A party on that day at that hour.
    pub fn on(day: Date, (hour, minute): (i8, i8), guests: u64, name: &str) -> Self {
        Self {
            starts: day.at(hour, minute, 0, 0).to_string(),
            guests,
            name: name.to_owned(),
        }
    }

    fn of(row: &Value) -> Self {
        let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        Self {
            starts: text("starts_local"),
            guests: row["party_size"].as_u64().unwrap_or_default(),
            name: text("name"),
        }
    }
}

/// The `nth` day that stories may book.
pub(crate) fn nth_day(nth: i64) -> Date {
    let today = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.saturating_add((FIRST_DAY + nth).days())
}

impl Call {
    /// Dials from a number of its own.
    pub(crate) async fn dial(house: Rc<House>, nth: i64) -> Self {
        let plan = house.plan();
        let number = plan.from_number.clone();
        Self {
            caller: house.dial(plan).await,
            house,
            number,
            day: nth_day(nth),
        }
    }

    /// Gives the house that is called.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Gives the number that calls.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Gives a day that no other call of the house is about, soon enough to be named by its number alone.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Gives the next such weekday that may be booked.
    pub fn next(&self, weekday: Weekday) -> Date {
        let from = nth_day(-1);
        from.nth_weekday(1, weekday).expect("a day")
    }

    /// Lets the other side finish, and then says something.
    pub async fn says(&mut self, words: impl AsRef<str>) {
        self.caller.lets_finish().await;
        self.caller.says(words.as_ref()).await;
    }

    /// Says something while the other side speaks.
    pub async fn interrupts(&mut self, words: impl AsRef<str>) {
        self.caller.says(words.as_ref()).await;
    }

    /// Waits until a phrase is heard, as an answer to what was said last.
    pub async fn hears(&mut self, phrase: impl AsRef<str>) {
        self.caller.hears(phrase.as_ref()).await;
    }

    /// Waits until the other side says anything, or has hung up.
    pub async fn hears_something(&mut self) {
        self.caller.hears_something().await;
    }

    /// Presses keys.
    pub async fn presses(&mut self, keys: &str) {
        self.caller.lets_finish().await;
        self.caller.phone.press(keys);
    }

    /// Hangs up while saying something.
    pub async fn hangs_up_saying(&mut self, words: &str) {
        self.caller.lets_finish().await;
        self.caller.begins_to_say(words);
        self.caller.hangs_up().await;
    }

    /// Hangs up.
    pub async fn hangs_up(&self) {
        self.caller.hangs_up().await;
    }

    /// Waits until the other side has hung up, and looks how the call ended.
    pub async fn is_let_go(&self, outcome: &str) {
        self.caller.is_let_go().await;
        self.ended(outcome).await;
    }

    /// Looks how the call ended.
    pub async fn ended(&self, outcome: &str) {
        let story = self.story().await;
        assert_eq!(
            story["record"]["outcome"],
            outcome,
            "{}",
            conversation(&story)
        );
    }

    /// Waits until the caller is put through to a number.
    pub async fn is_put_through_to(&self, number: &str) {
        let mut events = self.caller.phone.events();
        let referred = events.until(DEADLINE, |happened| match &happened.event {
            PhoneEvent::Referred { to } => Some(to.clone()),
            _ => None,
        });
        let heard = self.caller.everything_heard();
        let to = referred
            .await
            .unwrap_or_else(|_| panic!("nobody is put through; heard {heard:?}"));
        assert!(to.contains(number.trim_start_matches('+')), "{to}");
        self.ended("handed_over").await;
        let record = self.house.record_of(&self.number).await;
        assert_eq!(record["handed_over_to"], number);
    }

    /// Fails if a phrase was heard at any time.
    pub fn never_heard(&self, phrase: &str) {
        let heard = self.caller.everything_heard();
        let words: Vec<String> = phrase.split_whitespace().map(crate::plain).collect();
        assert!(!heard.contains(&words.join(" ")), "{phrase:?} in {heard:?}");
    }

    /// Gives everything heard so far, without punctuation.
    pub fn everything_heard(&self) -> String {
        self.caller.everything_heard()
    }

    /// Looks for the one booking that the call made, and gives its row.
    pub async fn booked(&self, party: Party) -> Value {
        let bookings = self.bookings().await;
        let found: Vec<Party> = bookings.iter().map(Party::of).collect();
        assert_eq!(found, [party], "{}", conversation(&self.story().await));
        bookings.into_iter().next().unwrap_or_default()
    }

    /// Looks for all bookings that the call made, in any order.
    pub async fn booked_all(&self, parties: &[Party]) {
        let found: Vec<Party> = self.bookings().await.iter().map(Party::of).collect();
        let all = parties.iter().all(|party| found.contains(party));
        assert!(
            all && found.len() == parties.len(),
            "{found:?}\n{}",
            conversation(&self.story().await)
        );
    }

    /// Fails if the call made a booking.
    pub async fn booked_nothing(&self) {
        let found = self.bookings().await;
        assert!(
            found.is_empty(),
            "{found:?}\n{}",
            conversation(&self.story().await)
        );
    }

    /// Waits for the card of the call.
    pub async fn card(&self) -> Value {
        let id = self.id().await;
        let search = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let call = self.house.get(&format!("/api/v1/calls/{id}")).await;
                if !call["card"].is_null() {
                    return call["card"].clone();
                }
            }
        };
        let card = tokio::time::timeout(DEADLINE, search).await;
        card.expect("the call has a card")
    }

    /// Gives the call's journal and transcript once it is over.
    pub async fn story(&self) -> Value {
        self.house.story_of(&self.number).await
    }

    /// Tells the call in short, for a failing story.
    pub async fn told(&self) -> String {
        told(&self.story().await)
    }

    async fn bookings(&self) -> Vec<Value> {
        let id = self.id().await;
        let bookings = self.house.get("/api/v1/bookings?limit=200").await;
        let items = bookings["items"].as_array().cloned().unwrap_or_default();
        items
            .into_iter()
            .filter(|booking| booking["call_id"] == id.as_str())
            .collect()
    }

    async fn id(&self) -> String {
        let record = self.house.record_of(&self.number).await;
        record["call_id"].as_str().unwrap_or_default().to_owned()
    }
}
