//! Every fault, and that it ends.

use std::time::Duration;

use deepgram_sim::Route;
use serde_json::Value;
use tokio::time::Instant;

use crate::client::{Client, DEADLINE, FLUX, NOVA, SPEAK, Seen, start};

const FORCE: &str = r#"{"type":"ForceEndTurn"}"#;
const CONFIGURE: &str = r#"{"type":"Configure"}"#;

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let sim = start().await;
    for address in [FLUX, NOVA, SPEAK] {
        for authorization in ["Token wrong", "", &format!("Bearer {}", sim.key())] {
            let refused = Client::try_open(&sim, address, authorization)
                .await
                .unwrap_err();
            assert_eq!(refused.status, 401);
            assert!(!refused.error.is_empty() && refused.request_id.is_some());
            assert_eq!(refused.body["err_code"], "INVALID_AUTH");
        }
    }
    sim.until(
        |state| state.refused.len() == 9 && state.connections.is_empty(),
        DEADLINE,
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn upgrades_are_refused_until_cleared() {
    let sim = start().await;
    let token = format!("Token {}", sim.key());
    for (route, address) in [
        (Route::Flux, FLUX),
        (Route::Nova, NOVA),
        (Route::Speak, SPEAK),
    ] {
        for status in [429, 500, 401, 503] {
            sim.faults().refuse(route, status);
            for _ in 0..2 {
                let refused = Client::try_open(&sim, address, &token).await.unwrap_err();
                assert_eq!(refused.status, status);
                assert!(!refused.error.is_empty() && refused.request_id.is_some());
            }
        }
        sim.faults().clear(route);
        Client::open(&sim, address).await;
    }
}

#[tokio::test]
async fn upgrades_are_refused_a_number_of_times_on_one_route() {
    let sim = start().await;
    let token = format!("Token {}", sim.key());
    sim.faults().refuse_next(Route::Nova, 429, 2);
    Client::open(&sim, FLUX).await;
    for _ in 0..2 {
        assert_eq!(
            Client::try_open(&sim, NOVA, &token)
                .await
                .unwrap_err()
                .status,
            429
        );
    }
    Client::open(&sim, NOVA).await;
}

#[tokio::test]
async fn answers_and_upgrades_are_delayed() {
    let sim = start().await;
    let delay = Duration::from_millis(80);
    sim.faults().delay_upgrades(Route::Flux, delay);
    let asked = Instant::now();
    let mut client = Client::open(&sim, FLUX).await;
    assert!(asked.elapsed() >= delay);
    client.json().await;
    sim.faults().delay_answers(Route::Flux, delay);
    let asked = Instant::now();
    client.say(CONFIGURE).await;
    client.json().await;
    assert!(asked.elapsed() >= delay);
}

#[tokio::test]
async fn connections_are_cut_now() {
    let sim = start().await;
    for (route, address) in [
        (Route::Flux, FLUX),
        (Route::Nova, NOVA),
        (Route::Speak, SPEAK),
    ] {
        let mut client = Client::open(&sim, address).await;
        sim.until(|state| state.open(route) == 1, DEADLINE)
            .await
            .unwrap();
        sim.faults().cut_now(route);
        assert_eq!(client.rest().await.2, Seen::Dropped);
        sim.until(|state| state.open(route) == 0, DEADLINE)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn one_connection_is_cut_after_its_messages() {
    let sim = start().await;
    sim.faults().cut_after(Route::Flux, 3);
    let mut client = Client::open(&sim, FLUX).await;
    for _ in 0..2 {
        client.say(CONFIGURE).await;
    }
    let (texts, _, end) = client.rest().await;
    assert_eq!((texts.len(), end), (3, Seen::Dropped));
    let mut client = Client::open(&sim, FLUX).await;
    for _ in 0..5 {
        client.say(CONFIGURE).await;
    }
    client.until(|message| message["sequence_id"] == 5).await;
}

#[tokio::test]
async fn connections_are_closed_with_a_code() {
    let sim = start().await;
    for (route, address) in [
        (Route::Flux, FLUX),
        (Route::Nova, NOVA),
        (Route::Speak, SPEAK),
    ] {
        let mut client = Client::open(&sim, address).await;
        sim.until(|state| state.open(route) == 1, DEADLINE)
            .await
            .unwrap();
        sim.faults().close(route, 1011, "NET-0000: try again");
        let (_, _, end) = client.rest().await;
        assert_eq!(
            end,
            Seen::Closed(Some((1011, "NET-0000: try again".to_owned())))
        );
    }
}

#[tokio::test]
async fn garbage_comes_between_the_answers() {
    let sim = start().await;
    sim.faults().garbage(Route::Flux);
    let mut client = Client::open(&sim, FLUX).await;
    client.speech("still here").await;
    client.say(FORCE).await;
    client.say(r#"{"type":"CloseStream"}"#).await;
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    while let Seen::Text(text) = client.next().await {
        match serde_json::from_str::<Value>(&text) {
            Ok(message) if message["request_id"].is_string() => good.push(message),
            _ => bad.push(text),
        }
    }
    // One before each answer, and one before the close.
    assert_eq!(bad.len(), good.len() + 1);
    assert!(
        bad.iter()
            .any(|text| serde_json::from_str::<Value>(text).is_err())
    );
    assert_eq!(good.last().unwrap()["transcript"], "still here");
}

#[tokio::test]
async fn the_first_message_is_withheld() {
    let sim = start().await;
    sim.faults().withhold_connected(Route::Flux);
    let mut client = Client::open(&sim, FLUX).await;
    client.say(CONFIGURE).await;
    assert_eq!(client.json().await["type"], "ConfigureSuccess");
}

#[tokio::test]
async fn a_stalled_route_listens_and_says_nothing() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.json().await;
    sim.faults().stall(Route::Flux);
    client.speech("anybody there").await;
    client.silence(400).await;
    sim.until(|state| state.heard.len() == 1, DEADLINE)
        .await
        .unwrap();
    client.say(CONFIGURE).await;
    sim.until(|state| state.connections[0].messages.len() == 1, DEADLINE)
        .await
        .unwrap();
    client.silence(200).await;
    let octets = sim.connections(Route::Flux)[0].audio_octets;
    assert!(octets > 0);
    // What was said while stalled is lost, so the next message seen is the answer to what follows.
    sim.until(
        |state| state.connections[0].audio_octets >= 8 * 600,
        DEADLINE,
    )
    .await
    .unwrap();
    sim.faults().clear(Route::Flux);
    client
        .say(r#"{"type":"Configure","keyterms":["after"]}"#)
        .await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    assert_eq!(seen.last().unwrap()["keyterms"][0], "after");
    assert!(seen[0]["sequence_id"].as_u64().unwrap() > 3);
}

#[tokio::test]
async fn the_request_id_is_optional() {
    let sim = start().await;
    sim.faults().omit_request_id(Route::Speak);
    assert_eq!(Client::open(&sim, SPEAK).await.request_id, None);
    let refused = Client::try_open(&sim, SPEAK, "Token wrong")
        .await
        .unwrap_err();
    assert_eq!(refused.request_id, None);
}
