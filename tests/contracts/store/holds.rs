//! Places that calls hold: in the way of others while they last, in nobody's way after.

use super::desk::{details, evening, ledger, open, profile, travelling, wanted};
use super::{call, on_both};
use crate::fixture::Fixture;
use jiff::civil::{date, time};
use maitred::adapters::booking::let_go_of_ended;
use maitred::adapters::store::Reading;
use maitred_actors::ports::booking::{Book, Error, Refusal, Wanted};
use maitred_actors::types::{BookingKey, Hours};
use std::collections::HashSet;

on_both!(
    holding_books_nothing,
    a_hold_is_in_the_way_of_others_but_not_of_its_own_call,
    a_new_hold_takes_the_place_of_the_old_one,
    a_hold_ends_with_its_call,
    a_hold_that_has_run_out_is_in_nobodys_way,
    a_hold_outlives_the_process,
    a_hold_of_a_call_that_ended_with_its_process_is_let_go,
    a_hold_becomes_the_booking,
    parties_last_as_long_in_the_nights_in_which_the_clocks_change,
    openings_of_several_days_come_in_one_answer,
    only_one_of_many_calls_holds_the_last_crew,
    the_rules_of_the_business_are_told,
    openings_leave_out_what_others_hold,
    the_way_between_two_parties_counts,
);

fn taken<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Taken { .. }))
}

async fn holding_books_nothing(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    let bookings = Reading::new(database).bookings(None, 10).await.unwrap();
    assert_eq!(bookings.items, []);
}

async fn a_hold_is_in_the_way_of_others_but_not_of_its_own_call(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    assert!(taken(&ledger.hold(call("b"), wanted(evening(19))).await));
    let other = ledger.book(BookingKey::new("b"), call("b"), details(evening(17)));
    assert!(taken(&other.await));
    ledger.hold(call("b"), wanted(evening(20))).await.unwrap();
}

async fn a_new_hold_takes_the_place_of_the_old_one(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    ledger.hold(call("a"), wanted(evening(12))).await.unwrap();
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    ledger.hold(call("b"), wanted(evening(12))).await.unwrap();
    // A place that is not free leaves what was held as it was.
    assert!(taken(&ledger.hold(call("a"), wanted(evening(12))).await));
    assert!(taken(&ledger.hold(call("b"), wanted(evening(18))).await));
}

async fn a_hold_ends_with_its_call(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    ledger.release(call("a")).await.unwrap();
    ledger.release(call("a")).await.unwrap();
    ledger.hold(call("b"), wanted(evening(18))).await.unwrap();
    ledger.release(call("a")).await.unwrap();
    assert!(taken(&ledger.hold(call("a"), wanted(evening(18))).await));
}

async fn a_hold_that_has_run_out_is_in_nobodys_way(fixture: &Fixture) {
    let (_, ledger, clock) = open(fixture, profile(1)).await;
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    clock.pass(9);
    assert!(taken(&ledger.hold(call("b"), wanted(evening(18))).await));
    clock.pass(1);
    ledger.hold(call("b"), wanted(evening(18))).await.unwrap();
    // Who held too long is told the truth.
    let late = ledger.book(BookingKey::new("a"), call("a"), details(evening(18)));
    assert!(taken(&late.await));
}

async fn a_hold_outlives_the_process(fixture: &Fixture) {
    let (database, before) = ledger(fixture, 1).await;
    before.hold(call("a"), wanted(evening(18))).await.unwrap();
    database.close().await;
    let (_, after) = ledger(fixture, 1).await;
    assert!(taken(&after.hold(call("b"), wanted(evening(18))).await));
    after
        .book(BookingKey::new("a"), call("a"), details(evening(18)))
        .await
        .unwrap();
}

/// The call's end was written, and the process died before what it held was let go.
async fn a_hold_of_a_call_that_ended_with_its_process_is_let_go(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 2).await;
    for (name, ended) in [("over", "'2026-11-22 12:00:00+00:00'"), ("open", "NULL")] {
        let row = format!(
            "INSERT INTO call_recordings (call_id, direction, state, mode, turns, started_at, ended_at) \
             VALUES ('call_{name}', 'Inbound', 'INITIATED', 'full_auto', 0, '2026-11-22 11:00:00+00:00', {ended})"
        );
        super::execute(&database, &row).await;
        ledger.hold(call(name), wanted(evening(18))).await.unwrap();
    }
    assert!(taken(&ledger.hold(call("next"), wanted(evening(18))).await));
    assert_eq!(let_go_of_ended(&database).await.unwrap(), 1);
    ledger
        .hold(call("next"), wanted(evening(18)))
        .await
        .unwrap();
    assert!(taken(&ledger.hold(call("last"), wanted(evening(18))).await));
}

/// A business that is open all night, where the clocks jump from two to three in March and back in November.
async fn parties_last_as_long_in_the_nights_in_which_the_clocks_change(fixture: &Fixture) {
    let mut night = profile(1);
    night.time_zone = "America/New_York".into();
    night.hours = Hours::daily(time(0, 0, 0, 0), time(23, 59, 0, 0));
    let (_, ledger, _) = open(fixture, night).await;
    let march = |hour, minute| wanted(date(2027, 3, 14).at(hour, minute, 0, 0));
    let skipped = ledger.hold(call("a"), march(2, 30)).await;
    assert!(
        matches!(
            skipped,
            Err(Error::Refused {
                why: Refusal::Closed,
                ..
            })
        ),
        "{skipped:?}"
    );
    // From one until four on the clock are two hours.
    ledger.hold(call("a"), march(1, 0)).await.unwrap();
    assert!(taken(&ledger.hold(call("b"), march(3, 0)).await));
    ledger.hold(call("b"), march(4, 0)).await.unwrap();
    // From half past midnight until half past one, the second time.
    let november = |hour, minute| wanted(date(2027, 11, 7).at(hour, minute, 0, 0));
    ledger.hold(call("a"), november(0, 30)).await.unwrap();
    assert!(taken(&ledger.hold(call("b"), november(1, 30)).await));
    ledger.hold(call("b"), november(2, 0)).await.unwrap();
}

async fn openings_of_several_days_come_in_one_answer(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    let book = ledger.book(BookingKey::new("a"), call("a"), details(evening(18)));
    book.await.unwrap();
    let week_later = evening(18).checked_add(jiff::Span::new().days(7)).unwrap();
    let saturdays = Wanted {
        until: Some(week_later.date()),
        weekday: Some(6),
        ..wanted(evening(0))
    };
    let openings = ledger.openings(call("b"), saturdays).await.unwrap();
    assert!(!openings.contains(&evening(18)) && openings.contains(&week_later));
    let days: HashSet<_> = openings.iter().map(|start| start.date()).collect();
    assert_eq!(days.len(), 2, "{days:?}");
}

async fn a_hold_becomes_the_booking(fixture: &Fixture) {
    let (_, ledger, clock) = open(fixture, profile(2)).await;
    ledger.hold(call("a"), wanted(evening(18))).await.unwrap();
    ledger.hold(call("b"), wanted(evening(18))).await.unwrap();
    let booked = ledger.book(BookingKey::new("a"), call("a"), details(evening(18)));
    booked.await.unwrap();
    assert!(taken(&ledger.hold(call("c"), wanted(evening(18))).await));
    clock.pass(10);
    // The second crew was only held; the first is booked and stays so.
    ledger.hold(call("c"), wanted(evening(18))).await.unwrap();
    assert!(taken(&ledger.hold(call("d"), wanted(evening(18))).await));
}

/// Half of the racers come through connections of their own, as another process would.
async fn only_one_of_many_calls_holds_the_last_crew(fixture: &Fixture) {
    let (_, here) = ledger(fixture, 1).await;
    let (_, there) = ledger(fixture, 1).await;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..8 {
        let ledger = if racer % 2 == 0 { &here } else { &there }.clone();
        let call = call(&racer.to_string());
        racers.spawn(async move { (call.clone(), ledger.hold(call, wanted(evening(18))).await) });
    }
    let results = racers.join_all().await;
    let won: Vec<_> = results.iter().filter(|(_, held)| held.is_ok()).collect();
    assert_eq!(won.len(), 1);
    // The others are offered what is really free: one of them takes it.
    let Some((loser, Err(Error::Taken { alternatives }))) =
        results.iter().find(|(_, held)| held.is_err())
    else {
        panic!("nobody lost");
    };
    assert_eq!(alternatives.len(), 3);
    let other = wanted(alternatives[0]);
    here.hold(loser.clone(), other).await.unwrap();
}

async fn the_rules_of_the_business_are_told(fixture: &Fixture) {
    let mut strict = travelling(1);
    strict.capacity.notice_hours = 48;
    strict.capacity.horizon_days = 30;
    let (_, ledger, _) = open(fixture, strict).await;
    let why = async |wanted: Wanted| match ledger.hold(call("a"), wanted).await {
        Err(Error::Refused { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(wanted(evening(9))).await, Refusal::Closed);
    let many = Wanted {
        guests: 21,
        ..wanted(evening(18))
    };
    assert_eq!(why(many).await, Refusal::TooManyGuests { most: 20 });
    let far = Wanted {
        zip: Some("10001".into()),
        ..wanted(evening(18))
    };
    assert_eq!(why(far).await, Refusal::OutOfArea);
    let long_ago = wanted(jiff::civil::date(2020, 1, 1).at(18, 0, 0, 0));
    assert!(matches!(why(long_ago).await, Refusal::TooSoon { .. }));
    let next_year = wanted(jiff::civil::date(2027, 6, 1).at(18, 0, 0, 0));
    assert!(matches!(why(next_year).await, Refusal::TooFar { .. }));
}

async fn openings_leave_out_what_others_hold(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    ledger.hold(call("a"), wanted(evening(15))).await.unwrap();
    let openings = ledger
        .openings(call("b"), wanted(evening(0)))
        .await
        .unwrap();
    assert_eq!(openings.first(), Some(&evening(11)));
    assert!(openings.contains(&evening(13)) && openings.contains(&evening(17)));
    assert!(!openings.contains(&evening(14)) && !openings.contains(&evening(16)));
    let own = ledger
        .openings(call("a"), wanted(evening(0)))
        .await
        .unwrap();
    assert!(own.contains(&evening(15)));
}

async fn the_way_between_two_parties_counts(fixture: &Fixture) {
    let (_, ledger, _) = open(fixture, travelling(1)).await;
    let at = |hour: i8, minute: i8, zip: &str| Wanted {
        zip: Some(zip.into()),
        starts: evening(hour).with().minute(minute).build().unwrap(),
        ..wanted(evening(hour))
    };
    ledger.hold(call("a"), at(12, 0, "94110")).await.unwrap();
    for (starts, free) in [
        (at(14, 15, "94110"), false),
        (at(14, 30, "94110"), true),
        (at(15, 15, "95112"), false),
        (at(15, 30, "95112"), true),
    ] {
        let held = ledger.hold(call("b"), starts.clone()).await;
        assert_eq!(held.is_ok(), free, "{starts:?}");
    }
}
