//! What engineers make of a call afterwards: its timeline under any name it has, and its journal decided again, also where
//! the process died in mid call and where something was done otherwise than today's decision would.

use crate::books;
use crate::ending::day;
use maitred::adapters::store::Database;
use maitred::tools::calls::{Replay, Timeline};
use maitred_actors::types::CallId;
use maitred_harness::{Caller, House};
use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use tempfile::TempDir;

/// Tells a booking in a house of its own, and keeps what is left in the database; with it the number of the caller and
/// the id of the call.
async fn booked() -> (TempDir, String, String) {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = books::story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    let id = house.record_of(&from).await["call_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let folder = TempDir::new().unwrap();
    let file = house.folder().join("maitred.db");
    house.server.stop(Duration::from_secs(10)).await;
    std::fs::copy(file, folder.path().join("maitred.db")).unwrap();
    (folder, from, id)
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("maitred.db").display())
}

async fn execute(folder: &Path, sql: &str) {
    let database = Database::open_as_it_is(&url(folder)).await.unwrap();
    let write = database.begin_write().await.unwrap();
    write.execute_unprepared(sql).await.unwrap();
    write.commit().await.unwrap();
    database.close().await;
}

/// Runs the program beside the database.
fn maitred(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maitred"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", url(folder))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_told_under_every_name_it_has() {
    let (folder, from, id) = booked().await;
    let told = maitred(folder.path(), &["call", &id]);
    let words = text(&told.stdout);
    for part in [
        "=> talking",
        "“Maria Delgado”",
        "=> over (booked)",
        "-> book ",
        "hung_up",
        "turn at entry",
    ] {
        assert!(
            words.contains(part),
            "{part} in\n{words}{}",
            text(&told.stderr)
        );
    }
    let json = maitred(folder.path(), &["call", &from, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["record"]["call_id"], id.as_str());
    let sip = json["record"]["sip_call_id"].as_str().unwrap();
    assert_eq!(maitred(folder.path(), &["call", sip]).stdout, told.stdout);
    let entries = json["entries"].as_array().unwrap();
    let understood = entries
        .iter()
        .find(|entry| entry["kind"] == "understood")
        .unwrap();
    assert_eq!(understood["answers"]["asked"], "interpret");
    assert!(understood["answers"]["took_ms"].as_f64().unwrap() >= 0.0);
    let turns = json["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 3);
    assert!(
        turns
            .iter()
            .all(|turn| turn["waited_ms"].as_f64() > turn["sound_ms"].as_f64()),
        "{turns:?}"
    );
    let unknown = maitred(folder.path(), &["call", "nobody"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("no call is known as nobody"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_decided_otherwise_is_told_and_is_the_exit_code() {
    let (folder, _, id) = booked().await;
    let same = maitred(folder.path(), &["replay", &id]);
    assert_eq!(
        same.status.code(),
        Some(0),
        "{}{}",
        text(&same.stdout),
        text(&same.stderr)
    );
    let changes = [
        (
            "UPDATE call_events SET event = REPLACE(event, '\"party_size\":12', '\"party_size\":14') WHERE kind = 'booking_answered'",
            "booking    then: party_size 14; today: party_size 12",
        ),
        (
            "UPDATE call_recordings SET outcome = 'no_booking'",
            "record     then: outcome no_booking; today: outcome booked",
        ),
        (
            "UPDATE transcript_turns SET text = 'And your name?' WHERE text LIKE 'What name%'",
            "agent: “And your name?”; today: agent: “What name should I put it under?”",
        ),
        (
            "UPDATE call_events SET kind = 'slot_checked', event = '{\"type\":\"slot_checked\",\"question\":2,\"result\":{\"Ok\":null}}' WHERE seq = 4",
            "entry 4  question   then: q2 was hold_slot; today: q2 is say",
        ),
        (
            "UPDATE call_events SET event = 'no json' WHERE seq = 9",
            "entry 9  journal ",
        ),
    ];
    for (sql, told) in changes {
        let copy = TempDir::new().unwrap();
        std::fs::copy(
            folder.path().join("maitred.db"),
            copy.path().join("maitred.db"),
        )
        .unwrap();
        execute(copy.path(), sql).await;
        let replayed = maitred(copy.path(), &["replay", "--all", "--since", "1h"]);
        let words = text(&replayed.stdout);
        assert_eq!(replayed.status.code(), Some(1), "{sql}\n{words}");
        assert!(words.contains(told), "{told} in\n{words}");
        assert!(
            words.ends_with("1 calls would be decided otherwise\n"),
            "{words}"
        );
    }
    let nothing = PathBuf::from("/nonexistent");
    assert_eq!(
        maitred(folder.path(), &["replay", "nobody"]).status.code(),
        Some(2)
    );
    let elsewhere = Command::new(env!("CARGO_BIN_EXE_maitred"))
        .args(["replay", "--all"])
        .current_dir(folder.path())
        .env_clear()
        .env("DATABASE_URL", url(&nothing))
        .output()
        .unwrap();
    assert_eq!(
        elsewhere.status.code(),
        Some(2),
        "{}",
        text(&elsewhere.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_of_a_process_that_died_is_told_and_decided_again() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("book June sixth at six pm").await;
    caller.hears("How many people").await;
    let url = url(house.folder());
    let House { server, .. } = house;
    server.kill().await;
    let database = Database::open_as_it_is(&url).await.unwrap();
    let timeline = Timeline::of(&database, &from).await.unwrap();
    assert!(timeline.to_string().contains("not over"));
    let call = CallId::new(timeline.record.call_id.clone());
    let replay = Replay::of(&database, &call).await.unwrap();
    assert_eq!(replay.differences, []);
    assert_eq!(replay.entries, timeline.entries.len());
    database.close().await;
}
