//! `/v2/listen`.

use std::time::Duration;

use deepgram_sim::{DeepgramSim, Route, SimConfig};
use serde_json::Value;

use crate::client::{Client, DEADLINE, FLUX, Seen, start};

fn is_end(message: &Value) -> bool {
    message["event"] == "EndOfTurn"
}

/// The names of events, without the updates.
fn events(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .filter_map(|message| message["event"].as_str())
        .filter(|event| *event != "Update")
        .collect()
}

#[tokio::test]
async fn a_turn_starts_and_ends() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.silence(100).await;
    client.speech("Saturday at seven.").await;
    client.silence(400).await;
    let seen = client.until(is_end).await;
    assert_eq!(seen[0]["type"], "Connected");
    assert_eq!(seen[0]["request_id"].as_str(), client.request_id.as_deref());
    assert_eq!(events(&seen), ["StartOfTurn", "EndOfTurn"]);
    let end = seen.last().unwrap();
    assert_eq!(end["transcript"], "Saturday at seven.");
    assert_eq!(
        (&end["turn_index"], &end["trigger"]),
        (&0.into(), &"model".into())
    );
    assert_eq!(end["words"][1]["word"], "at");
    assert!(end["end_of_turn_confidence"].as_f64().unwrap() >= 0.7);
    let words = end["words"].as_array().unwrap();
    assert!(
        words
            .iter()
            .all(|word| word["end"].as_f64() > word["start"].as_f64())
    );
    assert_eq!(words[0]["start"], 0.1);
    assert_eq!(sim.heard(), ["Saturday at seven."]);
}

#[tokio::test]
async fn every_message_has_the_next_number() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    for text in ["one", "two", "three"] {
        client.speech(text).await;
        client.silence(600).await;
    }
    client
        .say(r#"{"type":"Configure","keyterms":["molar"]}"#)
        .await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    let numbers: Vec<u64> = seen
        .iter()
        .map(|message| message["sequence_id"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..seen.len() as u64).collect::<Vec<_>>());
    let turns: Vec<u64> = seen
        .iter()
        .filter(|m| is_end(m))
        .map(|m| m["turn_index"].as_u64().unwrap())
        .collect();
    assert_eq!(turns, [0, 1, 2]);
    assert_eq!(sim.heard(), ["one", "two", "three"]);
}

#[tokio::test]
async fn a_turn_whose_audio_stops_does_not_end() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.speech("are you there").await;
    client.silence(100).await;
    client.say(r#"{"type":"ForceEndTurn"}"#).await;
    let seen = client.until(is_end).await;
    assert_eq!(seen.last().unwrap()["trigger"], "manual");
    assert_eq!(seen.last().unwrap()["transcript"], "are you there");
}

#[tokio::test]
async fn forcing_without_a_turn_does_nothing() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.say(r#"{"type":"ForceEndTurn"}"#).await;
    client.say(r#"{"type":"Configure"}"#).await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn a_forced_end_lets_the_same_breath_open_the_next_turn() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.speech("one two").await;
    client.say(r#"{"type":"ForceEndTurn"}"#).await;
    client.speech("three").await;
    client.silence(300).await;
    let first = client.until(is_end).await;
    let second = client.until(is_end).await;
    assert_eq!(first.last().unwrap()["transcript"], "one two");
    assert_eq!(events(&second), ["StartOfTurn", "EndOfTurn"]);
    assert_eq!(second.last().unwrap()["transcript"], "three");
}

#[tokio::test]
async fn eager_ends_are_taken_back_when_the_caller_goes_on() {
    let sim = start().await;
    let mut client = Client::open(&sim, &format!("{FLUX}&eager_eot_threshold=0.4")).await;
    client.speech("a table").await;
    client.silence(120).await;
    client.speech("for four").await;
    client.silence(400).await;
    let seen = client.until(is_end).await;
    assert_eq!(
        events(&seen),
        [
            "StartOfTurn",
            "EagerEndOfTurn",
            "TurnResumed",
            "EagerEndOfTurn",
            "EndOfTurn"
        ]
    );
    let transcripts: Vec<&str> = seen
        .iter()
        .filter(|message| message["event"] == "EagerEndOfTurn" || is_end(message))
        .map(|message| message["transcript"].as_str().unwrap())
        .collect();
    assert_eq!(
        transcripts,
        ["a table", "a table for four", "a table for four"]
    );
}

#[tokio::test]
async fn no_eager_events_unless_asked() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.speech("a table").await;
    client.silence(120).await;
    client.speech("for four").await;
    client.silence(400).await;
    assert_eq!(
        events(&client.until(is_end).await),
        ["StartOfTurn", "EndOfTurn"]
    );
}

#[tokio::test]
async fn a_higher_threshold_waits_longer() {
    let sim = start().await;
    let mut ends = Vec::new();
    for threshold in ["0.5", "0.7", "0.9"] {
        let mut client = Client::open(&sim, &format!("{FLUX}&eot_threshold={threshold}")).await;
        client.speech("my number").await;
        client.silence(1000).await;
        let seen = client.until(is_end).await;
        ends.push(seen.last().unwrap()["audio_window_end"].as_f64().unwrap());
    }
    assert!(
        ends.is_sorted() && ends[0] < ends[1] && ends[1] < ends[2],
        "{ends:?}"
    );
    let speech = voice_modem::encode("my number").len() as f64 / 8000.0;
    assert!((0.16..0.18).contains(&(ends[1] - speech)), "{ends:?}");
}

#[tokio::test]
async fn a_threshold_of_one_leaves_the_end_to_the_timeout() {
    let sim = start().await;
    let mut client = Client::open(
        &sim,
        &format!("{FLUX}&eot_threshold=1.0&eot_timeout_ms=1500"),
    )
    .await;
    client.speech("hm").await;
    client.silence(1400).await;
    client.say(r#"{"type":"Configure"}"#).await;
    let before = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    assert_eq!(events(&before), ["StartOfTurn"]);
    client.silence(200).await;
    assert_eq!(
        client.until(is_end).await.last().unwrap()["trigger"],
        "timeout"
    );
}

#[tokio::test]
async fn thresholds_can_change_within_a_connection() {
    let sim = start().await;
    let mut client = Client::open(&sim, &format!("{FLUX}&keyterm=molar&keyterm=Acme+Dental")).await;
    client
        .say(
            r#"{"type":"Configure","thresholds":{"eot_threshold":0.85,"eager_eot_threshold":0.5}}"#,
        )
        .await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    let success = seen.last().unwrap();
    let wanted = serde_json::json!({"eot_threshold": 0.85, "eager_eot_threshold": 0.5, "eot_timeout_ms": 5000});
    assert_eq!(success["thresholds"], wanted);
    assert_eq!(
        success["keyterms"],
        serde_json::json!(["molar", "Acme Dental"])
    );
    client
        .say(r#"{"type":"Configure","thresholds":{"eot_threshold":0.4}}"#)
        .await;
    client.say(r#"{"type":"Configure","keyterms":[]}"#).await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    assert_eq!(seen[0]["type"], "ConfigureFailure");
    assert_eq!(seen[1]["thresholds"], wanted);
    assert_eq!(seen[1]["keyterms"], serde_json::json!([]));
}

#[tokio::test]
async fn parameters_of_the_other_route_are_refused() {
    let sim = start().await;
    let token = format!("Token {}", sim.key());
    for parameter in [
        "channels=1",
        "interim_results=true",
        "endpointing=300",
        "smart_format=true",
        "vad_events=true",
        "language=en",
        "no_delay=true",
        "eot_threshold=0.2",
        "eot_timeout_ms=soon",
        "eager_eot_threshold=0.9&eot_threshold=0.6",
    ] {
        let refused = Client::try_open(&sim, &format!("{FLUX}&{parameter}"), &token)
            .await
            .unwrap_err();
        assert_eq!(refused.status, 400, "{parameter}");
        assert!(!refused.error.is_empty() && refused.request_id.is_some());
        assert_eq!(refused.body["err_code"], "INVALID_QUERY_PARAMETER");
    }
    for query in [
        "",
        "?model=nova-3&encoding=mulaw&sample_rate=8000",
        "?model=flux-general-en&encoding=linear16&sample_rate=8000",
    ] {
        let refused = Client::try_open(&sim, &format!("/v2/listen{query}"), &token)
            .await
            .unwrap_err();
        assert_eq!(refused.status, 400, "{query}");
    }
}

#[tokio::test]
async fn updates_come_with_the_audio() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.silence(2000).await;
    client.say(r#"{"type":"Configure"}"#).await;
    let seen = client
        .until(|message| message["type"] == "ConfigureSuccess")
        .await;
    let updates: Vec<&Value> = seen
        .iter()
        .filter(|message| message["event"] == "Update")
        .collect();
    assert_eq!(updates.len(), 8);
    assert!(updates.iter().all(|update| update["transcript"] == ""));
}

#[tokio::test]
async fn a_damaged_word_is_missing_and_lowers_the_confidence() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    let mut audio = voice_modem::encode("four people please");
    let people = voice_modem::encode("four").len() + 200;
    audio[people..people + 160].fill(0);
    client.samples(&audio).await;
    client.silence(300).await;
    let seen = client.until(is_end).await;
    let end = seen.last().unwrap();
    assert_eq!(end["transcript"], "four please");
    assert!(end["words"][0]["confidence"].as_f64().unwrap() < 0.7);
}

#[tokio::test]
async fn closing_gives_an_update_and_no_code() {
    let sim = start().await;
    let mut client = Client::open(&sim, FLUX).await;
    client.speech("good bye").await;
    client.say(r#"{"type":"CloseStream"}"#).await;
    let (texts, _, end) = client.rest().await;
    assert_eq!(events(&texts), ["StartOfTurn"]);
    assert_eq!(texts.last().unwrap()["event"], "Update");
    assert_eq!(texts.last().unwrap()["transcript"], "good bye");
    assert_eq!(end, Seen::Closed(None));
    sim.until(|state| state.open(Route::Flux) == 0, DEADLINE)
        .await
        .unwrap();
    assert_eq!(sim.heard(), ["good bye"]);
}

#[tokio::test]
async fn unknown_messages_are_an_error_and_the_end() {
    let sim = start().await;
    for message in ["no json", r#"{"type":"KeepAlive"}"#] {
        let mut client = Client::open(&sim, FLUX).await;
        client.say(message).await;
        let (texts, _, end) = client.rest().await;
        assert_eq!(texts.last().unwrap()["type"], "Error");
        assert_eq!(texts.last().unwrap()["code"], "UNPARSABLE_CLIENT_MESSAGE");
        assert!(matches!(end, Seen::Closed(Some((1008, _)))), "{end:?}");
    }
}

#[tokio::test]
async fn a_connection_without_audio_is_closed() {
    let config = SimConfig {
        idle_timeout: Duration::from_millis(50),
        ..SimConfig::default()
    };
    let sim = DeepgramSim::start(config).await.unwrap();
    let mut client = Client::open(&sim, FLUX).await;
    let (_, _, end) = client.rest().await;
    let Seen::Closed(Some((1011, reason))) = end else {
        panic!("{end:?}")
    };
    assert!(reason.starts_with("NET-0001"));
}
