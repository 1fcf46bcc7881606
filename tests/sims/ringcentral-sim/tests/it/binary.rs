//! The binary, as people and scripts call it.

use std::process::Output;

use axum::Router;
use axum::routing::post;
use ringcentral_sim::{AnswerPlan, AnsweringPhone, Transport, wav};
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
