//! The read side: pages are complete, filters hold, bad cursors are refused.

use super::{call, execute, on_both};
use crate::fixture::Fixture;
use maitred::adapters::store::{CallFilter, Database, ReadError, Reading};

on_both!(
    pages_show_every_call_once_newest_first,
    filters_hold,
    what_is_not_there_is_not_found
);

/// Eleven calls, of which the first two rang in the same microsecond.
async fn calls(fixture: &Fixture) -> Reading {
    let database = Database::open(&fixture.url).await.unwrap();
    for number in 0..11 {
        let fraction = if number < 2 {
            String::new()
        } else {
            format!(".{:06}", number * 127)
        };
        let (state, outcome) = if number % 2 == 0 {
            ("COMPLETED", "booked")
        } else {
            ("FAILED", "abandoned")
        };
        let sql = format!(
            "INSERT INTO call_recordings (call_id, direction, state, outcome, mode, turns, started_at) VALUES \
             ('call_{number:02}', 'Inbound', '{state}', '{outcome}', 'full_auto', 0, \
             '2026-11-22T10:00:00{fraction}+00:00')"
        );
        execute(&database, &sql).await;
    }
    Reading::new(database)
}

async fn pages_show_every_call_once_newest_first(fixture: &Fixture) {
    let reading = calls(fixture).await;
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let page = reading
            .calls(CallFilter::default(), cursor.as_deref(), 2)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|row| row.call_id));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (0..11)
        .rev()
        .map(|number| format!("call_{number:02}"))
        .collect();
    assert_eq!((seen, pages), (expected, 6));
    let all = reading
        .calls(CallFilter::default(), None, 11)
        .await
        .unwrap();
    assert_eq!((all.items.len(), all.next), (11, None));
}

async fn filters_hold(fixture: &Fixture) {
    let reading = calls(fixture).await;
    let failed = CallFilter {
        state: Some("FAILED".into()),
        outcome: None,
    };
    assert_eq!(
        reading.calls(failed, None, 50).await.unwrap().items.len(),
        5
    );
    let booked = CallFilter {
        state: None,
        outcome: Some("booked".into()),
    };
    let booked = reading.calls(booked, None, 50).await.unwrap().items;
    assert_eq!(booked.len(), 6);
    assert!(
        booked
            .iter()
            .all(|row| row.outcome.as_deref() == Some("booked"))
    );
    let both = CallFilter {
        state: Some("FAILED".into()),
        outcome: Some("booked".into()),
    };
    assert!(
        reading
            .calls(both, None, 50)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

async fn what_is_not_there_is_not_found(fixture: &Fixture) {
    let reading = calls(fixture).await;
    assert_eq!(reading.call(&call("99")).await.unwrap(), None);
    for cursor in ["", "x", "1", "x.call_01", "9223372036854775807.call_01"] {
        let refused = reading.calls(CallFilter::default(), Some(cursor), 2).await;
        assert_eq!(refused, Err(ReadError::Cursor), "{cursor}");
    }
}
