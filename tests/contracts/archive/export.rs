//! A call is found by what is known of it, and taken out as one JSON or as readable text.

use super::{Bench, recording};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_searched_for_and_exported() {
    let bench = Bench::open().await;
    let (session, id) = bench.recorded_call(&recording(2), &[]).await;
    let record = bench.done(&session).await;
    bench.until_cards(1).await;
    let call = record["call_id"].as_str().unwrap();
    let number = session.from.as_deref().unwrap().trim_start_matches('+');
    let day = &record["started_at"].as_str().unwrap()[..10];
    let found = async |query: String| -> usize {
        let page = bench.house.get(&format!("/api/v1/calls?{query}")).await;
        page["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(
        found(format!("number={number}&from={day}&to={day}&limit=5")).await,
        1
    );
    assert_eq!(found(format!("number={number}&to=2020-01-01")).await, 0);
    assert_eq!(found(format!("outcome=booked&number={number}")).await, 0);
    assert_eq!(found("q=nobody%20ever%20said%20this".to_owned()).await, 0);
    let refused = bench.house.get("/api/v1/calls?from=yesterday").await;
    assert!(
        refused["error"].as_str().unwrap().contains("2026-11-28"),
        "{refused}"
    );
    let json = bench
        .house
        .get(&format!("/api/v1/calls/{call}/export"))
        .await;
    assert_eq!(json["recordings"][0]["recording_id"], id.as_str());
    assert_eq!(json["record"]["call_id"], call);
    assert!(json["card"]["wanted"].is_string() && json["journal"][0]["event"].is_object());
    let text = bench
        .house
        .text(&format!("/api/v1/calls/{call}/export?format=text"))
        .await;
    for line in [
        call,
        number,
        "State COMPLETED",
        "Card",
        "Timeline",
        "admitted",
        &id,
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    let refused = bench
        .house
        .get(&format!("/api/v1/calls/{call}/export?format=pdf"))
        .await;
    assert_eq!(refused["error"], Value::from("format is json or text"));
    bench.house.close().await;
}
