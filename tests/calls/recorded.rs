//! Recording and consent: the sentence comes first, and of a caller who refuses nothing is kept, at whatever moment that
//! is said, and whatever ends in between.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, DEADLINE, House, Setup, day_in_words};
use ringcentral_sim::DialPlan;
use ringcentral_sim::phone::Reaction;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

const SENTENCE: &str = "This call is recorded for quality. If you do not want that, just say so.";
const NOT_KEPT: &str = "I won't keep a recording of this call";

/// Sets up a house that records, and tells so before.
pub fn recording(setup: Setup) -> Setup {
    setup
        .with("RECORD_CALLS", "true")
        .with("RECORDING_CONSENT_SENTENCE", SENTENCE)
        .with("ARCHIVE_WAIT_SECONDS", "1")
        .with("VOICE_AI_PATIENCE_MS", "20000")
}

/// Tells the story of a caller who refuses in the middle of a booking.
pub async fn refusal(plan: DialPlan, day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("recorded for quality").await;
    caller.hears("How can I help you?").await;
    let when = day_in_words(day);
    caller
        .says(&format!("book {when} at six pm for twelve people"))
        .await;
    caller.hears("What name").await;
    caller.says("please stop recording me").await;
    caller.hears(NOT_KEPT).await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day, 18, 12, "Maria Delgado").unrecorded();
    (caller, ending)
}

/// Lists every file below the folder for recordings.
pub fn files(house: &House) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![house.folder().join("recordings")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let wait = async {
        let mut again = tokio::time::interval(Duration::from_millis(20));
        loop {
            again.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    };
    tokio::time::timeout(DEADLINE, wait).await.unwrap()
}

/// Waits until the call's card is written, and gives the call.
async fn with_card(house: &House, from: &str) -> Value {
    until(async || {
        let story = house.story_of(from).await;
        (!story["card"].is_null()).then_some(story)
    })
    .await
}

/// What the two sides of a recording say: the caller's, and ours.
fn words(path: &Path) -> (String, String) {
    let bytes = std::fs::read(path).unwrap();
    let sample = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
    let (left, right): (Vec<i16>, Vec<i16>) = bytes[44..]
        .chunks_exact(4)
        .map(|pair| (sample(&pair[..2]), sample(&pair[2..])))
        .unzip();
    let said = |side: &[i16]| voice_modem::decode_all(side).0.join(" ");
    (said(&left), said(&right))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_begins_after_the_sentence() {
    let house = recording(Setup::default()).open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = crate::books::story(plan, day(0)).await;
    assert!(
        caller
            .everything_heard()
            .starts_with("this call is recorded")
    );
    ending.check(&house, &caller, &from).await;
    let record = house
        .record_where(&from, |record| record["state"] == "COMPLETED")
        .await;
    assert_eq!(record["recording_consent"], "told");
    let (theirs, ours) = words(Path::new(record["recording_path"].as_str().unwrap()));
    assert!(!ours.contains("recorded for"), "{ours}");
    assert!(ours.contains("What name should I put it under?"), "{ours}");
    assert!(theirs.contains("Maria Delgado"), "{theirs}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_caller_who_refuses_nothing_is_kept() {
    let house = recording(Setup::default()).open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let telling = tokio::spawn(refusal(plan, day(0)));
    until(async || (!files(&house).is_empty()).then_some(())).await;
    let (caller, ending) = telling.await.unwrap();
    ending.check(&house, &caller, &from).await;
    let story = with_card(&house, &from).await;
    assert_eq!(story["recordings"], json!([]));
    assert_eq!(story["record"]["recording_path"], Value::Null);
    let promised = story["card"]["promised"].as_str().unwrap();
    assert!(promised.contains("refused to be recorded"), "{promised}");
    let call = story["record"]["call_id"].as_str().unwrap();
    let text = house
        .text(&format!("/api/v1/calls/{call}/export?format=text"))
        .await;
    assert!(text.contains("Not recorded: the caller refused"), "{text}");
    assert!(files(&house).is_empty(), "{:?}", files(&house));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_says_no_to_the_sentence_is_never_recorded_and_books() {
    let house = recording(Setup::default()).open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("recorded for").await;
    caller.says("no I don't want to be recorded").await;
    caller.hears(NOT_KEPT).await;
    let when = day_in_words(day(0));
    caller
        .says(&format!("book {when} at six pm for twelve people"))
        .await;
    caller.hears("What name").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado").unrecorded();
    ending.check(&house, &caller, &from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_holds_in_the_next_process() {
    let house = recording(Setup::default()).open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    until(async || (!files(&house).is_empty()).then_some(())).await;
    caller.says("don't record this please").await;
    // In the middle of the deletion, or right after it.
    house
        .record_where(&from, |record| record["recording_consent"] == "refused")
        .await;
    let house = house.restart().await;
    caller.hears("cut off").await;
    caller.says("goodbye").await;
    caller.is_let_go().await;
    Ending::without_booking("no_booking")
        .unrecorded()
        .check(&house, &caller, &from)
        .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_processes_of_a_call_have_their_recording() {
    let house = recording(Setup::default()).open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("what is on the menu").await;
    let house = house.restart().await;
    caller.hears("cut off").await;
    caller.says("goodbye").await;
    caller.is_let_go().await;
    let record = house
        .record_where(&from, |record| record["state"] == "COMPLETED")
        .await;
    let story = house.story_of(&from).await;
    let recordings = story["recordings"].as_array().unwrap();
    assert_eq!(recordings.len(), 2, "{recordings:?}");
    assert_eq!(record["archive_reason"], Value::Null);
    assert_eq!(files(&house).len(), 2, "nothing is left where it was made");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whom_maitred_calls_is_not_recorded() {
    let person = "+14155550177";
    let house = recording(Setup::default().at_ringcentral())
        .with("RC_AI_MODE", "triage")
        .with("FALLBACK_NUMBER", person)
        .open()
        .await;
    let mut person = house.exchange().person(person, Reaction::Answer).await;
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let mut caller = house.exchange().ring(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("I have a question about my invoice").await;
    caller.hears("who may I say is calling").await;
    caller.says("Maria Delgado").await;
    let mut called = person.is_called().await;
    called.hears("You have a call from").await;
    house.record_of(&from).await;
    let found = files(&house);
    assert_eq!(found.len(), 1, "{found:?}");
    caller.hangs_up().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ringcentrals_recording_is_paused_and_not_fetched() {
    let house = recording(Setup::default().at_ringcentral()).open().await;
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let mut caller = house.exchange().ring(plan).await;
    caller.hears("How can I help you?").await;
    let record = house
        .record_where(&from, |record| record["status"] == "Answered")
        .await;
    let path = format!("/api/v1/calls/{}", record["call_id"].as_str().unwrap());
    let begin = json!({"command": "start_recording"});
    let (status, body) = house.post(&format!("{path}/commands"), "1", &begin).await;
    assert_eq!(status, 200, "{body}");
    let shows = async |active: bool| {
        until(async || {
            let journal = house.get(&path).await["journal"].clone();
            let mut told = journal
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|entry| {
                    let recordings = &entry["event"]["status"]["recordings"];
                    recordings[0]["active"].as_bool()
                });
            (told.next_back() == Some(active)).then_some(())
        })
        .await;
    };
    shows(true).await;
    caller.says("turn off the recording please").await;
    caller.hears(NOT_KEPT).await;
    shows(false).await;
    caller.hangs_up().await;
    let story = with_card(&house, &from).await;
    let missing = story["card"]["missing"].as_str().unwrap_or_default();
    assert!(
        missing.contains("delete RingCentral's recording"),
        "{story}"
    );
    let record = house
        .record_where(&from, |record| record["state"] == "COMPLETED")
        .await;
    let reason = record["archive_reason"].as_str().unwrap();
    assert!(reason.contains("consent_refused"), "{reason}");
    assert!(files(&house).is_empty());
    house.close().await;
}
