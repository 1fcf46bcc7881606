//! Spans reach a collector by OTLP: the call with its turns, and nothing of who called. Built with the feature `otlp` only; a
//! binary of its own, because a process has one log.
#![cfg(feature = "otlp")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use maitred::config::{Log, LogFormat};
use maitred::telemetry::{flush_traces, start_logs_to};
use maitred_harness::{DEADLINE, House};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_and_its_turns_reach_the_collector() {
    maitred::install_crypto();
    let (send, mut bodies) = mpsc::unbounded_channel();
    let take = move |body: Bytes| async move {
        let _ = send.send(body);
    };
    let routes = Router::new().route("/v1/traces", post(take));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = tokio::spawn(async move { axum::serve(listener, routes).await });
    let log = Log {
        format: LogFormat::Pretty,
        level: "error".to_owned(),
        traces: Some(endpoint),
    };
    start_logs_to(&log, std::io::sink, false);
    let house = House::open().await;
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to book for Zebediah Quill").await;
    caller.hears("day").await;
    caller.phone.hang_up().await.unwrap();
    let record = house.record_of("+15557650000").await;
    house.close().await;
    tokio::task::spawn_blocking(flush_traces).await.unwrap();
    let call = record["call_id"].as_str().unwrap();
    let mut all = Vec::new();
    let named =
        |all: &[u8], text: &str| all.windows(text.len()).any(|part| part == text.as_bytes());
    let arrived = async {
        while !(named(&all, call) && named(&all, "turn.recognised_ms")) {
            all.extend(bodies.recv().await.unwrap());
        }
    };
    tokio::time::timeout(DEADLINE, arrived)
        .await
        .expect("the spans arrive");
    for secret in ["5557650000", "Zebediah", "Quill"] {
        assert!(!named(&all, secret), "{secret} is in the traces");
    }
    collector.abort();
}
