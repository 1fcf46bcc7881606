//! The binary, as people and scripts call it.

use std::process::{Output, Stdio};

use axum::Router;
use axum::routing::post;
use ringcentral_sim::phone::DeviceAccount;
use ringcentral_sim::{AnswerPlan, AnsweringPhone, Transport, wav};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::SOON;
use crate::hearing::{share_of, tone};
use crate::webhooks::{receiver, serve};

async fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcentral-sim"));
    tokio::time::timeout(
        SOON * 3,
        command.args(arguments).kill_on_drop(true).output(),
    )
    .await
    .unwrap()
    .unwrap()
}

#[tokio::test]
async fn webhook_check_prints_a_line_per_delivery_and_succeeds() {
    let (address, _) = receiver().await;
    let output = run(&[
        "webhook",
        "all",
        "--to",
        &address,
        "--secret",
        "relay-secret",
    ])
    .await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("PASS "))
            .count(),
        10,
        "{text}"
    );
}

#[tokio::test]
async fn a_whole_call_is_played_in_any_order() {
    let (address, seen) = receiver().await;
    let arguments = [
        "play",
        "menu",
        "--to",
        &address,
        "--token",
        "verification",
        "--reverse",
        "--double",
    ];
    let output = run(&arguments).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert_eq!(text.lines().count(), 22, "{text}");
    let seen = seen.borrow();
    let sequence = |at: usize| seen[at]["body"]["sequence"].as_u64().unwrap();
    assert_eq!([sequence(0), sequence(1), sequence(21)], [12, 12, 2]);
    assert_eq!(seen[0]["uuid"], seen[1]["uuid"]);
    let unauthorised = run(&["play", "missed", "--to", &address]).await;
    assert_eq!(unauthorised.status.code(), Some(1));
}

#[tokio::test]
async fn webhook_check_fails_with_the_receiver() {
    let careless = serve(Router::new().route("/hook", post(|| async {}))).await;
    let output = run(&[
        "webhook",
        "bad-signature",
        "--to",
        &careless,
        "--secret",
        "relay-secret",
    ])
    .await;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("FAIL bad-signature: 200")
    );
}

#[tokio::test]
async fn the_console_makes_calls_and_tells_what_happens_in_json() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcentral-sim"));
    let mut service = command
        .args(["serve", "--console"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = service.stdin.take().unwrap();
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let mut line = async || -> Value {
        let line = tokio::time::timeout(SOON, lines.next_line()).await.unwrap();
        serde_json::from_str(&line.unwrap().unwrap()).unwrap()
    };
    let at = line().await;
    input.write_all(b"call\n").await.unwrap();
    assert_eq!(line().await["error"], "nobody is registered");
    let text = |name: &str| at[name].as_str().unwrap().to_owned();
    let account = DeviceAccount {
        server: text("tls").parse().unwrap(),
        transport: Transport::Tls,
        domain: text("domain"),
        user_name: text("userName"),
        authorization_id: text("authorizationId"),
        password: text("password"),
        expires: 60,
    };
    let plan = AnswerPlan::answering(Transport::Tls);
    let mut phone = AnsweringPhone::register(plan, &account).await.unwrap();
    input.write_all(b"call menu +15557650000\n").await.unwrap();
    let called = line().await;
    let callee = phone.next_call(SOON).await.unwrap();
    assert_eq!(called["callId"], callee.call_id());
    assert!(
        callee
            .invite()
            .header("From")
            .unwrap()
            .contains("+15557650000")
    );
    while line().await["event"] != "Answered" {}
    callee.press("7");
    while line().await["key"] != "7" {}
    input.write_all(b"hang-up 1\n").await.unwrap();
    callee.ended(SOON).await.unwrap();
    input.write_all(b"quit\n").await.unwrap();
    let status = tokio::time::timeout(SOON, service.wait()).await;
    assert!(status.unwrap().unwrap().success());
}

#[tokio::test]
async fn a_call_by_hand_keeps_what_it_heard() {
    let mut phone = AnsweringPhone::listen(AnswerPlan::answering(Transport::Udp))
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (said, kept) = (
        folder.path().join("said.wav"),
        folder.path().join("kept.wav"),
    );
    std::fs::write(&said, wav::write(&[&tone(440.0, 20)])).unwrap();
    let to = phone.address().to_string();
    let (said, kept) = (said.to_str().unwrap(), kept.to_str().unwrap());
    let arguments = [
        "call",
        "--to",
        &to,
        "--srtp",
        "--say",
        said,
        "--record",
        kept,
        "--seconds",
        "2",
    ];
    let (output, callee) = tokio::join!(run(&arguments), async {
        let callee = phone.next_call(SOON).await.unwrap();
        callee.speak(&tone(1000.0, 20));
        callee.ended(SOON).await.unwrap();
        callee
    });
    assert!(output.status.success());
    assert!(callee.counts().received > 0);
    let spoken = wav::read(&std::fs::read(kept).unwrap()).unwrap();
    let best = spoken
        .chunks_exact(160)
        .map(|frame| share_of(440.0, frame))
        .fold(0.0, f64::max);
    assert!(best > 0.9, "the tone is not in the recording");
}
