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

/// Ways in which the journal of a call can be damaged, and what is told of each.
const DAMAGES: [(&str, &str); 8] = [
    (
        "UPDATE call_events SET at = 'yesterday' WHERE call_id = 'call_other' AND seq = 5",
        "entry 5",
    ),
    (
        "UPDATE call_events SET event = SUBSTR(event, 1, 20) WHERE call_id = 'call_other' \
         AND seq = (SELECT MAX(seq) FROM call_events WHERE call_id = 'call_other')",
        "is damaged: no json",
    ),
    (
        "UPDATE call_events SET kind = 'caller_sang', event = '{\"type\":\"caller_sang\"}' \
         WHERE call_id = 'call_other' AND seq = 7",
        "entry 7 (caller_sang) is damaged: of a kind that is not known here",
    ),
    (
        "DELETE FROM call_events WHERE call_id = 'call_other' AND seq = 1",
        "entry 1 is missing; the next is 2",
    ),
    (
        "UPDATE call_events SET kind = 'server_closing', event = '{\"type\":\"server_closing\"}' \
         WHERE call_id = 'call_other' AND seq = 1",
        "entry 1 (server_closing) is no admission",
    ),
    (
        "DELETE FROM call_events WHERE call_id = 'call_other'",
        "there is no entry",
    ),
    (
        "UPDATE call_events SET event = x'ff00fe' WHERE call_id = 'call_other' AND seq = 3",
        "entry 3",
    ),
    (
        "UPDATE call_recordings SET started_at = 'never' WHERE call_id = 'call_other'",
        "call_other",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_call_is_told_of_and_the_rest_goes_on() {
    let (folder, _, id) = booked().await;
    execute(
        folder.path(),
        "CREATE TEMP TABLE other AS SELECT * FROM call_recordings; \
         UPDATE other SET call_id = 'call_other'; \
         INSERT INTO call_recordings SELECT * FROM other; \
         INSERT INTO call_events SELECT 'call_other', seq, at, kind, \
         REPLACE(event, call_id, 'call_other') FROM call_events;",
    )
    .await;
    for (sql, wanted) in DAMAGES {
        let copy = TempDir::new().unwrap();
        std::fs::copy(
            folder.path().join("maitred.db"),
            copy.path().join("maitred.db"),
        )
        .unwrap();
        execute(copy.path(), sql).await;
        let replayed = maitred(copy.path(), &["replay", "--all"]);
        let words = text(&replayed.stdout);
        let errors = text(&replayed.stderr);
        assert_eq!(replayed.status.code(), Some(1), "{sql}\n{words}{errors}");
        assert!(words.contains(wanted), "{wanted} in\n{words}{errors}");
        assert!(!errors.contains("panicked"), "{sql}\n{errors}");
        assert!(
            !words.contains(&format!("{id}:")),
            "nothing is wrong with the other: {words}"
        );
        assert!(words.contains("2 calls, "), "{words}");
        let told = maitred(copy.path(), &["call", "call_other"]);
        let told = format!("{}{}", text(&told.stdout), text(&told.stderr));
        assert!(told.contains(wanted) || wanted == "call_other", "{told}");
        let same = maitred(copy.path(), &["replay", &id]);
        assert_eq!(same.status.code(), Some(0), "{}", text(&same.stdout));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_breaks_off_anywhere_is_told_and_decided_again() {
    let (folder, _, id) = booked().await;
    let call = CallId::new(id);
    let whole = Database::open_as_it_is(&url(folder.path())).await.unwrap();
    let entries = Replay::of(&whole, &call).await.unwrap().entries;
    whole.close().await;
    assert!(entries > 20, "{entries} entries are no call");
    // As if the process had died after each entry, before anything was projected from it.
    execute(
        folder.path(),
        "UPDATE call_recordings SET ended_at = NULL, outcome = NULL, state = 'IN_PROGRESS'",
    )
    .await;
    for last in (1..=entries).rev() {
        let sql = format!("DELETE FROM call_events WHERE seq > {last}");
        execute(folder.path(), &sql).await;
        let database = Database::open_as_it_is(&url(folder.path())).await.unwrap();
        let replay = Replay::of(&database, &call).await.unwrap();
        assert_eq!((replay.entries, replay.differences), (last, Vec::new()));
        let timeline = Timeline::of(&database, call.as_str()).await.unwrap();
        assert_eq!((timeline.entries.len(), &timeline.damage), (last, &None));
        database.close().await;
    }
}
