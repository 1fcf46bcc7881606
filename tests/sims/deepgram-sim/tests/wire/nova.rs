//! `/v1/listen`.

use std::time::Duration;

use deepgram_sim::{DeepgramSim, SimConfig};
use serde_json::Value;

use crate::client::{Client, NOVA, Seen, start};

fn is_speech_final(message: &Value) -> bool {
    message["speech_final"] == true
}

fn transcript(message: &Value) -> &str {
    message["channel"]["alternatives"][0]["transcript"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn speech_is_announced_transcribed_and_ended() {
    let sim = start().await;
    let address = format!(
        "{NOVA}&endpointing=300&interim_results=true&utterance_end_ms=1000&vad_events=true&smart_format=true"
    );
    let mut client = Client::open(&sim, &address).await;
    assert!(client.request_id.is_some());
    client.silence(100).await;
    client.speech("Four people, please.").await;
    client.silence(1500).await;
    let seen = client
        .until(|message| message["type"] == "UtteranceEnd")
        .await;
    assert_eq!(seen[0]["type"], "SpeechStarted");
    assert_eq!(seen[0]["timestamp"], 0.1);
    let end = seen
        .iter()
        .find(|message| is_speech_final(message))
        .unwrap();
    assert_eq!(transcript(end), "Four people, please.");
    assert_eq!(
        (&end["is_final"], &end["from_finalize"]),
        (&true.into(), &false.into())
    );
    let words = &end["channel"]["alternatives"][0]["words"];
    assert_eq!(
        (&words[1]["word"], &words[1]["punctuated_word"]),
        (&"people".into(), &"people,".into())
    );
    let spoken = voice_modem::encode("Four people, please.").len() as f64 / 8000.0;
    assert!((seen.last().unwrap()["last_word_end"].as_f64().unwrap() - 0.1 - spoken).abs() < 1e-6);
    assert_eq!(sim.heard(), ["Four people, please."]);
}

#[tokio::test]
async fn spans_join_without_gap_and_interims_are_replaced_by_finals() {
    let sim = start().await;
    let mut client = Client::open(
        &sim,
        &format!("{NOVA}&endpointing=300&interim_results=true"),
    )
    .await;
    let long = "one two three four five six seven eight nine ten ".repeat(12);
    client.speech(&long).await;
    client.silence(400).await;
    let seen = client.until(is_speech_final).await;
    assert!(seen.iter().any(|message| message["is_final"] == false));
    let finals: Vec<&Value> = seen
        .iter()
        .filter(|message| message["is_final"] == true)
        .collect();
    assert!(finals.len() > 1);
    let mut at = 0.0;
    for span in &finals {
        assert!((span["start"].as_f64().unwrap() - at).abs() < 1e-6);
        at += span["duration"].as_f64().unwrap();
    }
    let joined = finals
        .iter()
        .map(|span| transcript(span))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(joined, long.trim());
    assert_eq!(sim.heard(), [long.trim()]);
}

#[tokio::test]
async fn words_are_bare_without_smart_format() {
    let sim = start().await;
    let mut client = Client::open(&sim, NOVA).await;
    client.speech("Hello, I'm Ann.").await;
    client.silence(100).await;
    let seen = client.until(is_speech_final).await;
    assert_eq!(transcript(&seen[0]), "hello i'm ann");
    assert_eq!(
        seen[0]["channel"]["alternatives"][0]["words"][0].get("punctuated_word"),
        None
    );
}

#[tokio::test]
async fn silence_gives_empty_results() {
    let sim = start().await;
    let mut client = Client::open(&sim, &format!("{NOVA}&interim_results=true")).await;
    client.silence(3200).await;
    let seen = client.until(|message| message["is_final"] == true).await;
    assert_eq!(seen.len(), 3);
    for message in &seen {
        assert_eq!(transcript(message), "");
        assert_eq!(message["channel"]["alternatives"][0]["confidence"], 0.0);
        assert_eq!(message["speech_final"], false);
    }
}

#[tokio::test]
async fn without_endpointing_only_the_utterance_end_tells() {
    let sim = start().await;
    let address = format!("{NOVA}&endpointing=false&interim_results=true&utterance_end_ms=1000");
    let mut client = Client::open(&sim, &address).await;
    client.speech("hello").await;
    client.silence(3500).await;
    client.say(r#"{"type":"CloseStream"}"#).await;
    let (texts, _, _) = client.rest().await;
    assert!(!texts.iter().any(is_speech_final));
    assert_eq!(
        texts
            .iter()
            .filter(|message| message["type"] == "UtteranceEnd")
            .count(),
        1
    );
    assert_eq!(sim.heard(), ["hello"]);
}

#[tokio::test]
async fn finalize_flushes_what_is_pending() {
    let sim = start().await;
    let mut client = Client::open(&sim, &format!("{NOVA}&endpointing=false")).await;
    client.say(r#"{"type":"Finalize"}"#).await;
    client.speech("nine one one").await;
    client.say(r#"{"type":"Finalize"}"#).await;
    let result = client.json().await;
    assert_eq!(result["from_finalize"], true);
    assert_eq!(result["is_final"], true);
    assert_eq!(transcript(&result), "nine one one");
    assert_eq!(sim.heard(), ["nine one one"]);
}

#[tokio::test]
async fn closing_gives_results_a_summary_and_code_1000() {
    let sim = start().await;
    let mut closed = Vec::new();
    for empty_frame in [false, true] {
        let mut client = Client::open(&sim, NOVA).await;
        client.speech("bye").await;
        if empty_frame {
            client.octets(Vec::new()).await;
        } else {
            client.say(r#"{"type":"CloseStream"}"#).await;
        }
        let (texts, _, end) = client.rest().await;
        assert_eq!(transcript(&texts[0]), "bye");
        assert_eq!(texts[1]["type"], "Metadata");
        assert!(texts[1]["duration"].as_f64().unwrap() > 0.0);
        assert_eq!(texts.len(), 2);
        closed.push(end);
    }
    assert_eq!(closed, vec![Seen::Closed(Some((1000, String::new()))); 2]);
}

#[tokio::test]
async fn messages_that_do_not_parse_are_reported_and_survived() {
    let sim = start().await;
    let mut client = Client::open(&sim, NOVA).await;
    client.say("{").await;
    let error = client.json().await;
    assert_eq!(
        (&error["type"], &error["variant"]),
        (&"Error".into(), &"SchemaError".into())
    );
    assert_eq!(error["message"], "{");
    client
        .say(r#"{"type":"Configure","keyterms":["molar"]}"#)
        .await;
    assert_eq!(client.json().await["type"], "ConfigureSuccess");
}

#[tokio::test]
async fn key_terms_need_nova_3() {
    let sim = start().await;
    let mut client = Client::open(&sim, &NOVA.replace("nova-3", "nova-2-phonecall")).await;
    client
        .say(r#"{"type":"Configure","keyterms":["molar"]}"#)
        .await;
    assert_eq!(
        client.json().await["code"],
        "CONFIGURE_KEYTERMS_NOT_SUPPORTED"
    );
}

#[tokio::test]
async fn keeping_alive_without_any_audio_does_not_keep_alive() {
    let config = SimConfig {
        idle_timeout: Duration::from_millis(100),
        ..SimConfig::default()
    };
    let sim = DeepgramSim::start(config).await.unwrap();
    let mut client = Client::open(&sim, NOVA).await;
    client.say(r#"{"type":"KeepAlive"}"#).await;
    let Seen::Closed(Some((1011, reason))) = client.next().await else {
        panic!("not closed")
    };
    assert!(reason.starts_with("NET-0001"));
}

#[tokio::test]
async fn keeping_alive_after_audio_does() {
    let config = SimConfig {
        idle_timeout: Duration::from_millis(1000),
        ..SimConfig::default()
    };
    let sim = DeepgramSim::start(config).await.unwrap();
    let mut client = Client::open(&sim, NOVA).await;
    client.silence(20).await;
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..15 {
        ticks.tick().await;
        client.say(r#"{"type":"KeepAlive"}"#).await;
    }
    client.say(r#"{"type":"Configure"}"#).await;
    assert_eq!(client.json().await["type"], "ConfigureSuccess");
}

#[tokio::test]
async fn optional_fields_can_be_left_out() {
    let sim = DeepgramSim::start(SimConfig {
        bare_results: true,
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let mut client = Client::open(&sim, NOVA).await;
    client.speech("hello").await;
    client.say(r#"{"type":"Finalize"}"#).await;
    let result = client.json().await;
    assert_eq!(result.get("speech_final"), None);
    assert_eq!(result["from_finalize"], true);
}

#[tokio::test]
async fn senseless_parameters_are_refused() {
    let sim = start().await;
    let token = format!("Token {}", sim.key());
    for address in [
        "/v1/listen?model=nova-3".to_owned(),
        NOVA.replace("mulaw", "linear16"),
        NOVA.replace("8000", "16000"),
        NOVA.replace("nova-3", "flux-general-en"),
        NOVA.replace("nova-3", "nova-2") + "&keyterm=molar",
        format!("{NOVA}&utterance_end_ms=1000"),
        format!("{NOVA}&interim_results=yes"),
        format!("{NOVA}&endpointing=soon"),
        format!("{NOVA}&channels=2"),
    ] {
        let refused = Client::try_open(&sim, &address, &token).await.unwrap_err();
        assert_eq!(refused.status, 400, "{address}");
        assert!(!refused.error.is_empty());
    }
}
