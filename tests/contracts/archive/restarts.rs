//! The work goes on after the process was stopped: before the recording was looked for, and in the middle of it.

use super::{Bench, DEADLINE, recording};
use maitred_actors::archivist::ArchivistMsg;
use maitred_actors::registry::Role;
use maitred_harness::{House, kill_shared};
use ringcentral_sim::rest::MediaFault;
use std::path::{Path, PathBuf};
use std::time::Duration;

impl Bench {
    /// Waits until a part of a recording lies on the disk.
    async fn until_begun(&self) {
        let begun = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let held = part(&self.house).and_then(|path| path.metadata().ok());
                if held.is_some_and(|file| file.len() > 10_000) {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, begun).await.unwrap();
    }

    async fn restarted(self) -> Self {
        Self {
            house: self.house.restart().await,
            ..self
        }
    }
}

fn part(house: &House) -> Option<PathBuf> {
    fn search(folder: &Path) -> Option<PathBuf> {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            let is_part = path.extension().is_some_and(|ending| ending == "part");
            let found = if path.is_dir() {
                search(&path)
            } else {
                is_part.then_some(path)
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
    search(&house.folder().join("recordings"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_where_the_last_process_was_stopped() {
    let (bench, bytes) = (Bench::open().await, recording(200));
    let slow = MediaFault::Slow(1_000, Duration::from_millis(50));
    let (session, id) = bench.recorded_call(&bytes, &[slow]).await;
    bench.until_begun().await;
    let bench = bench.restarted().await;
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_ended_before_the_stop_is_looked_for_after_it() {
    let (bench, bytes) = (Bench::open().await, recording(10));
    let (session, id) = bench.recorded_call(&bytes, &[]).await;
    bench
        .until(&session, |record| !record["ended_at"].is_null())
        .await;
    let bench = bench.restarted().await;
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archivist_may_end_in_the_middle_of_it() {
    let (bench, bytes) = (Bench::open().await, recording(200));
    let slow = MediaFault::Slow(1_000, Duration::from_millis(50));
    let (session, id) = bench.recorded_call(&bytes, &[slow]).await;
    bench.until_begun().await;
    kill_shared::<ArchivistMsg>(&bench.house.server.registry, Role::Archivist);
    let record = bench.done(&session).await;
    bench.assert_stored(&record, &id, &bytes);
    let restarts = r#"maitred_actor_restarts_total{actor="archivist",reason="killed"} 1"#;
    assert!(bench.metric(restarts).await);
    bench.house.close().await;
}
