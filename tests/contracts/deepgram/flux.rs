//! Flux when all is well: turns, silence of our own, and closing.

use super::*;
use deepgram_sim::Route;
use maitred::adapters::speech::deepgram::Flux;
use maitred_actors::ports::hearing::{Hearing, HearingRequest, Patience, PatienceWatch};
use serde_json::json;
use tokio::sync::watch;

async fn open(config: DeepgramConfig) -> HearingStream {
    soon(Flux::new(config).open(HearingRequest::default()))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_turn_is_told_from_its_start_to_its_end() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    let said = words("a table for four please");
    send(&stream, &silence(200)).await;
    send(&stream, &said).await;
    send(&stream, &silence(600)).await;
    let (reports, utterance) = turn(&mut stream).await;
    let eager = Heard::EagerEndOfTurn("a table for four please".into());
    assert_eq!(reports, [Heard::SpeechStarted, eager]);
    assert_eq!(utterance.text, "a table for four please");
    assert!(utterance.confidence > 0.9);
    let end_ms = 200 + said.len() as u64 / 8;
    assert!(
        utterance.speech_end_ms.abs_diff(end_ms) <= 20,
        "{} for {end_ms}",
        utterance.speech_end_ms
    );
}

#[tokio::test]
async fn a_caller_who_goes_on_resumes_the_turn() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    send(&stream, &words("my number is")).await;
    send(&stream, &silence(120)).await;
    send(&stream, &words("secret")).await;
    send(&stream, &silence(600)).await;
    let (reports, utterance) = turn(&mut stream).await;
    assert_eq!(
        reports,
        [
            Heard::SpeechStarted,
            Heard::EagerEndOfTurn("my number is".into()),
            Heard::TurnResumed,
            Heard::EagerEndOfTurn("my number is secret".into()),
        ]
    );
    assert_eq!(utterance.text, "my number is secret");
}

#[tokio::test]
async fn parameters_and_key_terms_are_sent() {
    let sim = sim().await;
    let request = HearingRequest {
        keyterms: vec!["Chez Zoé".into(), "bibimbap".into()],
        ..HearingRequest::default()
    };
    let _stream = soon(Flux::new(config(&sim)).open(request)).await.unwrap();
    let query = sim.connections(Route::Flux).remove(0).query;
    assert_eq!(
        query,
        "model=flux-general-en&encoding=mulaw&sample_rate=8000&eot_threshold=0.7&eot_timeout_ms=5000\
         &eager_eot_threshold=0.4&keyterm=Chez+Zo%C3%A9&keyterm=bibimbap"
    );
}

/// Says a number in three groups, with pauses of 300 ms that usually end a turn; gives what the first turn holds.
async fn number_in_groups(stream: &mut HearingStream) -> String {
    for group in ["four one five", "five five five", "zero one nine eight"] {
        send(stream, &words(group)).await;
        send(stream, &silence(300)).await;
    }
    send(stream, &silence(1_000)).await;
    turn(stream).await.1.text
}

/// Waits until the server has been sent so many messages, and gives the last one.
async fn told(sim: &DeepgramSim, count: usize) -> serde_json::Value {
    let there = |state: &deepgram_sim::State| {
        let connection = state.connections.last();
        connection.is_some_and(|one| one.messages.len() == count)
    };
    sim.until(there, DEADLINE).await.unwrap();
    let messages = sim.connections(Route::Flux).pop().unwrap().messages;
    serde_json::from_str(messages.last().unwrap()).unwrap()
}

#[tokio::test]
async fn patience_is_told_in_mid_stream_and_a_number_in_groups_is_one_turn() {
    let sim = sim().await;
    let patience = watch::Sender::new(Patience::Usual);
    let request = HearingRequest {
        patience: PatienceWatch::of(&patience),
        ..HearingRequest::default()
    };
    let mut stream = soon(Flux::new(config(&sim)).open(request)).await.unwrap();
    assert_eq!(number_in_groups(&mut stream).await, "four one five");
    turn(&mut stream).await;
    turn(&mut stream).await;

    patience.send_replace(Patience::Long);
    let thresholds = json!({ "eot_threshold": 0.85, "eot_timeout_ms": 8_000 });
    let configure = json!({ "type": "Configure", "thresholds": thresholds });
    assert_eq!(told(&sim, 1).await, configure);
    let whole = "four one five five five five zero one nine eight";
    assert_eq!(number_in_groups(&mut stream).await, whole);

    // Another kind of answer for which the server needs no other thresholds.
    patience.send_replace(Patience::Number);
    assert_eq!(number_in_groups(&mut stream).await, whole);

    patience.send_replace(Patience::Usual);
    let thresholds = json!({ "eot_threshold": 0.7, "eot_timeout_ms": 5_000 });
    assert_eq!(told(&sim, 2).await["thresholds"], thresholds);
    assert_eq!(number_in_groups(&mut stream).await, "four one five");
}

#[tokio::test]
async fn a_stream_that_is_opened_while_something_is_dictated_is_patient_from_the_start() {
    let sim = sim().await;
    let patience = watch::Sender::new(Patience::Long);
    let request = HearingRequest {
        patience: PatienceWatch::of(&patience),
        ..HearingRequest::default()
    };
    let _stream = soon(Flux::new(config(&sim)).open(request)).await.unwrap();
    let query = sim.connections(Route::Flux).remove(0).query;
    assert!(
        query.contains("eot_threshold=0.85&eot_timeout_ms=8000"),
        "{query}"
    );
}

#[tokio::test]
async fn silence_of_our_own_ends_a_turn_whose_audio_stopped_and_does_not_count() {
    let sim = sim().await;
    let mut config = config(&sim);
    config.silence_after = Duration::from_millis(30);
    let mut stream = open(config).await;
    let said = words("hello");
    send(&stream, &said).await;
    let (_, first) = turn(&mut stream).await;
    assert_eq!(first.text, "hello");
    send(&stream, &said).await;
    let (_, second) = turn(&mut stream).await;
    let end_ms = 2 * said.len() as u64 / 8;
    assert!(
        second.speech_end_ms.abs_diff(end_ms) <= 20,
        "{} for {end_ms}",
        second.speech_end_ms
    );
}

#[tokio::test]
async fn the_last_update_is_final_when_the_audio_ends() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    send(&stream, &words("good bye")).await;
    send(&stream, &silence(20)).await;
    let (closed, _) = tokio::sync::mpsc::channel(1);
    drop(std::mem::replace(&mut stream.audio, closed));
    let (_, utterance) = turn(&mut stream).await;
    assert_eq!(utterance.text, "good bye");
    assert!(soon(stream.heard.recv()).await.is_none());
    sim.until(|state| state.open(Route::Flux) == 0, DEADLINE)
        .await
        .unwrap();
    assert_eq!(
        sim.connections(Route::Flux)[0].messages,
        [r#"{"type":"CloseStream"}"#]
    );
}

#[tokio::test]
async fn a_listener_who_goes_away_closes_the_connection() {
    let sim = sim().await;
    let stream = open(config(&sim)).await;
    let HearingStream {
        audio: _audio,
        heard,
    } = stream;
    drop(heard);
    sim.until(
        |state| !state.connections.is_empty() && state.open(Route::Flux) == 0,
        DEADLINE,
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn pieces_of_any_length_are_understood() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    let audio = [words("one two three"), silence(600)].concat();
    let mut rest = audio.as_slice();
    for length in [1, 7, 2000, 3, 641].into_iter().cycle() {
        let (piece, later) = rest.split_at(rest.len().min(length));
        soon(stream.audio.send(Bytes::copy_from_slice(piece)))
            .await
            .unwrap();
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    assert_eq!(turn(&mut stream).await.1.text, "one two three");
}
