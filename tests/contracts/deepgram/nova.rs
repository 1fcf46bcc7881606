//! Nova when all is well: joining, `UtteranceEnd`, keeping alive, and closing.

use super::*;
use deepgram_sim::Route;
use maitred::adapters::speech::deepgram::Nova;
use maitred_actors::ports::hearing::{Hearing, HearingRequest, Patience, PatienceWatch};
use tokio::sync::watch;

async fn open(config: DeepgramConfig) -> HearingStream {
    soon(Nova::new(config).open(HearingRequest {
        keyterms: vec!["bibimbap".into()],
        ..HearingRequest::default()
    }))
    .await
    .unwrap()
}

/// Says a number in groups, with pauses that usually end an utterance; gives what the first utterance holds.
async fn number_in_groups(patience: Patience) -> String {
    let sim = sim().await;
    let patience = watch::Sender::new(patience);
    let request = HearingRequest {
        patience: PatienceWatch::of(&patience),
        ..HearingRequest::default()
    };
    let mut stream = soon(Nova::new(config(&sim)).open(request)).await.unwrap();
    for group in ["four one five", "five five five", "zero one nine eight"] {
        send(&stream, &words(group)).await;
        send(&stream, &silence(600)).await;
    }
    send(&stream, &silence(1_500)).await;
    turn(&mut stream).await.1.text
}

#[tokio::test]
async fn what_is_dictated_is_joined_over_its_pauses() {
    assert_eq!(number_in_groups(Patience::Usual).await, "four one five");
    assert_eq!(
        number_in_groups(Patience::Long).await,
        "four one five five five five zero one nine eight"
    );
}

#[tokio::test]
async fn an_utterance_is_joined_from_its_parts() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    let said = "a table for four on saturday the twenty first of november at half past six in the evening for \
                my grandmother who turns ninety please and by the window if that is at all possible";
    send(&stream, &silence(200)).await;
    let sound = words(said);
    send(&stream, &sound).await;
    send(&stream, &silence(1500)).await;
    let (reports, utterance) = turn(&mut stream).await;
    assert_eq!(reports, [Heard::SpeechStarted]);
    assert_eq!(utterance.text, said);
    let end_ms = 200 + sound.len() as u64 / 8;
    assert!(
        utterance.speech_end_ms.abs_diff(end_ms) <= 20,
        "{} for {end_ms}",
        utterance.speech_end_ms
    );
}

#[tokio::test]
async fn two_utterances_are_two_turns_also_without_optional_fields() {
    let sim = DeepgramSim::start(SimConfig {
        bare_results: true,
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let mut stream = open(config(&sim)).await;
    for text in ["yes", "no"] {
        send(&stream, &words(text)).await;
        send(&stream, &silence(1500)).await;
        let (reports, utterance) = turn(&mut stream).await;
        assert_eq!(
            (reports, utterance.text.as_str()),
            (vec![Heard::SpeechStarted], text)
        );
    }
}

#[tokio::test]
async fn parameters_of_the_telephone_are_sent() {
    let sim = sim().await;
    let stream = open(config(&sim)).await;
    send(&stream, &silence(80)).await;
    sim.until(|state| !state.connections.is_empty(), DEADLINE)
        .await
        .unwrap();
    assert_eq!(
        sim.connections(Route::Nova)[0].query,
        "model=nova-3&encoding=mulaw&sample_rate=8000&channels=1&interim_results=true&endpointing=300\
         &utterance_end_ms=1000&vad_events=true&smart_format=true&keyterm=bibimbap"
    );
}

#[tokio::test]
async fn a_stream_without_audio_is_kept_alive() {
    let idle_timeout = Duration::from_millis(400);
    let sim = DeepgramSim::start(SimConfig {
        idle_timeout,
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let mut config = config(&sim);
    config.keep_alive_after = Duration::from_millis(50);
    let mut stream = open(config).await;
    // Twenty keep-alives take longer than the server waits.
    let kept = |state: &deepgram_sim::State| {
        state
            .connections
            .first()
            .is_some_and(|one| one.messages.len() >= 20)
    };
    sim.until(kept, DEADLINE).await.unwrap();
    assert!(
        sim.connections(Route::Nova)[0]
            .messages
            .iter()
            .all(|one| one == r#"{"type":"KeepAlive"}"#)
    );
    let said = words("still here");
    send(&stream, &said).await;
    send(&stream, &silence(1500)).await;
    let (_, utterance) = turn(&mut stream).await;
    assert_eq!(utterance.text, "still here");
    assert!(utterance.speech_end_ms.abs_diff(said.len() as u64 / 8) <= 20);
}

#[tokio::test]
async fn the_last_results_are_told_when_the_audio_ends() {
    let sim = sim().await;
    let mut stream = open(config(&sim)).await;
    send(&stream, &words("good bye")).await;
    let (closed, _) = tokio::sync::mpsc::channel(1);
    drop(std::mem::replace(&mut stream.audio, closed));
    assert_eq!(turn(&mut stream).await.1.text, "good bye");
    assert!(soon(stream.heard.recv()).await.is_none());
}
