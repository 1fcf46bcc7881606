//! After a call: Maitred's own recording lies in its place and is written down, the card is there at once, and the
//! record is complete by itself.

use crate::ending::day;
use maitred_harness::{Caller, DEADLINE, House, How, Setup, day_in_words};
use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use std::time::Duration;

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

/// Waits until the card of the call from this number is written.
async fn card_of(house: &House, from: &str) -> Value {
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            let cards = house.get("/api/v1/cards").await;
            let items = cards["items"].as_array().cloned().unwrap_or_default();
            let found = items.into_iter().find(|card| card["from_number"] == from);
            if let Some(card) = found {
                return card;
            }
        }
    };
    let card = tokio::time::timeout(DEADLINE, wait).await;
    card.expect("a card within half a minute")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_could_not_be_served_has_its_card() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", "+15551230099")
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    house.crashes.plan(&from, 7, How::Poison);
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to book").await;
    house.record_of(&from).await;
    let card = card_of(&house, &from).await;
    assert_eq!(card["outcome"], "failed");
    let missing = card["missing"].as_str().unwrap();
    assert!(missing.contains("call back"), "{missing}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_journal_is_damaged_has_its_card() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let database = house.server.database();
    let write = database.begin_write().await.unwrap();
    let sql = "UPDATE call_events SET at = 'never', event = 'half of' WHERE seq = 3";
    write.execute_unprepared(sql).await.unwrap();
    write.commit().await.unwrap();
    let when = day_in_words(day(0));
    caller
        .says(&format!("book {when} at six pm for twelve people"))
        .await;
    caller.hears("What name").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.is_let_go().await;
    let card = card_of(&house, &from).await;
    assert_eq!(card["outcome"], "booked");
    let promised = card["promised"].as_str().unwrap();
    assert!(promised.contains("booking MH"), "{card}");
    let missing = card["missing"].as_str().unwrap();
    assert!(missing.contains("journal of the call is damaged"), "{card}");
    // A journal that is damaged cannot be decided again.
    house.server.stop(Duration::from_secs(10)).await;
}
