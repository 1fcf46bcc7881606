//! Owns the commands of the API: hold, park, transfer and what else RingCentral can do with a call. Called by owners and
//! their tools. A command is in the journal before it is carried out, and carried out once for its `Idempotency-Key`.

use super::routes::{Ingress, error};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maitred_actors::call::{Event, Recorded};
use maitred_actors::ports::carrier::{Command, Done, Error};
use maitred_actors::registry::Role;
use maitred_actors::switchboard::SwitchboardMsg;
use maitred_actors::types::CallId;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

/// How long an answer is waited for; longer than the deadline of the question.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// Longest key that a request may bring.
const KEY_MAX: usize = 200;

type Answer = Result<Done, Error>;

/// `POST /api/v1/calls/{id}/commands`: has one command carried out and tells what came of it.
pub(super) async fn command(
    State(ingress): State<Arc<Ingress>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Command>, JsonRejection>,
) -> Response {
    let command = match body {
        Ok(Json(command)) => command,
        Err(rejection) => return error(rejection.status(), &rejection.body_text()),
    };
    let Some(key) = key(&headers) else {
        let message = "idempotency-key must be a text of 1 to 200 characters";
        return error(StatusCode::BAD_REQUEST, message);
    };
    let call = CallId::new(id);
    if let Some(answer) = answered_before(&ingress, &call, &key).await {
        return respond(&answer);
    }
    let feed = ingress.queue.watch();
    let (reply, known) = oneshot::channel();
    let message = SwitchboardMsg::Command {
        call: call.clone(),
        key: key.clone(),
        command,
        known: reply,
    };
    let told = ingress.registry.tell(Role::Switchboard, message);
    match (told, known.await) {
        (true, Ok(true)) => {}
        (true, Ok(false)) => return error(StatusCode::NOT_FOUND, "no such live call"),
        _ => return error(StatusCode::SERVICE_UNAVAILABLE, "command not written"),
    }
    match tokio::time::timeout(ANSWER_WAIT, answer_in(feed, &call, &key)).await {
        Ok(Some(answer)) => respond(&answer),
        _ => {
            let message = "no answer yet; ask again with the same idempotency-key";
            error(StatusCode::GATEWAY_TIMEOUT, message)
        }
    }
}

/// Reads the key, or draws one where the request brings none.
fn key(headers: &HeaderMap) -> Option<String> {
    let Some(given) = headers.get("idempotency-key") else {
        return Some(crate::adapters::clock::unique().simple().to_string());
    };
    let key = given.to_str().ok()?.trim();
    (1..=KEY_MAX).contains(&key.len()).then(|| key.to_owned())
}

/// Finds the answer to a command that was asked for under the same key.
async fn answered_before(ingress: &Ingress, call: &CallId, key: &str) -> Option<Answer> {
    let entries = ingress.journal.read(call).await.ok()?;
    entries.iter().find_map(|entry| answer_of(entry, key))
}

async fn answer_in(mut feed: Receiver<Recorded>, call: &CallId, key: &str) -> Option<Answer> {
    loop {
        match feed.recv().await {
            Ok(entry) if entry.call == *call => {
                if let Some(answer) = answer_of(&entry, key) {
                    return Some(answer);
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

fn answer_of(entry: &Recorded, wanted: &str) -> Option<Answer> {
    match &entry.event {
        Event::CommandAnswered {
            key: Some(key),
            result,
            ..
        } if key == wanted => Some(result.clone()),
        _ => None,
    }
}

fn respond(answer: &Answer) -> Response {
    let failed = match answer {
        Ok(done) => {
            let done = serde_json::to_value(done).unwrap_or(Value::Null);
            return Json(json!({ "status": "done", "result": done })).into_response();
        }
        Err(failed) => failed,
    };
    let status = match failed {
        Error::Gone => StatusCode::NOT_FOUND,
        Error::WrongState => StatusCode::CONFLICT,
        Error::NotConfigured | Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Refused { .. } => StatusCode::BAD_GATEWAY,
        Error::Unsure(_) => StatusCode::GATEWAY_TIMEOUT,
    };
    error(status, &failed.to_string())
}
