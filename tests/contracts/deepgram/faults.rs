//! What goes wrong while listening: refusals, cuts, codes, garbage, silence of the server.

use super::*;
use deepgram_sim::Route;
use futures_util::{SinkExt, StreamExt};
use maitred::adapters::speech::deepgram::{Flux, Nova};
use maitred_actors::ports::hearing::{Hearing, HearingRequest};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

/// Both kinds of ears, with the route they use.
fn ears(config: &DeepgramConfig) -> [(Box<dyn Hearing>, Route); 2] {
    [
        (Box::new(Flux::new(config.clone())), Route::Flux),
        (Box::new(Nova::new(config.clone())), Route::Nova),
    ]
}

async fn opened(ears: &dyn Hearing) -> HearingStream {
    soon(ears.open(HearingRequest::default())).await.unwrap()
}

async fn refused(ears: &dyn Hearing) -> Error {
    match soon(ears.open(HearingRequest::default())).await {
        Ok(_) => panic!("the stream opens"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        for status in [401, 403, 429, 400, 402, 500, 503] {
            sim.faults().refuse(route, status);
            let error = refused(ears.as_ref()).await;
            let expected = match status {
                401 | 403 => {
                    matches!(&error, Error::Unauthorised { variable, .. } if variable == "DEEPGRAM_API_KEY")
                }
                429 => error == Error::RateLimited(ears.name().into()),
                400 | 402 => {
                    matches!(&error, Error::BadRequest(text) if text.contains(&status.to_string()))
                }
                _ => {
                    matches!(&error, Error::Unreachable(text) if text.contains(&status.to_string()))
                }
            };
            assert!(expected, "{status}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_key_is_named_and_not_shown() {
    let sim = sim().await;
    for key in ["wrong-key", "", "not\na header"] {
        let wrong = DeepgramConfig {
            key: key.into(),
            ..config(&sim)
        };
        for (ears, _) in ears(&wrong) {
            let error = refused(ears.as_ref()).await;
            assert!(
                error
                    .to_string()
                    .ends_with("refused the key; check DEEPGRAM_API_KEY"),
                "{error}"
            );
            assert!(key.is_empty() || !format!("{error:?}").contains(key));
        }
    }
}

#[tokio::test]
async fn a_bad_parameter_is_reported_with_the_reason() {
    let sim = sim().await;
    let config = DeepgramConfig {
        eot_threshold: 7.0,
        ..config(&sim)
    };
    let error = refused(&Flux::new(config)).await;
    assert!(
        matches!(&error, Error::BadRequest(text) if text.contains("eot_threshold")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_or_too_slow_is_unreachable() {
    let sim = sim().await;
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = DeepgramConfig {
        url: format!("http://{free}"),
        ..config(&sim)
    };
    let hasty = DeepgramConfig {
        connect_timeout: Duration::from_millis(100),
        ..config(&sim)
    };
    for config in [gone, hasty] {
        for (ears, route) in ears(&config) {
            sim.faults().delay_upgrades(route, DEADLINE);
            let error = refused(ears.as_ref()).await;
            assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
        }
    }
}

#[tokio::test]
async fn flux_without_its_greeting_is_unreachable() {
    let sim = sim().await;
    sim.faults().withhold_connected(Route::Flux);
    let config = DeepgramConfig {
        connect_timeout: Duration::from_millis(200),
        ..config(&sim)
    };
    assert_eq!(
        refused(&Flux::new(config)).await,
        Error::Unreachable("no Connected message in time".into())
    );
}

#[tokio::test]
async fn a_missing_request_id_does_no_harm() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        sim.faults().omit_request_id(route);
        opened(ears.as_ref()).await;
    }
}

#[tokio::test]
async fn a_cut_in_mid_sentence_breaks_the_stream() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        let mut stream = opened(ears.as_ref()).await;
        send(&stream, &words("my name is")).await;
        sim.until(|state| state.open(route) == 1, DEADLINE)
            .await
            .unwrap();
        sim.faults().cut_now(route);
        assert!(matches!(error(&mut stream).await, Error::Broken(_)));
    }
}

#[tokio::test]
async fn close_codes_are_told_by_their_first_word() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        for (code, reason, wanted) in [
            (
                1011,
                "NET-0001 no audio for 10 s",
                Error::Broken("1011 NET-0001".into()),
            ),
            (
                1008,
                "DATA-0000: not audio",
                Error::BadRequest("1008 DATA-0000".into()),
            ),
            (1000, "", Error::Broken("1000".into())),
        ] {
            let mut stream = opened(ears.as_ref()).await;
            send(&stream, &silence(80)).await;
            sim.until(|state| state.open(route) == 1, DEADLINE)
                .await
                .unwrap();
            sim.faults().close(route, code, reason);
            assert_eq!(error(&mut stream).await, wanted);
            sim.until(|state| state.open(route) == 0, DEADLINE)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn garbage_and_unknown_types_are_passed_over() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        sim.faults().garbage(route);
        let mut stream = opened(ears.as_ref()).await;
        send(&stream, &words("in spite of everything")).await;
        send(&stream, &silence(1500)).await;
        assert_eq!(turn(&mut stream).await.1.text, "in spite of everything");
    }
}

#[tokio::test]
async fn late_answers_are_waited_for() {
    let sim = sim().await;
    for (ears, route) in ears(&config(&sim)) {
        sim.faults()
            .delay_answers(route, Duration::from_millis(300));
        let mut stream = opened(ears.as_ref()).await;
        send(&stream, &words("slowly")).await;
        send(&stream, &silence(1500)).await;
        assert_eq!(turn(&mut stream).await.1.text, "slowly");
    }
}

#[tokio::test]
async fn nothing_but_garbage_breaks_the_stream() {
    let config = server(|_, mut socket| async move {
        for text in ["", "}{", "[]", "{\"no\":\"type\"}", "7"] {
            socket.send(Message::text(text)).await.unwrap();
        }
        while socket.next().await.is_some() {}
    })
    .await;
    let mut stream = opened(&Nova::new(config)).await;
    assert_eq!(
        error(&mut stream).await,
        Error::Broken("5 unreadable messages in a row".into())
    );
}

#[tokio::test]
async fn an_error_message_ends_the_stream_by_its_code() {
    let config = server(|_, mut socket| async move {
        let said = [
            r#"{"type":"Connected"}"#,
            r#"{"type":"Error","code":"INTERNAL_SERVER_ERROR","description":"x"}"#,
        ];
        for text in said {
            socket.send(Message::text(text)).await.unwrap();
        }
        while socket.next().await.is_some() {}
    })
    .await;
    let mut stream = opened(&Flux::new(config)).await;
    assert_eq!(
        error(&mut stream).await,
        Error::Broken("INTERNAL_SERVER_ERROR".into())
    );
}

#[tokio::test]
async fn a_server_that_shows_no_sign_of_life_breaks_the_stream() {
    let config = server(|_, socket| async move {
        // Holds the connection without reading it, so that pings are not answered.
        let _held = socket;
        std::future::pending::<()>().await;
    })
    .await;
    let config = DeepgramConfig {
        stall_after: Duration::from_millis(200),
        ..config
    };
    let mut stream = opened(&Nova::new(config)).await;
    assert_eq!(
        error(&mut stream).await,
        Error::Broken("nothing received for 200 ms".into())
    );
}

#[tokio::test]
async fn a_server_that_stops_answering_breaks_the_stream() {
    let sim = sim().await;
    let config = DeepgramConfig {
        stall_after: Duration::from_millis(500),
        ..config(&sim)
    };
    for (ears, route) in ears(&config) {
        // Once in the middle of a turn, once before any.
        for begun in [true, false] {
            sim.faults().clear(route);
            let mut stream = opened(ears.as_ref()).await;
            if begun {
                send(&stream, &words("my name is")).await;
                assert_eq!(next(&mut stream).await, Ok(Heard::SpeechStarted));
            }
            sim.faults().stall(route);
            send(
                &stream,
                &words("a name that nobody will ever hear because the server has gone away ")
                    .repeat(3)
                    .into(),
            )
            .await;
            let error = error(&mut stream).await;
            assert!(
                matches!(&error, Error::Broken(text) if text.starts_with("no ")),
                "{error:?}"
            );
        }
    }
}
