//! After a call: Maitred's own recording lies in its place and is written down, the card is there at once, and the
//! record is complete by itself.

use crate::ending::day;
use maitred_harness::Setup;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_complete_without_anybodys_help() {
    let house = Setup::default()
        .with("RECORD_CALLS", "true")
        .with("ARCHIVE_WAIT_SECONDS", "1")
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = crate::books::story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    let record = house.record_of(&from).await;
    assert_eq!(record["state"], "IN_PROGRESS", "{record}");
    let record = house
        .record_where(&from, |record| record["state"] == "COMPLETED")
        .await;
    let call = record["call_id"].as_str().unwrap();
    let path = record["recording_path"].as_str().unwrap();
    let date = record["started_at"].as_str().unwrap()[..10].replace('-', "/");
    let folder = house.folder().join("recordings").join(date).join(call);
    assert!(path.starts_with(folder.to_str().unwrap()), "{path}");
    assert!(std::fs::metadata(path).unwrap().len() > 44);
    let story = house.get(&format!("/api/v1/calls/{call}")).await;
    let parts = story["final_transcript"].as_array().unwrap();
    let both = |speaker: &str, words: &str| {
        let is_it = |part: &&Value| {
            part["speaker"] == speaker
                && part["text"]
                    .as_str()
                    .is_some_and(|text| text.contains(words))
        };
        parts.iter().find(is_it).map(|part| part["source"].clone())
    };
    assert_eq!(
        both("caller", "Maria Delgado"),
        Some("both".into()),
        "{story}"
    );
    assert_eq!(
        both("agent", "How can I help you?"),
        Some("both".into()),
        "{story}"
    );
    assert_eq!(
        story["flags"].as_array().unwrap().len(),
        0,
        "{}",
        story["flags"]
    );
    let card = &story["card"];
    assert_eq!(card["name"], "Maria Delgado");
    assert!(
        card["promised"].as_str().unwrap().starts_with("booking MH"),
        "{card}"
    );
    assert_eq!(card["missing"], Value::Null);
    house.close().await;
}
