//! Starting, watching and stopping.

use std::process::Stdio;
use std::time::Duration;

use deepgram_sim::{DeepgramSim, Route, SimConfig};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::client::{Client, DEADLINE, FLUX, NOVA, SPEAK, Seen, start};

#[tokio::test]
async fn dropping_it_cuts_its_connections_and_frees_its_port() {
    let sim = start().await;
    let mut clients = Vec::new();
    for address in [FLUX, NOVA, SPEAK] {
        clients.push(Client::open(&sim, address).await);
    }
    sim.until(|state| state.connections.len() == 3, DEADLINE)
        .await
        .unwrap();
    let address = sim.url().replace("http://", "");
    drop(sim);
    for client in &mut clients {
        assert_eq!(client.rest().await.2, Seen::Dropped);
    }
    timeout(DEADLINE, async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn connections_are_recorded() {
    let sim = start().await;
    let mut client = Client::open(&sim, &format!("{NOVA}&keyterm=Acme+Dental")).await;
    client.silence(20).await;
    client.say(r#"{"type":"KeepAlive"}"#).await;
    sim.until(
        |state| state.connections.iter().any(|one| one.messages.len() == 1),
        DEADLINE,
    )
    .await
    .unwrap();
    let seen = sim.connections(Route::Nova);
    assert_eq!(seen.len(), 1);
    assert!(seen[0].open);
    assert_eq!(seen[0].audio_octets, 160);
    assert!(seen[0].query.ends_with("keyterm=Acme+Dental"));
    assert_eq!(Some(&seen[0].request_id), client.request_id.as_ref());
    assert_eq!(seen[0].messages, [r#"{"type":"KeepAlive"}"#]);
    assert!(sim.connections(Route::Flux).is_empty());
    drop(client);
    sim.until(|state| state.open(Route::Nova) == 0, DEADLINE)
        .await
        .unwrap();
}

#[tokio::test]
async fn waiting_gives_up_and_tells_what_was_seen() {
    let sim = start().await;
    Client::open(&sim, FLUX).await;
    let waiting = tokio::spawn(async move {
        sim.until(|state| state.heard.len() == 1, Duration::from_millis(20))
            .await
    });
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("not met"));
}

#[tokio::test]
async fn modelled_delays_are_kept() {
    let config = SimConfig {
        recognition_delay: Duration::from_millis(60),
        first_audio_delay: Duration::from_millis(60),
        ..SimConfig::default()
    };
    let sim = DeepgramSim::start(config).await.unwrap();
    let mut flux = Client::open(&sim, FLUX).await;
    assert_eq!(flux.json().await["type"], "Connected");
    let asked = tokio::time::Instant::now();
    flux.speech("hello").await;
    assert_eq!(flux.json().await["event"], "StartOfTurn");
    assert!(asked.elapsed() >= Duration::from_millis(60));
    let mut speak = Client::open(&sim, SPEAK).await;
    speak.json().await;
    let asked = tokio::time::Instant::now();
    speak.say(r#"{"type":"Speak","text":"hello. "}"#).await;
    assert!(matches!(speak.next().await, Seen::Audio(_)));
    assert!(asked.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn the_program_prints_its_address_and_serves() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_deepgram-sim"))
        .args(["--key", "secret", "--published-delays"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let address = timeout(DEADLINE, lines.next_line())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    TcpStream::connect(address.replace("http://", ""))
        .await
        .unwrap();
    program.kill().await.unwrap();
}
