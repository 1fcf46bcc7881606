//! Recordings are deleted after their time, and nothing else is.

use super::{Bench, recording};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_deleted_after_its_time_and_the_record_says_so() {
    let bench = Bench::with(&[("RECORDING_RETENTION_DAYS", "30")]).await;
    let (old, _) = bench.recorded_call(&recording(3), &[]).await;
    let (young, young_id) = bench.recorded_call(&recording(4), &[]).await;
    let record = bench.done(&old).await;
    let path = record["recording_path"].as_str().unwrap().to_owned();
    bench.done(&young).await;
    let database = bench.house.server.database();
    let write = database.begin_write().await.unwrap();
    let call = record["call_id"].as_str().unwrap();
    let sql = format!(
        "UPDATE archived_recordings SET stored_at = '2026-01-01T00:00:00+00:00' WHERE call_id = '{call}'"
    );
    let aged = Statement::from_string(database.backend(), sql);
    write.execute_raw(aged).await.unwrap();
    write.commit().await.unwrap();
    // The next sweep of a running server is an hour away.
    let bench = Bench {
        house: bench.house.restart().await,
        ..bench
    };
    let record = bench
        .until(&old, |record| record["recording_path"] == Value::Null)
        .await;
    assert!(!Path::new(&path).exists());
    assert!(super::says(&record, "recording deleted"), "{record}");
    assert_eq!(record["state"], "COMPLETED");
    assert!(
        bench
            .metric(r#"maitred_archive_steps_total{result="ok",stage="deletion"} 1"#)
            .await
    );
    let kept = bench.done(&young).await;
    bench.assert_stored(&kept, &young_id, &recording(4));
    bench.house.server.stop(Duration::from_secs(5)).await;
}
