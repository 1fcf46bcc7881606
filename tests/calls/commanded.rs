//! The API has commands carried out on a live call: each once for its key, refused where the call's state does not allow it.

use maitred_harness::{Caller, DEADLINE, House, Setup};
use ringcentral_sim::phone::PhoneEvent;
use serde_json::{Value, json};

async fn on_the_phone() -> (House, Caller, String, String) {
    let house = Setup::default().at_ringcentral().open().await;
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let mut caller = house.exchange().ring(plan).await;
    caller.hears("How can I help you?").await;
    let record = house
        .record_where(&from, |record| record["status"] == "Answered")
        .await;
    let id = record["call_id"].as_str().unwrap_or_default().to_owned();
    (house, caller, from, format!("/api/v1/calls/{id}/commands"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_held_and_taken_back() {
    let (house, caller, from, path) = on_the_phone().await;
    let (status, body) = house.post(&path, "1", &json!({"command": "hold"})).await;
    assert_eq!((status, &body["status"]), (200, &json!("done")), "{body}");
    house
        .record_where(&from, |record| record["status"] == "Hold")
        .await;
    let before = house
        .exchange()
        .sim
        .exchange()
        .calls_of(ringcentral_sim::rest::Group::Light);
    let (status, again) = house.post(&path, "1", &json!({"command": "hold"})).await;
    assert_eq!(
        (status, again),
        (200, body),
        "the same key is answered, not carried out"
    );
    let after = house
        .exchange()
        .sim
        .exchange()
        .calls_of(ringcentral_sim::rest::Group::Light);
    assert_eq!(before, after);
    let (status, body) = house.post(&path, "2", &json!({"command": "hold"})).await;
    assert_eq!(status, 409, "{body}");
    let (status, _) = house.post(&path, "3", &json!({"command": "unhold"})).await;
    assert_eq!(status, 200);
    house
        .record_where(&from, |record| record["status"] == "Answered")
        .await;
    let (status, _) = house
        .post(&path, "4", &json!({"command": "mute", "muted": true}))
        .await;
    assert_eq!(status, 200);
    caller.hangs_up().await;
    house.record_of(&from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_ended_by_command() {
    let (house, caller, from, path) = on_the_phone().await;
    let (status, body) = house.post(&path, "1", &json!({"command": "hang_up"})).await;
    assert_eq!(status, 200, "{body}");
    caller.phone.ended(DEADLINE).await.expect("the call ends");
    house.record_of(&from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_its_reason() {
    let (house, caller, from, path) = on_the_phone().await;
    let cases: [(&str, Value, u16); 4] = [
        (
            &path,
            json!({"command": "forward", "to": {"extension_number": "102"}}),
            409,
        ),
        (&path, json!({"command": "dance"}), 422),
        (&path, json!({"command": "transfer"}), 422),
        (
            "/api/v1/calls/call_none/commands",
            json!({"command": "hold"}),
            404,
        ),
    ];
    for (index, (path, command, expected)) in cases.into_iter().enumerate() {
        let (status, body) = house.post(path, &format!("k{index}"), &command).await;
        assert_eq!(status, expected, "{command}: {body}");
        assert!(body["error"].is_string(), "{body}");
    }
    caller.hangs_up().await;
    house.record_of(&from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_pressed_for_the_other_side() {
    let (house, caller, from, path) = on_the_phone().await;
    let mut events = caller.phone.events();
    let (status, body) = house
        .post(&path, "1", &json!({"command": "press", "keys": "42#"}))
        .await;
    assert_eq!(status, 200, "{body}");
    let mut pressed = String::new();
    while pressed.len() < 3 {
        let key = events.until(DEADLINE, |happened| match happened.event {
            PhoneEvent::Key(key) => Some(key),
            _ => None,
        });
        pressed.push(key.await.expect("a key is heard"));
    }
    assert_eq!(pressed, "42#");
    caller.hangs_up().await;
    house.record_of(&from).await;
    house.close().await;
}
