//! Downloads that go wrong: each ends with the whole recording, or with the reason why not.

use super::{Bench, recording, says};
use ringcentral_sim::rest::MediaFault;
use sea_orm::{ConnectionTrait as _, Statement};
use std::time::Duration;

/// The fault, and what the record says until the next try.
async fn is_overcome(fault: MediaFault, reason: Option<&str>) {
    let (bench, bytes) = (Bench::open().await, recording(100));
    let (session, id) = bench.recorded_call(&bytes, &[fault]).await;
    if let Some(reason) = reason {
        bench.until(&session, |record| says(record, reason)).await;
    }
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_download_is_waited_for() {
    is_overcome(MediaFault::Slow(10_000, Duration::from_millis(50)), None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_was_cut_is_gone_on_with() {
    is_overcome(MediaFault::Cut(30_000), Some("cut")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ignores_the_range_sends_all_again() {
    let (bench, bytes) = (Bench::open().await, recording(100));
    let faults = [MediaFault::Cut(30_000), MediaFault::IgnoresRange];
    let (session, id) = bench.recorded_call(&bytes, &faults).await;
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_on_the_way_is_renewed() {
    is_overcome(MediaFault::TokenExpires(50_000), Some("cut")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_is_no_recording() {
    is_overcome(MediaFault::ErrorPage, Some("error_page")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_is_not_kept_is_no_recording_yet() {
    is_overcome(MediaFault::WrongLength(10), Some("cut")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_the_rate_is_waited_out() {
    is_overcome(MediaFault::Limited(1), Some("rate_limited")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_is_tried_again() {
    is_overcome(MediaFault::Unavailable, Some("server_error")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_not_there_yet_is_tried_again() {
    is_overcome(MediaFault::Gone, Some("not_found")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_kind_is_told_and_not_kept() {
    let bench = Bench::open().await;
    let (call, _) = bench.recorded_call(&[0; 5_000], &[]).await;
    let record = bench.until(&call, |record| says(record, "not_audio")).await;
    assert_eq!(record["state"], "IN_PROGRESS");
    assert!(record["recording_path"].is_null());
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_too_large_is_given_up_with_the_reason() {
    let bench = Bench::open().await;
    let faults = [MediaFault::WrongLength(1 << 40)];
    let (session, _) = bench.recorded_call(&recording(1), &faults).await;
    let record = bench.done(&session).await;
    assert!(says(&record, "recording too_large"), "{record}");
    assert!(record["recording_path"].is_null());
    let line = r#"maitred_archive_steps_total{result="too_large",stage="recording"} 1"#;
    assert!(bench.metric(line).await);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_never_comes_is_given_up_after_hours_with_the_reason() {
    let bench = Bench::with(&[("ARCHIVE_PATIENCE_HOURS", "6")]).await;
    let (early, late) = (bench.session(), bench.session());
    for session in [&early, &late] {
        bench.call(session).await;
        bench
            .until(session, |record| says(record, "recording not_in_log"))
            .await;
    }
    // Seven hours go by for one of them, five for the other.
    let database = bench.house.server.database();
    for (session, hours) in [(&early, 7), (&late, 5)] {
        let record = bench.until(session, |_| true).await;
        let call = record["call_id"].as_str().unwrap();
        let ended: jiff::Timestamp = record["ended_at"].as_str().unwrap().parse().unwrap();
        let since = ended - jiff::SignedDuration::from_hours(hours);
        let sql = format!(
            "UPDATE archive_jobs SET since_at = '{}', due_at = since_at WHERE call_id = '{call}' \
             AND track = 'sound'",
            since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        );
        let write = database.begin_write().await.unwrap();
        let aged = Statement::from_string(database.backend(), sql);
        write.execute_raw(aged).await.unwrap();
        write.commit().await.unwrap();
    }
    let record = bench.done(&early).await;
    assert!(says(&record, "recording not_in_log"), "{record}");
    let line = r#"maitred_archive_given_up_total{reason="not_in_log",stage="recording"} 1"#;
    assert!(bench.metric(line).await);
    let record = bench.until(&late, |_| true).await;
    assert_eq!(record["state"], "IN_PROGRESS", "{record}");
    bench.house.close().await;
}
