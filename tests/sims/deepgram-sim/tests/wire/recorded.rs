//! Recordings by HTTP: what comes back for channels and speakers, and what is refused.

use crate::client::DEADLINE;
use deepgram_sim::{DeepgramSim, Route, SimConfig};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Posts a body and gives status and answer.
async fn post(sim: &DeepgramSim, query: &str, key: &str, body: &[u8]) -> (u16, String) {
    let host = sim.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST /v1/listen?{query} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Token {key}\r\n\
         Content-Type: audio/wav\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let exchange = async {
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    };
    let answer = timeout(DEADLINE, exchange).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

fn wav(channels: &[Vec<i16>]) -> Vec<u8> {
    let frames = channels.iter().map(Vec::len).max().unwrap();
    let width = 2 * channels.len() as u32;
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend((channels.len() as u16).to_le_bytes());
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend((8_000 * width).to_le_bytes());
    bytes.extend((width as u16).to_le_bytes());
    bytes.extend(16_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((frames as u32 * width).to_le_bytes());
    for at in 0..frames {
        for channel in channels {
            bytes.extend(channel.get(at).copied().unwrap_or(0).to_le_bytes());
        }
    }
    bytes
}

/// Says each after so many seconds of silence.
fn said(texts: &[(usize, &str)]) -> Vec<i16> {
    let mut samples = Vec::new();
    for (seconds, text) in texts {
        samples.extend(vec![0; seconds * 8_000]);
        samples.extend(voice_modem::encode(text));
    }
    samples
}

async fn start() -> DeepgramSim {
    DeepgramSim::start(SimConfig::default()).await.unwrap()
}

fn utterances(body: &str, voice: &str) -> Vec<(u64, String)> {
    let answer: Value = serde_json::from_str(body).unwrap();
    let all = answer["results"]["utterances"].as_array().unwrap();
    all.iter()
        .map(|one| {
            (
                one[voice].as_u64().unwrap(),
                one["transcript"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn channels_are_heard_apart_and_in_order_of_time() {
    let sim = start().await;
    let sound = wav(&[
        said(&[(1, "hello"), (3, "bye")]),
        said(&[(3, "how can I help")]),
    ]);
    let query = "model=nova-3&multichannel=true&utterances=true";
    let (status, body) = post(&sim, query, sim.key(), &sound).await;
    assert_eq!(status, 200, "{body}");
    let told = utterances(&body, "channel");
    let wanted = [(0, "hello"), (1, "how can I help"), (0, "bye")];
    assert_eq!(told, wanted.map(|(voice, text)| (voice, text.to_owned())));
    assert_eq!(sim.heard().len(), 3);
}

#[tokio::test]
async fn speakers_of_one_channel_take_turns() {
    let sim = start().await;
    let sound = wav(&[said(&[(1, "front desk"), (2, "hi there")])]);
    let query = "model=nova-3&diarize=true&utterances=true";
    let (status, body) = post(&sim, query, sim.key(), &sound).await;
    assert_eq!(status, 200, "{body}");
    let told = utterances(&body, "speaker");
    assert_eq!(
        told,
        [(0, "front desk".to_owned()), (1, "hi there".to_owned())]
    );
}

#[tokio::test]
async fn what_is_no_sound_or_has_no_key_is_refused() {
    let sim = start().await;
    let (status, body) = post(&sim, "model=nova-3", sim.key(), b"<html>").await;
    assert!(
        status == 400 && body.contains("corrupt or unsupported"),
        "{body}"
    );
    let (status, body) = post(&sim, "model=nova-3", "another", &wav(&[said(&[(1, "x")])])).await;
    assert!(status == 401 && body.contains("INVALID_AUTH"), "{body}");
    sim.faults().refuse_next(Route::Recorded, 503, 1);
    let (status, _) = post(&sim, "model=nova-3", sim.key(), &wav(&[said(&[(1, "x")])])).await;
    assert_eq!(status, 503);
    sim.faults().garbage(Route::Recorded);
    let (status, body) = post(&sim, "model=nova-3", sim.key(), &wav(&[said(&[(1, "x")])])).await;
    assert!(status == 200 && serde_json::from_str::<Value>(&body).is_err());
}
