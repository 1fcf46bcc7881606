//! The book: a booking happens once for its key, and never beyond capacity.

use super::desk::{details, evening, ledger};
use super::{call, execute, moment, on_both};
use crate::fixture::Fixture;
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use maitred::adapters::booking::Ledger;
use maitred::adapters::store::{Database, Reading};
use maitred_actors::ports::booking::{Book, Error};
use maitred_actors::types::{Booking, BookingKey, Choice, Place};
use std::collections::HashSet;

on_both!(
    a_booking_is_kept_as_it_was_asked_for,
    everything_that_was_told_is_kept,
    the_same_key_books_once_however_often_it_is_asked,
    two_wishes_of_one_call_are_two_bookings,
    only_one_of_many_gets_the_last_place,
    a_full_slot_does_not_hide_a_booking_that_was_made,
    every_booking_has_its_own_number,
    a_cancelled_booking_frees_its_place,
);

async fn book(ledger: &Ledger, key: &str, starts: DateTime) -> Result<Booking, Error> {
    ledger
        .book(BookingKey::new(key), call(key), details(starts))
        .await
}

async fn count(database: &Database) -> usize {
    Reading::new(database.clone())
        .bookings(None, 200)
        .await
        .unwrap()
        .items
        .len()
}

async fn a_booking_is_kept_as_it_was_asked_for(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    let booking = book(&ledger, "k", evening(18)).await.unwrap();
    let mut asked = details(evening(18));
    asked.name = "Zoë O'Neil ;--".into();
    assert_eq!(
        (&booking.key, &booking.call),
        (&BookingKey::new("k"), &call("k"))
    );
    assert_eq!(booking.details, asked);
    let digits = booking.number.strip_prefix("MH").unwrap();
    assert!(
        digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()),
        "{digits}"
    );
    let listed = Reading::new(database)
        .bookings(None, 10)
        .await
        .unwrap()
        .items;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].number, listed[0].starts_local),
        (&booking.number, Some(evening(18)))
    );
    assert_eq!(
        (listed[0].party_size, listed[0].created_at),
        (12, Some(moment(0)))
    );
    assert_eq!(
        (listed[0].status.as_str(), listed[0].phone.as_deref()),
        ("confirmed", Some("+14155550198"))
    );
}

async fn everything_that_was_told_is_kept(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    let asked = maitred_actors::types::BookingDetails {
        name: "Zoë".into(),
        children: Some(4),
        place: Some(Place {
            address: Some("12 Oak Street".into()),
            zip: Some("95112".into()),
        }),
        occasion: Some("birthday".into()),
        choices: vec![Choice {
            name: "filet mignon".into(),
            guests: Some(3),
        }],
        dietary: vec!["one vegan".into()],
        email: Some("zoe@example.com".into()),
        quoted: Some(60_000),
        ..details(evening(18))
    };
    let (key, from) = (BookingKey::new("k"), call("k"));
    let made = ledger.book(key, from, asked.clone()).await.unwrap();
    assert_eq!(made.details, asked);
    let listed = Reading::new(database).bookings(None, 10).await.unwrap();
    let shown = serde_json::to_value(&listed.items[0]).unwrap();
    assert_eq!(shown["children"], 4);
    assert_eq!(shown["zip"], "95112");
    assert_eq!(shown["choices"][0]["name"], "filet mignon");
    assert_eq!(shown["dietary"][0], "one vegan");
    assert_eq!(shown["quoted_cents"], 60_000);
    assert_eq!(shown["changes"], serde_json::json!([]));
}

async fn the_same_key_books_once_however_often_it_is_asked(fixture: &Fixture) {
    let (database, here) = ledger(fixture, 5).await;
    let (_, there) = ledger(fixture, 5).await;
    let mut askers = tokio::task::JoinSet::new();
    for asker in 0..20 {
        let ledger = if asker % 2 == 0 {
            here.clone()
        } else {
            there.clone()
        };
        askers.spawn(async move { book(&ledger, "same", evening(18)).await.unwrap() });
    }
    let answers = askers.join_all().await;
    assert!(answers.iter().all(|booking| booking == &answers[0]));
    assert_eq!(count(&database).await, 1);
}

async fn two_wishes_of_one_call_are_two_bookings(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 2).await;
    let asked = |key: &str| {
        let key = BookingKey::new(key);
        ledger.book(key, call("a"), details(evening(18)))
    };
    let first = asked("call_a/booking").await.unwrap();
    let second = asked("call_a/booking/2").await.unwrap();
    assert_ne!(first.number, second.number);
    assert_eq!(asked("call_a/booking").await.unwrap(), first);
    assert_eq!(asked("call_a/booking/2").await.unwrap(), second);
    assert_eq!(count(&database).await, 2);
}

/// Half of the racers come through connections of their own, as another process would.
async fn only_one_of_many_gets_the_last_place(fixture: &Fixture) {
    let (database, here) = ledger(fixture, 2).await;
    let (_, there) = ledger(fixture, 2).await;
    book(&here, "first", evening(18)).await.unwrap();
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..8 {
        let ledger = if racer % 2 == 0 {
            here.clone()
        } else {
            there.clone()
        };
        racers.spawn(async move { book(&ledger, &format!("racer {racer}"), evening(18)).await });
    }
    let results = racers.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let nearest = vec![
        evening(16),
        evening(20),
        evening(16).with().hour(15).minute(30).build().unwrap(),
    ];
    for lost in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(
            *lost,
            Error::Taken {
                alternatives: nearest.clone()
            }
        );
    }
    assert_eq!(count(&database).await, 2);
}

async fn a_full_slot_does_not_hide_a_booking_that_was_made(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    let made = book(&ledger, "mine", evening(18)).await.unwrap();
    assert!(matches!(
        book(&ledger, "late", evening(18)).await,
        Err(Error::Taken { .. })
    ));
    assert_eq!(book(&ledger, "mine", evening(18)).await.unwrap(), made);
}

async fn every_booking_has_its_own_number(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, u32::MAX).await;
    let mut numbers = HashSet::new();
    for key in 0..150 {
        let starts = date(2027, 1, 1)
            .at(12, 0, 0, 0)
            .saturating_add(SignedDuration::from_hours(key));
        numbers.insert(
            book(&ledger, &format!("{key}"), starts)
                .await
                .unwrap()
                .number,
        );
    }
    assert_eq!(numbers.len(), 150);
}

async fn a_cancelled_booking_frees_its_place(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    book(&ledger, "k", evening(18)).await.unwrap();
    execute(&database, "UPDATE bookings SET status = 'cancelled'").await;
    book(&ledger, "other", evening(18)).await.unwrap();
}
