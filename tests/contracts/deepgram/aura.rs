//! Aura: sound, the pool of sockets, falling silent, and what goes wrong.

use super::*;
use deepgram_sim::Route;
use futures_util::{SinkExt, StreamExt};
use maitred::adapters::speech::deepgram::Aura;
use maitred_actors::ports::speaking::{Speaking, SpeechStream};
use tokio_tungstenite::tungstenite::Message;

const CLEAR: &str = r#"{"type":"Clear"}"#;

async fn speak(aura: &Aura, text: &str) -> SpeechStream {
    soon(aura.speak(text.into())).await.unwrap()
}

/// Gives all of an utterance's sound.
async fn sound(mut stream: SpeechStream) -> Vec<u8> {
    let mut sound = Vec::new();
    while let Some(piece) = soon(stream.recv()).await {
        sound.extend_from_slice(&piece.unwrap());
    }
    sound
}

async fn failure(mut stream: SpeechStream) -> Error {
    while let Some(piece) = soon(stream.recv()).await {
        if let Err(error) = piece {
            assert!(
                soon(stream.recv()).await.is_none(),
                "something follows the error"
            );
            return error;
        }
    }
    panic!("the utterance ends without an error");
}

#[tokio::test]
async fn a_text_becomes_sound_and_the_socket_is_used_again() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    for text in [
        "Good evening.",
        "A table for four?",
        "On Saturday. At seven.",
    ] {
        assert_eq!(understood(&sound(speak(&aura, text).await).await), text);
    }
    let connections = sim.connections(Route::Speak);
    assert_eq!(connections.len(), 1);
    assert_eq!(
        connections[0].query,
        "model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000"
    );
    assert_eq!(aura.voice(), "aura-2-thalia-en");
    drop(aura);
    sim.until(|state| state.open(Route::Speak) == 0, DEADLINE)
        .await
        .unwrap();
}

#[tokio::test]
async fn utterances_at_the_same_time_have_sockets_of_their_own() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    let (one, two) = tokio::join!(speak(&aura, "This is one."), speak(&aura, "This is two."));
    let (one, two) = tokio::join!(sound(one), sound(two));
    assert_eq!(
        (understood(&one), understood(&two)),
        ("This is one.".into(), "This is two.".into())
    );
    assert_eq!(sim.connections(Route::Speak).len(), 2);
    // Both are warm now.
    let (one, two) = tokio::join!(speak(&aura, "Three."), speak(&aura, "Four."));
    tokio::join!(sound(one), sound(two));
    assert_eq!(sim.connections(Route::Speak).len(), 2);
}

#[tokio::test]
async fn the_first_sound_does_not_wait_for_the_last() {
    // At this pace the whole takes minutes.
    let sim = DeepgramSim::start(SimConfig {
        synthesis_pace: Some(0.01),
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let aura = Aura::new(config(&sim));
    let mut stream = speak(&aura, "A long story about a small restaurant by the sea.").await;
    assert!(!soon(stream.recv()).await.unwrap().unwrap().is_empty());
}

#[tokio::test]
async fn an_utterance_nobody_listens_to_is_cleared_and_leaves_nothing_behind() {
    let sim = DeepgramSim::start(SimConfig {
        synthesis_pace: Some(2.0),
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let aura = Aura::new(config(&sim));
    let mut stream = speak(
        &aura,
        "A long story about a small restaurant by the sea that nobody wants to hear.",
    )
    .await;
    soon(stream.recv()).await.unwrap().unwrap();
    drop(stream);
    let cleared =
        |state: &deepgram_sim::State| state.connections[0].messages.iter().any(|one| one == CLEAR);
    sim.until(cleared, DEADLINE).await.unwrap();
    assert_eq!(
        understood(&sound(speak(&aura, "Sorry, go on.").await).await),
        "Sorry, go on."
    );
    assert_eq!(
        understood(&sound(speak(&aura, "Thanks.").await).await),
        "Thanks."
    );
}

#[tokio::test]
async fn a_long_text_is_spoken_whole_in_pieces_that_fit() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    let text = "We are open from five to eleven. ".repeat(130);
    assert_eq!(
        understood(&sound(speak(&aura, &text).await).await),
        text.trim()
    );
    let pieces = sim.spoken();
    assert_eq!(pieces.len(), 3);
    assert!(
        pieces
            .iter()
            .all(|piece| piece.chars().count() <= 2000 && piece.ends_with('.'))
    );
}

#[tokio::test]
async fn nothing_to_say_is_no_sound_and_no_socket() {
    let sim = sim().await;
    assert!(
        sound(speak(&Aura::new(config(&sim)), " \n").await)
            .await
            .is_empty()
    );
    assert!(sim.connections(Route::Speak).is_empty());
}

#[tokio::test]
async fn a_socket_is_given_up_before_it_has_flushed_too_often() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    for _ in 0..25 {
        assert_eq!(
            understood(&sound(speak(&aura, "Sure.").await).await),
            "Sure."
        );
    }
    assert_eq!(sim.connections(Route::Speak).len(), 2);
}

#[tokio::test]
async fn a_warm_socket_that_went_away_is_replaced_unheard() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    for round in 1..4 {
        assert_eq!(
            understood(&sound(speak(&aura, "Hello.").await).await),
            "Hello."
        );
        assert_eq!(sim.connections(Route::Speak).len(), round);
        // Whether the client has noticed by the next utterance makes no difference.
        match round {
            1 => sim.faults().cut_now(Route::Speak),
            _ => sim
                .faults()
                .close(Route::Speak, 1011, "NET-0003 time limit"),
        }
        sim.until(|state| state.open(Route::Speak) == 0, DEADLINE)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_warm_socket_that_fell_silent_is_replaced() {
    let config = server(|number, mut socket| async move {
        let said = [
            Message::Binary(vec![number as u8].into()),
            Message::text(r#"{"type":"Flushed","sequence_id":0}"#),
        ];
        // `Speak`, then `Flush`.
        socket.next().await.unwrap().unwrap();
        socket.next().await.unwrap().unwrap();
        for message in said {
            socket.send(message).await.unwrap();
        }
        // Holds the connection without reading it, so that pings are not answered.
        std::future::pending::<()>().await;
    })
    .await;
    let aura = Aura::new(DeepgramConfig {
        stall_after: Duration::from_millis(200),
        ..config
    });
    assert_eq!(sound(speak(&aura, "One.").await).await, [0]);
    assert_eq!(sound(speak(&aura, "Two.").await).await, [1]);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    for (status, passing) in [(401, false), (429, true), (400, false), (500, true)] {
        sim.faults().refuse_next(Route::Speak, status, 1);
        let error = soon(aura.speak("Hello.".into())).await.unwrap_err();
        assert_eq!(error.is_passing(), passing, "{status}: {error:?}");
    }
    assert_eq!(
        understood(&sound(speak(&aura, "Hello.").await).await),
        "Hello."
    );
}

#[tokio::test]
async fn a_cut_in_mid_utterance_is_told_after_the_sound() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    sim.faults().cut_after(Route::Speak, 3);
    assert!(matches!(
        failure(speak(&aura, "A sentence of some length.").await).await,
        Error::Broken(_)
    ));
    assert_eq!(
        understood(&sound(speak(&aura, "Again.").await).await),
        "Again."
    );
}

#[tokio::test]
async fn a_close_code_in_mid_utterance_is_told_by_its_first_word() {
    let sim = DeepgramSim::start(SimConfig {
        synthesis_pace: Some(0.01),
        ..SimConfig::default()
    })
    .await
    .unwrap();
    let aura = Aura::new(config(&sim));
    let mut stream = speak(&aura, "A sentence of some length.").await;
    soon(stream.recv()).await.unwrap().unwrap();
    sim.faults()
        .close(Route::Speak, 1011, "NET-0002 send failed");
    assert_eq!(failure(stream).await, Error::Broken("1011 NET-0002".into()));
}

#[tokio::test]
async fn garbage_and_a_missing_greeting_are_passed_over() {
    let sim = sim().await;
    let aura = Aura::new(config(&sim));
    sim.faults().garbage(Route::Speak);
    sim.faults().withhold_connected(Route::Speak);
    assert_eq!(
        understood(&sound(speak(&aura, "In spite of everything.").await).await),
        "In spite of everything."
    );
}

#[tokio::test]
async fn a_server_that_stops_answering_breaks_the_utterance() {
    let sim = sim().await;
    let aura = Aura::new(DeepgramConfig {
        stall_after: Duration::from_millis(200),
        ..config(&sim)
    });
    sim.faults().stall(Route::Speak);
    assert_eq!(
        failure(speak(&aura, "Hello?").await).await,
        Error::Broken("nothing received for 200 ms".into())
    );
}
