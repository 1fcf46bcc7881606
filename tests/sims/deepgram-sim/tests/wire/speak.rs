//! `/v1/speak`.

use deepgram_sim::{DeepgramSim, Route, SimConfig};
use serde_json::Value;
use voice_modem::{decode_all, mulaw};

use crate::client::{Client, DEADLINE, SPEAK, Seen, start};

fn speak(text: &str) -> String {
    serde_json::json!({"type": "Speak", "text": text}).to_string()
}

const FLUSH: &str = r#"{"type":"Flush"}"#;
const CLEAR: &str = r#"{"type":"Clear"}"#;
const CLOSE: &str = r#"{"type":"Close"}"#;

/// Reads audio up to the next text message.
async fn audio_and_text(client: &mut Client) -> (Vec<Vec<u8>>, Value) {
    let mut audio = Vec::new();
    loop {
        match client.next().await {
            Seen::Audio(octets) => audio.push(octets),
            Seen::Text(text) => return (audio, serde_json::from_str(&text).unwrap()),
            other => panic!("{other:?}"),
        }
    }
}

fn words(audio: &[Vec<u8>]) -> String {
    let (words, damaged) = decode_all(&mulaw::decode(&audio.concat()));
    assert_eq!(damaged, 0);
    words.join(" ")
}

#[tokio::test]
async fn text_becomes_audio_and_each_flush_is_numbered() {
    let sim = start().await;
    let mut client = Client::open(&sim, SPEAK).await;
    let metadata = client.json().await;
    assert_eq!(
        (&metadata["type"], &metadata["model_name"]),
        (&"Metadata".into(), &"aura-2-thalia-en".into())
    );
    assert_eq!(
        metadata["request_id"].as_str(),
        client.request_id.as_deref()
    );
    for (number, text) in ["Hello. How may I help you?", "Good bye"]
        .into_iter()
        .enumerate()
    {
        for piece in text.split_inclusive(' ') {
            client.say(&speak(piece)).await;
        }
        client.say(FLUSH).await;
        let (audio, flushed) = audio_and_text(&mut client).await;
        assert_eq!(
            flushed,
            serde_json::json!({"type": "Flushed", "sequence_id": number})
        );
        assert_eq!(words(&audio), text);
        assert!(audio.iter().any(|octets| octets.len() % 160 != 0));
    }
    assert_eq!(sim.spoken(), ["Hello. How may I help you?", "Good bye"]);
}

#[tokio::test]
async fn a_finished_sentence_is_spoken_before_the_flush() {
    let sim = start().await;
    let mut client = Client::open(&sim, SPEAK).await;
    client.json().await;
    client.say(&speak("One moment, please. I will")).await;
    let sentence = mulaw::encode(&voice_modem::encode("One moment, please.")).len();
    let mut audio = Vec::new();
    while audio.len() < sentence {
        let Seen::Audio(octets) = client.next().await else {
            panic!("no audio")
        };
        audio.extend(octets);
    }
    assert_eq!(words(&[audio]), "One moment, please.");
    client.say(&speak(" look.")).await;
    client.say(FLUSH).await;
    let (audio, _) = audio_and_text(&mut client).await;
    assert_eq!(words(&audio), "I will look.");
}

#[tokio::test]
async fn clearing_stops_the_audio_after_a_few_stale_frames() {
    let config = SimConfig {
        synthesis_pace: Some(0.1),
        ..SimConfig::default()
    };
    let sim = DeepgramSim::start(config).await.unwrap();
    let mut client = Client::open(&sim, SPEAK).await;
    client.json().await;
    client
        .say(&speak(
            "a very long answer that nobody wants to hear to its very end ",
        ))
        .await;
    client.say(FLUSH).await;
    assert!(matches!(client.next().await, Seen::Audio(_)));
    client.say(CLEAR).await;
    let (stale, cleared) = audio_and_text(&mut client).await;
    assert_eq!(
        cleared,
        serde_json::json!({"type": "Cleared", "sequence_id": 0})
    );
    assert!(stale.len() <= 3, "{}", stale.len());
    client.say(&speak("yes")).await;
    client.say(FLUSH).await;
    let (audio, flushed) = audio_and_text(&mut client).await;
    assert_eq!(words(&audio), "yes");
    assert_eq!(flushed["type"], "Flushed");
}

#[tokio::test]
async fn clearing_forgets_text_that_was_not_flushed() {
    let sim = start().await;
    let mut client = Client::open(&sim, SPEAK).await;
    client.json().await;
    client.say(&speak("never said")).await;
    client.say(CLEAR).await;
    client.say(CLOSE).await;
    let (texts, audio, end) = client.rest().await;
    assert_eq!(texts[0]["type"], "Cleared");
    assert!(audio.is_empty());
    assert_eq!(end, Seen::Closed(Some((1000, String::new()))));
    assert_eq!(sim.spoken(), [] as [String; 0]);
}

#[tokio::test]
async fn closing_finishes_the_speech_first() {
    let sim = start().await;
    let mut client = Client::open(&sim, SPEAK).await;
    client.say(&speak("good night")).await;
    client.say(CLOSE).await;
    let (_, audio, end) = client.rest().await;
    assert_eq!(words(&[audio]), "good night");
    assert_eq!(end, Seen::Closed(Some((1000, String::new()))));
    sim.until(|state| state.open(Route::Speak) == 0, DEADLINE)
        .await
        .unwrap();
    assert_eq!(sim.spoken(), ["good night"]);
}

#[tokio::test]
async fn too_many_flushes_are_warned_about() {
    let sim = start().await;
    let mut client = Client::open(&sim, SPEAK).await;
    client.json().await;
    for _ in 0..20 {
        client.say(FLUSH).await;
        assert_eq!(client.json().await["type"], "Flushed");
    }
    client.say(&speak("held back")).await;
    client.say(FLUSH).await;
    let warning = client.json().await;
    assert_eq!(warning["type"], "Warning");
    assert!(warning["code"].is_string() && warning["description"].is_string());
}

#[tokio::test]
async fn bad_messages_close_with_their_codes() {
    let sim = start().await;
    let long = speak(&"a".repeat(2001));
    for (message, code, reason) in [
        (None, 1003, "MESSAGE-0000"),
        (Some("no json"), 1008, "DATA-0000"),
        (Some(r#"{"type":"KeepAlive"}"#), 1008, "DATA-0000"),
        (Some(long.as_str()), 1009, "BIG-0001"),
    ] {
        let mut client = Client::open(&sim, SPEAK).await;
        client.json().await;
        match message {
            Some(message) => client.say(message).await,
            None => client.octets(vec![0xFF; 160]).await,
        }
        let Seen::Closed(Some(closed)) = client.next().await else {
            panic!("not closed")
        };
        assert_eq!(closed.0, code);
        assert!(closed.1.starts_with(reason), "{}", closed.1);
    }
    let mut client = Client::open(&sim, SPEAK).await;
    client.json().await;
    for _ in 0..2 {
        client.say(&speak(&"a".repeat(1500))).await;
    }
    let Seen::Closed(Some((1008, reason))) = client.next().await else {
        panic!("not closed")
    };
    assert!(reason.starts_with("DATA-0001"));
}

#[tokio::test]
async fn only_telephone_audio_is_offered() {
    let sim = start().await;
    let token = format!("Token {}", sim.key());
    for address in [
        "/v1/speak".to_owned(),
        SPEAK.replace("mulaw", "linear16"),
        SPEAK.replace("aura-2-thalia-en", "flux-haley-en"),
    ] {
        let refused = Client::try_open(&sim, &address, &token).await.unwrap_err();
        assert_eq!(refused.status, 400, "{address}");
    }
}
