//! Changing, cancelling and finding: the right booking, once, recorded, and never beyond the crews.

use super::desk::{details, evening, ledger, open, profile, wanted};
use super::{call, moment, on_both};
use crate::fixture::Fixture;
use maitred::adapters::booking::Ledger;
use maitred::adapters::store::{Database, Reading};
use maitred_actors::ports::booking::{Book, Error, Search, Wanted};
use maitred_actors::types::{Booking, BookingDetails, BookingKey, PhoneNumber};

on_both!(
    a_booking_is_changed_once_and_both_versions_are_kept,
    a_cancelled_booking_frees_its_crew_once,
    a_change_to_a_full_start_leaves_the_booking_as_it_was,
    a_booking_may_move_onto_its_own_time,
    a_place_held_for_a_change_is_not_counted_twice,
    what_is_not_in_the_book_cannot_be_changed,
    of_two_changes_to_one_place_only_one_is_made,
    bookings_are_found_by_what_callers_know,
);

async fn made(ledger: &Ledger, key: &str, starts: jiff::civil::DateTime) -> Booking {
    ledger
        .book(BookingKey::new(key), call(key), details(starts))
        .await
        .unwrap()
}

async fn shown(database: &Database, number: &str) -> serde_json::Value {
    let listed = Reading::new(database.clone()).bookings(None, 200).await;
    let items = listed.unwrap().items;
    let found = items.into_iter().find(|booking| booking.number == number);
    serde_json::to_value(found.unwrap()).unwrap()
}

/// What another caller than the one who booked would like.
fn smaller(starts: jiff::civil::DateTime) -> BookingDetails {
    BookingDetails {
        party_size: 8,
        name: "Zoë".into(),
        ..details(starts)
    }
}

async fn a_booking_is_changed_once_and_both_versions_are_kept(fixture: &Fixture) {
    let (database, here) = ledger(fixture, 1).await;
    let (_, there) = ledger(fixture, 1).await;
    let booking = made(&here, "made", evening(12)).await;
    let mut askers = tokio::task::JoinSet::new();
    for asker in 0..6 {
        let ledger = if asker % 2 == 0 { &here } else { &there }.clone();
        let number = booking.number.clone();
        let key = BookingKey::new("change");
        askers.spawn(async move {
            let details = smaller(evening(18));
            ledger
                .change(key, call("b"), number, details)
                .await
                .unwrap()
        });
    }
    let answers = askers.join_all().await;
    let first = &answers[0];
    assert!(answers.iter().all(|answer| answer == first));
    assert_eq!((&first.number, &first.key), (&booking.number, &booking.key));
    assert_eq!(first.details, smaller(evening(18)));
    let shown = shown(&database, &booking.number).await;
    assert_eq!(shown["party_size"], 8);
    let changes = shown["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (&changes[0]["kind"], &changes[0]["call_id"]),
        (&"changed".into(), &"call_b".into())
    );
    assert_eq!(changes[0]["before"]["party_size"], 12);
    assert_eq!(changes[0]["after"]["party_size"], 8);
    assert_eq!(changes[0]["at"], moment(0).to_string());
    // Another change later, and the first asked for once more: it still tells how it left the booking.
    let later = BookingKey::new("later");
    here.change(
        later,
        call("c"),
        booking.number.clone(),
        smaller(evening(20)),
    )
    .await
    .unwrap();
    let again = BookingKey::new("change");
    let told = here.change(again, call("b"), booking.number, smaller(evening(18)));
    assert_eq!(told.await.unwrap(), *first);
}

async fn a_cancelled_booking_frees_its_crew_once(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    let booking = made(&ledger, "made", evening(18)).await;
    let cancel = || ledger.cancel(BookingKey::new("cancel"), call("b"), booking.number.clone());
    let cancelled = cancel().await.unwrap();
    assert!(cancelled.cancelled && !booking.cancelled);
    assert_eq!(cancelled.details, booking.details);
    let other = made(&ledger, "other", evening(18)).await;
    assert_eq!(cancel().await.unwrap(), cancelled);
    let another = BookingKey::new("another");
    assert_eq!(
        ledger
            .cancel(another, call("c"), booking.number.clone())
            .await,
        Err(Error::NoSuchBooking)
    );
    let shown_now = shown(&database, &booking.number).await;
    assert_eq!(shown_now["status"], "cancelled");
    assert_eq!(shown_now["changes"].as_array().unwrap().len(), 1);
    assert_eq!(shown(&database, &other.number).await["status"], "confirmed");
    // Asked for once more, a booking that was cancelled since is told as it is, and not made again.
    let asked_again = made(&ledger, "made", evening(18)).await;
    assert_eq!(
        (asked_again.number, asked_again.cancelled),
        (booking.number, true)
    );
}

async fn a_change_to_a_full_start_leaves_the_booking_as_it_was(fixture: &Fixture) {
    let (database, ledger) = ledger(fixture, 1).await;
    let booking = made(&ledger, "made", evening(12)).await;
    made(&ledger, "other", evening(18)).await;
    let key = BookingKey::new("change");
    let changed = ledger.change(key, call("b"), booking.number.clone(), smaller(evening(17)));
    let Err(Error::Taken { alternatives }) = changed.await else {
        panic!("the start is full");
    };
    assert_eq!(alternatives[0], evening(16));
    let shown = shown(&database, &booking.number).await;
    assert_eq!(
        (&shown["party_size"], &shown["changes"]),
        (&12.into(), &serde_json::json!([]))
    );
}

async fn a_booking_may_move_onto_its_own_time(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    let booking = made(&ledger, "made", evening(18)).await;
    let onto = Wanted {
        replaces: Some(booking.number.clone()),
        ..wanted(evening(19))
    };
    ledger.hold(call("b"), onto).await.unwrap();
    let key = BookingKey::new("change");
    let changed = ledger.change(key, call("b"), booking.number, smaller(evening(19)));
    assert_eq!(changed.await.unwrap().details.starts, evening(19));
}

/// Old place and new place are both kept until the caller has decided, and neither is in the way twice.
async fn a_place_held_for_a_change_is_not_counted_twice(fixture: &Fixture) {
    let (_, ledger, _) = open(fixture, profile(2)).await;
    let booking = made(&ledger, "made", evening(18)).await;
    let onto = Wanted {
        replaces: Some(booking.number.clone()),
        ..wanted(evening(19))
    };
    ledger.hold(call("b"), onto).await.unwrap();
    ledger.hold(call("c"), wanted(evening(18))).await.unwrap();
    let full = ledger.hold(call("d"), wanted(evening(18))).await;
    assert!(matches!(full, Err(Error::Taken { .. })), "{full:?}");
    let key = BookingKey::new("change");
    let changed = ledger.change(key, call("b"), booking.number, smaller(evening(19)));
    changed.await.unwrap();
    ledger.hold(call("d"), wanted(evening(17))).await.unwrap();
}

async fn what_is_not_in_the_book_cannot_be_changed(fixture: &Fixture) {
    let (_, ledger) = ledger(fixture, 1).await;
    let key = || BookingKey::new("k");
    let nothing = Err(Error::NoSuchBooking);
    let changed = ledger.change(key(), call("a"), "MH0000".into(), details(evening(18)));
    assert_eq!(changed.await, nothing);
    assert_eq!(
        ledger.cancel(key(), call("a"), "MH0000".into()).await,
        nothing
    );
    let onto = Wanted {
        replaces: Some("MH0000".into()),
        ..wanted(evening(18))
    };
    assert_eq!(
        ledger.hold(call("a"), onto).await,
        Err(Error::NoSuchBooking)
    );
}

async fn of_two_changes_to_one_place_only_one_is_made(fixture: &Fixture) {
    let (_, here) = ledger(fixture, 1).await;
    let (_, there) = ledger(fixture, 1).await;
    let one = made(&here, "one", evening(11)).await;
    let two = made(&here, "two", evening(13)).await;
    let onto = |ledger: &Ledger, booking: &Booking| {
        let key = BookingKey::new(format!("move {}", booking.number));
        ledger.change(
            key,
            call(&booking.number),
            booking.number.clone(),
            smaller(evening(18)),
        )
    };
    let (first, second) = tokio::join!(onto(&here, &one), onto(&there, &two));
    assert_eq!(
        [&first, &second]
            .iter()
            .filter(|moved| moved.is_ok())
            .count(),
        1
    );
    assert!(
        [first, second]
            .iter()
            .any(|moved| matches!(moved, Err(Error::Taken { .. })))
    );
}

async fn bookings_are_found_by_what_callers_know(fixture: &Fixture) {
    let (_, ledger, clock) = open(fixture, profile(3)).await;
    let book = async |key: &str, hour: i8, name: &str, phone: &str| {
        let details = BookingDetails {
            name: name.into(),
            phone: PhoneNumber::parse(phone),
            ..details(evening(hour))
        };
        let made = ledger.book(BookingKey::new(key), call(key), details).await;
        made.unwrap().number
    };
    let maria = book("a", 18, "Maria Delgado", "4155550101").await;
    let john = book("b", 12, "John Smith", "4155550102").await;
    let maria_later = book("c", 20, "Maria Lopez", "4155550101").await;
    let found = async |search: Search| -> Vec<String> {
        let found = ledger.find(search).await.unwrap();
        found.into_iter().map(|booking| booking.number).collect()
    };
    let phone = |text: &str| Search {
        phone: PhoneNumber::parse(text),
        ..Search::default()
    };
    let name = |text: &str| Search {
        name: Some(text.into()),
        ..Search::default()
    };
    assert_eq!(
        found(phone("+14155550101")).await,
        [maria.clone(), maria_later.clone()]
    );
    assert_eq!(found(phone("+14155550199")).await, Vec::<String>::new());
    assert_eq!(found(name("delgado")).await, [&*maria]);
    let past = Search {
        past: true,
        ..phone("+14155550101")
    };
    assert_eq!(found(past.clone()).await, Vec::<String>::new());
    let both = Search {
        name: Some("Maria".into()),
        ..phone("+14155550102")
    };
    assert_eq!(found(both).await, Vec::<String>::new());
    let by_number = Search {
        number: Some(john.replace("MH", "m h ")),
        ..Search::default()
    };
    assert_eq!(found(by_number).await, [&*john]);
    let on = |day| Search {
        day: Some(day),
        ..Search::default()
    };
    let day = evening(0).date();
    assert_eq!(found(on(day)).await, [&*john, &*maria, &*maria_later]);
    assert_eq!(
        found(on(day.tomorrow().unwrap())).await,
        Vec::<String>::new()
    );
    assert_eq!(found(Search::default()).await, Vec::<String>::new());
    ledger
        .cancel(BookingKey::new("x"), call("x"), maria)
        .await
        .unwrap();
    assert_eq!(found(name("delgado")).await, Vec::<String>::new());
    clock.pass(60 * 24 * 30);
    assert_eq!(found(phone("+14155550101")).await, Vec::<String>::new());
    assert_eq!(found(past).await, [&*maria_later]);
}
