//! Flux, Nova and Aura against `deepgram-sim`, and against servers that break the protocol itself.

mod aura;
mod faults;
mod flux;
mod nova;

use bytes::Bytes;
use deepgram_sim::{DeepgramSim, SimConfig};
use maitred::adapters::speech::deepgram::DeepgramConfig;
use maitred_actors::ports::hearing::{Error, Heard, HearingStream, Utterance};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::{WebSocketStream, accept_async};
use voice_modem::mulaw;

/// Longest wait for anything that must happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);
/// Silence in mu-law.
pub(crate) const SILENCE: u8 = 0xff;

pub(crate) async fn sim() -> DeepgramSim {
    DeepgramSim::start(SimConfig::default()).await.unwrap()
}

pub(crate) fn config(sim: &DeepgramSim) -> DeepgramConfig {
    DeepgramConfig::new(sim.url(), sim.key().into())
}

pub(crate) fn silence(ms: usize) -> Bytes {
    vec![SILENCE; ms * 8].into()
}

/// The sound of words, without silence around it.
pub(crate) fn words(text: &str) -> Bytes {
    mulaw::encode(&voice_modem::encode(text)).into()
}

/// What a modem makes of sound.
pub(crate) fn understood(sound: &[u8]) -> String {
    let (words, damaged) = voice_modem::decode_all(&mulaw::decode(sound));
    assert_eq!(damaged, 0, "the sound is damaged");
    words.join(" ")
}

/// Serves each WebSocket connection with a script of its own; the script is told the number of the connection.
pub(crate) async fn server<F: Future<Output = ()> + Send + 'static>(
    mut script: impl FnMut(usize, WebSocketStream<TcpStream>) -> F + Send + 'static,
) -> DeepgramConfig {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(script(number, accept_async(stream).await.unwrap()));
        }
    });
    DeepgramConfig::new(url, "key".into())
}

/// Waits for something that must happen.
pub(crate) async fn soon<T>(event: impl Future<Output = T>) -> T {
    timeout(DEADLINE, event)
        .await
        .expect("it does not happen in time")
}

/// Sends audio in pieces of 20 ms, as a call does.
pub(crate) async fn send(stream: &HearingStream, audio: &Bytes) {
    for frame in audio.chunks(160) {
        soon(stream.audio.send(Bytes::copy_from_slice(frame)))
            .await
            .unwrap();
    }
}

/// Gives the next report.
pub(crate) async fn next(stream: &mut HearingStream) -> Result<Heard, Error> {
    soon(stream.heard.recv()).await.expect("the stream is over")
}

/// Gives the reports up to the end of a turn, and what was said in it.
pub(crate) async fn turn(stream: &mut HearingStream) -> (Vec<Heard>, Utterance) {
    let mut reports = Vec::new();
    loop {
        match next(stream).await.unwrap() {
            Heard::EndOfTurn(utterance) => return (reports, utterance),
            report => reports.push(report),
        }
    }
}

/// Gives the error that ends a stream; reports before it are of no interest.
pub(crate) async fn error(stream: &mut HearingStream) -> Error {
    loop {
        if let Err(error) = next(stream).await {
            assert!(
                soon(stream.heard.recv()).await.is_none(),
                "something follows the error"
            );
            return error;
        }
    }
}
