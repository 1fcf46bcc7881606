//! Recordings that go well: found in the log or told of by events, one or several, Maitred's own; and calls that have
//! none.

use super::{Bench, recording, says};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_found_in_the_log_with_patience_and_stored() {
    let bench = Bench::open().await;
    let (session, bytes) = (bench.session(), recording(40));
    let id = bench.plant(&session, &bytes, &[]);
    bench.log(&session, "Accepted", 2);
    bench.call(&session).await;
    let waiting = bench
        .until(&session, |record| !record["ended_at"].is_null())
        .await;
    assert_eq!(waiting["state"], "IN_PROGRESS", "{waiting}");
    bench
        .until(&session, |record| says(record, "not_in_log"))
        .await;
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    let uri = record["recording_uri"].as_str().unwrap();
    assert!(
        uri.starts_with(&bench.rest.media_url()) && uri.contains(&id),
        "{uri}"
    );
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_events_told_of_needs_no_log() {
    let bench = Bench::open().await;
    let (session, bytes) = (bench.session(), recording(4));
    let id = bench.plant(&session, &bytes, &[]);
    let mut events = session.extension_events();
    let last = events.pop().unwrap();
    events.push(last.with_recording(&id, false));
    bench.deliver(events).await;
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_leg_may_have_a_recording() {
    let bench = Bench::open().await;
    let session = bench.session();
    let ids = [4, 5].map(|size| bench.plant(&session, &recording(size), &[]));
    bench.log(&session, "Accepted", 0);
    bench.call(&session).await;
    let record = bench.done(&session).await;
    let call = record["call_id"].as_str().unwrap();
    let story = bench.house.get(&format!("/api/v1/calls/{call}")).await;
    let stored = story["recordings"].as_array().unwrap();
    let mut found: Vec<&str> = stored
        .iter()
        .map(|one| one["recording_id"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    let mut wanted = ids.clone();
    wanted.sort();
    assert_eq!(found, wanted);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_took_has_none_and_is_complete() {
    let bench = Bench::open().await;
    let session = bench.session();
    bench.log(&session, "Missed", 0);
    bench.deliver(session.missed_events()).await;
    let record = bench.done(&session).await;
    assert!(says(&record, "not_connected"), "{record}");
    assert_eq!(record["recording_path"], json!(null));
    assert!(
        bench
            .metric(r#"maitred_archive_steps_total{result="not_connected",stage="recording"} 1"#)
            .await
    );
    bench.house.close().await;
}
