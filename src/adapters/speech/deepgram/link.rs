//! Owns one WebSocket to Deepgram: the upgrade with its deadline, reading frames tolerantly, writing with a deadline.
//! Called by `listen` and `line`; never interprets a message beyond its type.

use super::close;
use super::config::DeepgramConfig;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use maitred_actors::ports::hearing::Error;
use reqwest::Url;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error as WsError;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, Response, header};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Unreadable text frames in a row that make the socket count as broken.
const UNREADABLE_MAX: u32 = 5;
/// Wait for the close frame that tells why a write failed.
const REASON_WITHIN: Duration = Duration::from_millis(500);

/// What arrived.
pub(super) enum Frame {
    /// A message and its type.
    Message(String, Value),
    /// Sound.
    Audio(Bytes),
    /// A sign of life without content: ping, pong, or something that could not be read.
    Alive,
    /// The server closed the socket; the error is what that means to somebody who wanted more.
    Closed(Error),
}

/// An open socket.
pub(super) struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    provider: &'static str,
    write_within: Duration,
    unreadable: u32,
}

impl Link {
    /// Opens a socket before `deadline`.
    pub(super) async fn open(
        config: &DeepgramConfig,
        provider: &'static str,
        url: &Url,
        deadline: Instant,
    ) -> Result<Self, Error> {
        let request = request(config, provider, url)?;
        let upgrade = timeout_at(deadline, connect_async_with_config(request, None, true)).await;
        let late = || {
            Error::Unreachable(format!(
                "no connection within {} ms",
                config.connect_timeout.as_millis()
            ))
        };
        let (socket, response) = upgrade
            .map_err(|_| late())?
            .map_err(|error| not_upgraded(config, provider, error))?;
        let id = text_header(response.headers(), "dg-request-id");
        tracing::debug!(
            speech.provider = provider,
            speech.request_id = id,
            "socket opened"
        );
        Ok(Self {
            socket,
            provider,
            write_within: config.stall_after,
            unreadable: 0,
        })
    }

    /// Waits for the next frame; safe to drop while it waits.
    pub(super) async fn next(&mut self) -> Result<Frame, Error> {
        match self.socket.next().await {
            None => Ok(Frame::Closed(Error::Broken("connection closed".into()))),
            Some(Err(error)) => Err(broken(&error)),
            Some(Ok(Message::Text(text))) => self.read(&text),
            Some(Ok(Message::Binary(audio))) => {
                self.unreadable = 0;
                Ok(Frame::Audio(audio))
            }
            Some(Ok(Message::Close(frame))) => Ok(Frame::Closed(self.closed(frame))),
            Some(Ok(_)) => Ok(Frame::Alive),
        }
    }

    /// Sends a message that is no more than its type.
    pub(super) async fn command(&mut self, kind: &str) -> Result<(), Error> {
        self.message(&json!({ "type": kind })).await
    }

    /// Sends a JSON message.
    pub(super) async fn message(&mut self, message: &Value) -> Result<(), Error> {
        self.send(Message::text(message.to_string())).await
    }

    /// Sends audio, of which there must be some: an empty frame would close the stream.
    pub(super) async fn audio(&mut self, audio: Bytes) -> Result<(), Error> {
        self.send(Message::Binary(audio)).await
    }

    /// Asks for a sign of life (RFC 6455, section 5.5.2).
    pub(super) async fn ping(&mut self) -> Result<(), Error> {
        self.send(Message::Ping(Bytes::new())).await
    }

    /// Closes the socket; failure to do so in order is of no consequence.
    pub(super) async fn close(mut self) {
        if !matches!(
            timeout(REASON_WITHIN, self.socket.close(None)).await,
            Ok(Ok(()))
        ) {
            tracing::debug!(
                speech.provider = self.provider,
                "socket was gone before it was closed"
            );
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Error> {
        match timeout(self.write_within, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.reason().await.unwrap_or_else(|| broken(&error))),
            Err(_) => Err(Error::Broken("the server no longer reads".into())),
        }
    }

    /// Looks for what the server said before the socket went away.
    async fn reason(&mut self) -> Option<Error> {
        let deadline = Instant::now() + REASON_WITHIN;
        loop {
            match timeout_at(deadline, self.socket.next()).await {
                Ok(Some(Ok(Message::Close(Some(frame))))) => return Some(self.closed(Some(frame))),
                Ok(Some(Ok(_))) => {}
                _ => return None,
            }
        }
    }

    fn closed(&self, frame: Option<CloseFrame>) -> Error {
        match frame {
            Some(frame) => close::closed(self.provider, frame.code.into(), &frame.reason),
            None => Error::Broken("closed without a code".into()),
        }
    }

    fn read(&mut self, text: &str) -> Result<Frame, Error> {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        if let Some(kind) = value.get("type").and_then(Value::as_str).map(str::to_owned) {
            self.unreadable = 0;
            return Ok(Frame::Message(kind, value));
        }
        self.unreadable += 1;
        tracing::warn!(
            speech.provider = self.provider,
            bytes = text.len(),
            in_a_row = self.unreadable,
            "skipped a frame that is not a message"
        );
        if self.unreadable >= UNREADABLE_MAX {
            return Err(Error::Broken(format!(
                "{UNREADABLE_MAX} unreadable messages in a row"
            )));
        }
        Ok(Frame::Alive)
    }
}

fn request(config: &DeepgramConfig, provider: &str, url: &Url) -> Result<Request, Error> {
    let key = config.key.expose_secret();
    // A key that is empty, or that no header can carry, cannot be the right one.
    let token = HeaderValue::from_str(&format!("Token {key}"))
        .ok()
        .filter(|_| !key.is_empty());
    let mut token = token.ok_or_else(|| close::unauthorised(provider))?;
    token.set_sensitive(true);
    let request = url.as_str().into_client_request();
    let mut request =
        request.map_err(|_| Error::BadRequest("DEEPGRAM_URL cannot be used".into()))?;
    request.headers_mut().insert(header::AUTHORIZATION, token);
    Ok(request)
}

fn not_upgraded(config: &DeepgramConfig, provider: &str, error: WsError) -> Error {
    match error {
        WsError::Http(response) => {
            let said = said(&response).replace(config.key.expose_secret(), "…");
            let id = text_header(response.headers(), "dg-request-id");
            tracing::debug!(
                speech.provider = provider,
                speech.request_id = id,
                "upgrade refused"
            );
            close::refusal(provider, response.status().as_u16(), &said)
        }
        WsError::Io(error) => Error::Unreachable(error.to_string()),
        WsError::Tls(error) => Error::Unreachable(format!("TLS: {error}")),
        WsError::Url(_) => Error::BadRequest("DEEPGRAM_URL cannot be used".into()),
        other => Error::Unreachable(format!("no WebSocket upgrade: {other}")),
    }
}

/// The reason of a refusal: header `dg-error`, else one of the body's three shapes.
fn said(response: &Response<Option<Vec<u8>>>) -> String {
    let header = text_header(response.headers(), "dg-error");
    if !header.is_empty() {
        return header.into();
    }
    let body = response
        .body()
        .as_deref()
        .map(String::from_utf8_lossy)
        .unwrap_or_default();
    let json: Value = serde_json::from_str(&body).unwrap_or_default();
    let field = ["err_msg", "message", "err_code", "category"]
        .iter()
        .find_map(|name| json.get(name)?.as_str());
    field.map_or_else(|| body.trim().to_owned(), str::to_owned)
}

fn text_header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn broken(error: &WsError) -> Error {
    match error {
        WsError::Io(error) => Error::Broken(error.kind().to_string()),
        WsError::Utf8(_) => Error::Broken("text that is not UTF-8".into()),
        other => Error::Broken(other.to_string()),
    }
}
