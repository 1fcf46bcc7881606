//! Webhooks against a small receiver.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ringcentral_sim::webhook::{
    HandshakeError, Party, Scenario, Script, Sender, Session, Shape, run, shake_hands, signature,
};
use serde_json::Value;
use tokio::sync::watch;

const SECRET: &str = "relay-secret";
const TOKEN: &str = "verification";

pub type Seen = Arc<watch::Sender<Vec<Value>>>;

/// Receives the way a careful receiver does.
async fn receive(State(seen): State<Seen>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(token) = headers.get("Validation-Token") {
        let text = format!("{{\"validationToken\":{:?}}}", token.to_str().unwrap());
        return ([("Validation-Token", token.clone())], text).into_response();
    }
    let right = match headers.get("X-RingCentral-Signature") {
        Some(given) => given.to_str().unwrap() == signature(SECRET, &body),
        None => headers
            .get("Verification-Token")
            .is_some_and(|token| token == TOKEN),
    };
    if !right {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    seen.send_modify(|seen| seen.push(serde_json::from_slice(&body).unwrap()));
    StatusCode::OK.into_response()
}

pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}/hook")
}

pub async fn receiver() -> (String, Seen) {
    let seen = Seen::new(watch::Sender::new(Vec::new()));
    (
        serve(
            Router::new()
                .route("/hook", post(receive))
                .with_state(seen.clone()),
        )
        .await,
        seen,
    )
}

#[tokio::test]
async fn a_careful_receiver_passes_every_scenario() {
    let (address, seen) = receiver().await;
    let session = Session::inbound("+15557654321", "+15551230001");
    for sender in [
        Sender::new(&address).unwrap().signing(SECRET),
        Sender::new(&address).unwrap().with_token(TOKEN),
        Sender::new(&address)
            .unwrap()
            .signing(SECRET)
            .with_token(TOKEN),
    ] {
        let checks = run(&sender, &session, &Scenario::ALL).await;
        assert_eq!(checks.len(), 10);
        assert!(checks.iter().all(|check| check.passed), "{checks:#?}");
    }
    assert_eq!(seen.borrow().len(), 24);
}

#[tokio::test]
async fn a_careless_receiver_fails_where_it_is_careless() {
    let careless = Router::new().route("/hook", post(|| async { StatusCode::OK }));
    let sender = Sender::new(&serve(careless).await).unwrap().signing(SECRET);
    let checks = run(&sender, &Session::inbound("+1", "+2"), &Scenario::ALL).await;
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(failed, ["validation", "bad-signature"]);
}

#[tokio::test]
async fn an_unauthorised_sender_is_noticed() {
    let (address, seen) = receiver().await;
    let sender = Sender::new(&address).unwrap().signing("another");
    let checks = run(
        &sender,
        &Session::inbound("+1", "+2"),
        &[Scenario::Answered],
    )
    .await;
    assert!(
        checks
            .iter()
            .all(|check| !check.passed && check.detail.starts_with("401")),
        "{checks:#?}"
    );
    assert!(seen.borrow().is_empty());
}

#[tokio::test]
async fn a_handshake_with_a_long_answer_is_refused() {
    let talkative = post(|headers: HeaderMap| async move {
        (
            [("Validation-Token", headers["Validation-Token"].clone())],
            "x".repeat(1100),
        )
    });
    let sender = Sender::new(&serve(Router::new().route("/hook", talkative)).await).unwrap();
    assert!(matches!(
        shake_hands(&sender).await,
        Err(HandshakeError::TooBig(1100..))
    ));
}

#[test]
fn a_direct_call_has_the_order_and_numbers_of_the_capture() {
    let session = Session::inbound("+15557654321", "+15551230001").with_call_id("abc");
    let facts = |events: Vec<ringcentral_sim::webhook::Notification>| -> Vec<(u64, bool, String)> {
        let ours = session.party_id(Party::Extension);
        let fact = |event: &ringcentral_sim::webhook::Notification| {
            let code = event
                .json()
                .pointer("/body/parties/0/status/code")
                .unwrap()
                .as_str()
                .unwrap();
            (
                event.sequence().unwrap(),
                event.party_id() == Some(&ours),
                code.to_owned(),
            )
        };
        events.iter().map(fact).collect()
    };
    let all = facts(session.events());
    let wanted = [
        (2, false, "Setup"),
        (3, true, "Setup"),
        (4, false, "Answered"),
        (5, true, "Proceeding"),
        (6, true, "Answered"),
        (7, true, "Disconnected"),
        (8, false, "Disconnected"),
    ];
    let wanted: Vec<_> = wanted
        .map(|(sequence, ours, code)| (sequence, ours, code.to_owned()))
        .into();
    assert_eq!(all, wanted);
    let ours: Vec<_> = wanted.into_iter().filter(|(_, ours, _)| *ours).collect();
    assert_eq!(facts(session.extension_events()), ours);
    let answered = &session.events()[4];
    assert_eq!(
        answered.json()["body"]["parties"][0]["sipData"]["callId"],
        "abc"
    );
}

#[test]
fn a_flat_body_carries_the_same_call() {
    let session = Session::inbound("+15557654321", "+15551230001");
    let flat = session
        .event(5, Party::Extension, "Proceeding", 0)
        .shaped(Shape::Flat)
        .into_json();
    assert_eq!(flat["body"]["telephonyStatus"], "Ringing");
    assert_eq!(
        flat["body"]["telephonySessionId"],
        session.telephony_session_id
    );
    assert_eq!(flat["body"]["from"]["phoneNumber"], "+15557654321");
    assert!(flat["body"].get("parties").is_none());
}

#[tokio::test]
async fn a_script_reorders_doubles_drops_and_delays() {
    let (address, seen) = receiver().await;
    let sender = Sender::new(&address).unwrap().with_token(TOKEN);
    let script = Script::new(Session::inbound("+1", "+2").events());
    let script = script
        .dropped(1)
        .reversed()
        .doubled(0)
        .delayed(3, Duration::from_millis(50));
    let answers = script.deliver(&sender).await.unwrap();
    assert!(answers.iter().all(|answer| answer.status == 200));
    let order: Vec<u64> = seen
        .borrow()
        .iter()
        .map(|event| event["body"]["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(order[..2], [8, 8]);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [2, 4, 5, 6, 7, 8, 8]);
}
