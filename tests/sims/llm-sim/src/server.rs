//! The listening socket and what a request gets.
//!
//! Owns the simulator's life, the key and the route. Called by tests and the binary; it never speaks anything but HTTP.

use crate::faults::{Fault, Faults, Held};
use crate::observe::{Record, Seen, TimedOut};
use crate::script::Script;
use crate::stream;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Where a simulator listens, and what it wants.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Address; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Key that clients must present; `None`: none is wanted.
    pub key: Option<String>,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            key: Some("key-of-the-simulator".to_owned()),
        }
    }
}

#[derive(Debug)]
struct Shared {
    key: Option<String>,
    faults: Faults,
    script: Script,
    record: Arc<Record>,
}

/// A running simulator; dropping it frees its port.
#[derive(Debug)]
pub struct LlmSim {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl LlmSim {
    /// Starts a simulator as it is by default.
    ///
    /// # Errors
    /// Fails when no port is free.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(SimConfig::default()).await
    }

    /// Starts a simulator.
    ///
    /// # Errors
    /// Fails when the address cannot be listened on.
    pub async fn start_with(config: SimConfig) -> std::io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            key: config.key,
            faults: Faults::default(),
            script: Script::default(),
            record: Arc::default(),
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(complete))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Accept errors are retried inside; there is no other way for this to end.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The base URL, as `http://127.0.0.1:port/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The key that clients must present; empty where none is wanted.
    #[must_use]
    pub fn key(&self) -> &str {
        self.shared.key.as_deref().unwrap_or_default()
    }

    /// Has requests answered so whose last message holds the words; what was said later wins. Empty words fit all.
    /// `{line:words}` in the answer becomes the number of the line `7. ...` of the request that holds the words.
    pub fn answer(&self, words: &str, answer: &str) {
        self.shared.script.answer(words, answer);
    }

    /// Lets a fault hold from the next request on, beside those that hold already.
    pub fn set(&self, fault: Fault) {
        self.shared.faults.set(fault);
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.shared.faults.clear();
    }

    /// The requests so far, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.record.all()
    }

    /// Waits until a condition on the requests is true.
    ///
    /// # Errors
    /// Gives what was seen when the deadline passes first.
    pub async fn until(
        &self,
        condition: impl Fn(&[Seen]) -> bool,
        deadline: Duration,
    ) -> Result<(), TimedOut> {
        self.shared.record.until(condition, deadline).await
    }
}

impl Drop for LlmSim {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "slowness is the fault that was asked for"
)]
async fn complete(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let faults = shared.faults.all();
    let status = status(&shared, &headers, &body, &faults);
    let place = shared.record.note(body.clone(), status.as_u16());
    let late = faults.find(|fault| match fault {
        Fault::SlowFirstByte(wait) => Some(*wait),
        _ => None,
    });
    tokio::time::sleep(late.unwrap_or_default()).await;
    if status != StatusCode::OK {
        shared.record.ended(place, true);
        return refusal(status, &body, &faults);
    }
    if faults.has(Fault::WebPage) {
        shared.record.ended(place, true);
        return Html("<!doctype html><title>Welcome to the hotel</title>").into_response();
    }
    let answer = shared.script.find(&messages(&body));
    if faults.has(Fault::Whole) {
        shared.record.ended(place, true);
        let message = json!({ "role": "assistant", "content": answer });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        return Json(json!({ "object": "chat.completion", "choices": [choice] })).into_response();
    }
    let stream = stream::body(&answer, faults, Arc::clone(&shared.record), place);
    ([(header::CONTENT_TYPE, "text/event-stream")], stream).into_response()
}

fn status(shared: &Shared, headers: &HeaderMap, body: &Value, faults: &Held) -> StatusCode {
    let given = headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok());
    let wanted = shared.key.as_ref().map(|key| format!("Bearer {key}"));
    if wanted.is_some() && given != wanted.as_deref() {
        return StatusCode::UNAUTHORIZED;
    }
    let fault = faults.find(|fault| match fault {
        Fault::Status(status) => StatusCode::from_u16(*status).ok(),
        _ => None,
    });
    let extra = body.as_object().into_iter().flatten().any(|(name, _)| {
        let plain = ["model", "messages", "stream"];
        !plain.contains(&name.as_str())
    });
    let formed = body.get("response_format").is_some();
    let refused = faults.has(Fault::RefusesFormat) && formed
        || faults.has(Fault::RefusesAllButMessages) && extra;
    match (fault, refused, is_request(body)) {
        (Some(status), ..) => status,
        (None, true, _) | (None, false, false) => StatusCode::BAD_REQUEST,
        (None, false, true) => StatusCode::OK,
    }
}

/// Whether a body is a request as the vendors document it.
fn is_request(body: &Value) -> bool {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let roles = ["system", "user", "assistant"];
    let good = |message: &Value| {
        message["role"]
            .as_str()
            .is_some_and(|role| roles.contains(&role))
            && message["content"].is_string()
    };
    let both = body.get("max_tokens").is_some() && body.get("max_completion_tokens").is_some();
    body["model"].is_string()
        && body["stream"] == true
        && !messages.is_empty()
        && messages.iter().all(good)
        && !both
}

fn messages(body: &Value) -> Vec<&str> {
    let messages = body["messages"].as_array().into_iter().flatten();
    messages
        .filter_map(|message| message["content"].as_str())
        .collect()
}

/// Refuses, and repeats in the message what was asked, as servers do.
fn refusal(status: StatusCode, body: &Value, faults: &Held) -> Response {
    let code = match status.as_u16() {
        401 => "invalid_api_key",
        429 => "rate_limit_exceeded",
        400 => "invalid_request_error",
        _ => "server_error",
    };
    let message = format!("cannot serve {}", messages(body).join(" "));
    let error =
        json!({ "error": { "message": message, "type": code, "param": null, "code": code } });
    let error = if faults.has(Fault::ErrorInList) {
        json!([error])
    } else {
        error
    };
    let mut response = (status, Json(error)).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = header::HeaderValue::from_static("2");
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
