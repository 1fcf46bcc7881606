//! The rows of texts: due in order, taken by one sender only, and never due again once they are settled.

use super::{call, moment, on_both};
use crate::fixture::Fixture;
use maitred::adapters::store::{Database, Outbox, SqlJournal, TextStep};
use maitred_actors::ports::journal::{Journal, OutgoingText, Projection};
use maitred_actors::types::PhoneNumber;

on_both!(
    texts_are_due_in_order_and_begun_once,
    what_was_being_sent_is_taken_over_as_unsure,
    what_is_settled_is_never_due_again,
);

async fn with_texts(fixture: &Fixture, count: i64) -> (Database, Outbox) {
    let database = Database::open(&fixture.url).await.unwrap();
    let texts = (0..count).map(|number| {
        Projection::Text(OutgoingText {
            key: format!("text/{number}"),
            call: call("a"),
            kind: "booking_confirmation",
            to: PhoneNumber::parse("+15557654321").unwrap(),
            body: format!("text {number}"),
            at: moment(number),
        })
    });
    let journal = SqlJournal::new(database.clone());
    journal.commit(Vec::new(), texts.collect()).await.unwrap();
    let rows = Outbox::new(database.clone());
    (database, rows)
}

async fn texts_are_due_in_order_and_begun_once(fixture: &Fixture) {
    let (database, rows) = with_texts(fixture, 2).await;
    assert_eq!(rows.next_due().await.unwrap(), Some(moment(0)));
    assert_eq!(rows.due(moment(-1)).await.unwrap(), None);
    let first = rows.due(moment(9)).await.unwrap().unwrap();
    assert_eq!(
        (first.body.as_str(), first.tries, first.maybe_sent_at),
        ("text 0", 0, None)
    );
    assert!(rows.begin(first.id, moment(9)).await.unwrap());
    assert!(
        !rows.begin(first.id, moment(9)).await.unwrap(),
        "somebody is sending it"
    );
    let second = rows.due(moment(9)).await.unwrap().unwrap();
    assert_eq!(second.body, "text 1");
    let again = TextStep::Again {
        due: moment(50),
        reason: "down".to_owned(),
    };
    rows.settle(first.id, &again).await.unwrap();
    assert!(rows.begin(second.id, moment(9)).await.unwrap());
    assert_eq!(rows.next_due().await.unwrap(), Some(moment(50)));
    assert_eq!(rows.due(moment(50)).await.unwrap().unwrap().tries, 1);
    database.close().await;
}

async fn what_was_being_sent_is_taken_over_as_unsure(fixture: &Fixture) {
    let (database, rows) = with_texts(fixture, 2).await;
    let first = rows.due(moment(9)).await.unwrap().unwrap();
    rows.begin(first.id, moment(7)).await.unwrap();
    assert_eq!(rows.take_over(moment(20)).await.unwrap(), 1);
    assert_eq!(rows.take_over(moment(20)).await.unwrap(), 0);
    let second = rows.due(moment(20)).await.unwrap().unwrap();
    assert_eq!(second.maybe_sent_at, None);
    rows.settle(second.id, &TextStep::Skipped).await.unwrap();
    let unsure = rows.due(moment(20)).await.unwrap().unwrap();
    assert_eq!(
        (unsure.id, unsure.maybe_sent_at),
        (first.id, Some(moment(7)))
    );
    assert!(
        !rows.begin(unsure.id, moment(21)).await.unwrap(),
        "it may have been sent"
    );
    database.close().await;
}

async fn what_is_settled_is_never_due_again(fixture: &Fixture) {
    let (database, rows) = with_texts(fixture, 4).await;
    let reason = || "why\0".to_owned();
    let sent = TextStep::Sent {
        message: Some("7001".to_owned()),
        at: moment(9),
    };
    let steps = [
        sent,
        TextStep::Failed { reason: reason() },
        TextStep::Uncertain { reason: reason() },
        TextStep::Skipped,
    ];
    for step in &steps {
        let text = rows.due(moment(9)).await.unwrap().unwrap();
        rows.begin(text.id, moment(9)).await.unwrap();
        rows.settle(text.id, step).await.unwrap();
    }
    assert_eq!(rows.due(moment(1_000)).await.unwrap(), None);
    assert_eq!(rows.next_due().await.unwrap(), None);
    let asked = vec!["7001".to_owned(), "7002".to_owned()];
    assert_eq!(rows.known(asked).await.unwrap(), ["7001"]);
    assert_eq!(rows.known(Vec::new()).await.unwrap(), [""; 0]);
    database.close().await;
}
