//! A small client of its own, so that the simulator is not tested by its own reading of the protocol.

use std::time::Duration;

use deepgram_sim::{DeepgramSim, SimConfig};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use voice_modem::mulaw;

/// Time after which a test gives up.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Octets in 80 ms.
const CHUNK: usize = 640;

pub const FLUX: &str = "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000";
pub const NOVA: &str = "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000";
pub const SPEAK: &str = "/v1/speak?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000";

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    Text(String),
    Audio(Vec<u8>),
    /// A close frame with its code and reason, if it had them.
    Closed(Option<(u16, String)>),
    /// The connection ended without a close frame.
    Dropped,
}

/// A refused upgrade.
#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub error: String,
    pub request_id: Option<String>,
    pub body: Value,
}

#[derive(Debug)]
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub request_id: Option<String>,
}

pub async fn start() -> DeepgramSim {
    DeepgramSim::start(SimConfig::default()).await.unwrap()
}

impl Client {
    pub async fn open(sim: &DeepgramSim, address: &str) -> Self {
        Self::try_open(sim, address, &format!("Token {}", sim.key()))
            .await
            .unwrap()
    }

    pub async fn try_open(
        sim: &DeepgramSim,
        address: &str,
        authorization: &str,
    ) -> Result<Self, Refused> {
        let address = sim.url().replace("http", "ws") + address;
        let mut request = address.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("authorization", authorization.parse().unwrap());
        let text = |value: Option<&tokio_tungstenite::tungstenite::http::HeaderValue>| {
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        match timeout(DEADLINE, connect_async(request)).await.unwrap() {
            Ok((socket, response)) => Ok(Self {
                socket,
                request_id: text(response.headers().get("dg-request-id")),
            }),
            Err(Error::Http(response)) => Err(Refused {
                status: response.status().as_u16(),
                error: text(response.headers().get("dg-error")).unwrap_or_default(),
                request_id: text(response.headers().get("dg-request-id")),
                body: serde_json::from_slice(response.body().as_deref().unwrap_or_default())
                    .unwrap_or_default(),
            }),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn say(&mut self, message: &str) {
        self.socket.send(Message::text(message)).await.unwrap();
    }

    pub async fn octets(&mut self, octets: Vec<u8>) {
        self.socket.send(Message::binary(octets)).await.unwrap();
    }

    /// Sends samples in messages of 80 ms.
    pub async fn samples(&mut self, samples: &[i16]) {
        for chunk in mulaw::encode(samples).chunks(CHUNK) {
            self.octets(chunk.to_vec()).await;
        }
    }

    pub async fn speech(&mut self, text: &str) {
        self.samples(&voice_modem::encode(text)).await;
    }

    pub async fn silence(&mut self, milliseconds: usize) {
        self.samples(&vec![0; milliseconds * 8]).await;
    }

    pub async fn next(&mut self) -> Seen {
        loop {
            let message = timeout(DEADLINE, self.socket.next()).await.unwrap();
            return match message {
                Some(Ok(Message::Text(text))) => Seen::Text(text.to_string()),
                Some(Ok(Message::Binary(octets))) => Seen::Audio(octets.to_vec()),
                Some(Ok(Message::Close(frame))) => {
                    Seen::Closed(frame.map(|frame| (frame.code.into(), frame.reason.to_string())))
                }
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Seen::Dropped,
            };
        }
    }

    pub async fn json(&mut self) -> Value {
        match self.next().await {
            Seen::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("wanted a text message, got {other:?}"),
        }
    }

    /// Reads messages up to and including the first that fits.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let message = self.json().await;
            let last = fits(&message);
            seen.push(message);
            if last {
                return seen;
            }
        }
    }

    /// Reads everything to the end of the connection.
    pub async fn rest(&mut self) -> (Vec<Value>, Vec<u8>, Seen) {
        let (mut texts, mut audio) = (Vec::new(), Vec::new());
        loop {
            match self.next().await {
                Seen::Text(text) => texts.push(serde_json::from_str(&text).unwrap()),
                Seen::Audio(octets) => audio.extend(octets),
                end => return (texts, audio, end),
            }
        }
    }
}
