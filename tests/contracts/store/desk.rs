//! Owns the book of these tests: a ledger on an empty database, a business that is easy to count with, and a clock that is
//! moved by hand. Called by the checks of the book. Never checks anything itself.

use super::moment;
use crate::fixture::Fixture;
use jiff::civil::{DateTime, date, time};
use jiff::{SignedDuration, Timestamp};
use maitred::adapters::booking::Ledger;
use maitred::adapters::store::Database;
use maitred::config::CurrentProfile;
use maitred_actors::ports::booking::Wanted;
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::{BookingDetails, CallId, Capacity, Hours, PhoneNumber, Profile, Zone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that stands until it is moved.
#[derive(Default)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Moves the clock on.
    pub fn pass(&self, minutes: i64) {
        let micros = SignedDuration::from_mins(minutes).as_micros();
        let micros = i64::try_from(micros).unwrap();
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        moment(self.0.load(Ordering::Relaxed))
    }

    fn new_call_id(&self) -> CallId {
        super::call("never")
    }
}

/// An hour of a Saturday some weeks after the moment at which the clock stands.
pub fn evening(hour: i8) -> DateTime {
    date(2026, 12, 5).at(hour, 0, 0, 0)
}

/// A party of twelve.
pub fn details(starts: DateTime) -> BookingDetails {
    BookingDetails {
        starts,
        party_size: 12,
        name: "Zoë O'Neil \0;--".into(),
        phone: PhoneNumber::parse("+14155550198"),
        ..BookingDetails::default()
    }
}

/// A place for a party of twelve.
pub fn wanted(starts: DateTime) -> Wanted {
    Wanted {
        starts,
        guests: 12,
        ..Wanted::default()
    }
}

/// A business open from 11:00 to 21:00 UTC; parties take two hours, and a crew serves twenty guests.
pub fn profile(crews: u32) -> Profile {
    Profile {
        name: "My Hibachi Chef".into(),
        hours: Hours::daily(time(11, 0, 0, 0), time(21, 0, 0, 0)),
        capacity: Capacity {
            crews,
            guests_per_grill: 20,
            ..Capacity::default()
        },
        ..Profile::default()
    }
}

/// The same, with two zones, half an hour between parties in one of them and an hour and a half between them.
pub fn travelling(crews: u32) -> Profile {
    let zone = |name: &str, zip: &str| Zone {
        name: name.into(),
        zips: vec![zip.into()],
        miles: 10,
        travel_fee: None,
    };
    let mut profile = profile(crews);
    profile.area.zones = vec![zone("north", "94"), zone("south", "95")];
    profile.capacity.drive_minutes = 90;
    profile.capacity.drive_minutes_same_zone = 30;
    profile
}

/// Opens a book of such a business with so many crews.
pub async fn ledger(fixture: &Fixture, crews: u32) -> (Database, Ledger) {
    let (database, ledger, _) = open(fixture, profile(crews)).await;
    (database, ledger)
}

/// Opens a book of a business, with its clock.
pub async fn open(fixture: &Fixture, profile: Profile) -> (Database, Ledger, Arc<HandClock>) {
    let database = Database::open(&fixture.url).await.unwrap();
    let clock = Arc::new(HandClock::default());
    let profile = CurrentProfile::fixed(Arc::new(profile));
    let ledger = Ledger::new(database.clone(), Arc::clone(&clock) as _, profile);
    (database, ledger, clock)
}
