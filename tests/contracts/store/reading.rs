//! The read side: pages are complete, filters hold, bad cursors are refused.

use super::{call, execute, on_both};
use crate::fixture::Fixture;
use maitred::adapters::store::{CallFilter, Database, ReadError, Reading};

on_both!(
    pages_show_every_call_once_newest_first,
    filters_hold,
    calls_are_found_by_number_day_and_words,
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
        ..CallFilter::default()
    };
    assert_eq!(
        reading.calls(failed, None, 50).await.unwrap().items.len(),
        5
    );
    let booked = CallFilter {
        outcome: Some("booked".into()),
        ..CallFilter::default()
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
        ..CallFilter::default()
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

async fn calls_are_found_by_number_day_and_words(fixture: &Fixture) {
    let database = Database::open(&fixture.url).await.unwrap();
    let insert = async |name: &str, from: &str, day: u32, words: &str| {
        let call = format!(
            "INSERT INTO call_recordings (call_id, direction, from_number, to_number, state, mode, turns, started_at) \
             VALUES ('{name}', 'Inbound', '{from}', '+15551230001', 'COMPLETED', 'full_auto', 0, \
             '2026-11-{day:02}T10:00:00+00:00')"
        );
        execute(&database, &call).await;
        let turn = format!(
            "INSERT INTO transcript_turns (call_id, turn_index, speaker, text, started_ms, interrupted) \
             VALUES ('{name}', 0, 'caller', '{words}', 0, FALSE)"
        );
        execute(&database, &turn).await;
    };
    insert("call_1", "+14155550198", 20, "A table for Twelve people").await;
    insert("call_2", "+14155550199", 21, "I am 100% sure").await;
    insert(
        "call_3",
        "+12125550100",
        22,
        "twelve_oh_clock and nothing else",
    )
    .await;
    let recorded = "INSERT INTO final_turns (call_id, turn_index, speaker, text, started_ms, source, recording_text) \
                    VALUES ('call_2', 0, 'caller', 'x', 0, 'both', 'Delgado')";
    execute(&database, recorded).await;
    let reading = Reading::new(database);
    let found = async |filter: CallFilter| -> Vec<String> {
        let page = reading.calls(filter, None, 50).await.unwrap();
        page.items.into_iter().map(|row| row.call_id).collect()
    };
    let number = |number: &str| CallFilter {
        number: Some(number.to_owned()),
        ..CallFilter::default()
    };
    assert_eq!(found(number("(415) 555")).await, ["call_2", "call_1"]);
    assert_eq!(found(number("0100")).await, ["call_3"]);
    let words = |words: &str| CallFilter {
        words: Some(words.to_owned()),
        ..CallFilter::default()
    };
    assert_eq!(found(words("twelve")).await, ["call_3", "call_1"]);
    assert_eq!(found(words("TWELVE people")).await, ["call_1"]);
    assert_eq!(found(words("100%")).await, ["call_2"], "no wildcard");
    assert_eq!(found(words("twelve_oh")).await, ["call_3"], "no wildcard");
    assert_eq!(
        found(words("delgado")).await,
        ["call_2"],
        "the recording counts too"
    );
    assert!(found(words("'; DROP TABLE cards --")).await.is_empty());
    let days = CallFilter {
        from: "2026-11-21T00:00:00Z".parse().ok(),
        to: "2026-11-22T00:00:00Z".parse().ok(),
        ..CallFilter::default()
    };
    assert_eq!(found(days).await, ["call_2"]);
}
