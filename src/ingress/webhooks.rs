//! Owns the webhook: handshake, authentication, and the 200 that is given when the event is in the journal, not
//! before. Called by RingCentral, and by relays that sign.

use super::authentication::Refused;
use super::notification::read_notification;
use super::routes::{Ingress, error};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitred_actors::registry::Role;
use maitred_actors::switchboard::SwitchboardMsg;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Header with which RingCentral asks a new address whether it wants deliveries.
const VALIDATION_TOKEN: &str = "validation-token";
/// Longest validation token that fits an answer of 1024 bytes twice, headers included.
const VALIDATION_TOKEN_MAX: usize = 300;
/// Sources of refused deliveries that are remembered before those long quiet are forgotten.
const SOURCES_MAX: usize = 10_000;
/// Time in which an event must be in the journal; after it RingCentral is asked to deliver again.
const JOURNAL_WAIT: Duration = Duration::from_secs(2);

/// Takes one delivery.
pub(super) async fn events(
    State(ingress): State<Arc<Ingress>>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = Instant::now();
    let (result, response) = match headers.get(VALIDATION_TOKEN) {
        Some(token) => ("validated", shake_hands(token)),
        None => take(&ingress, source, &headers, &body).await,
    };
    ingress.metrics.note_delivery(result, begun.elapsed());
    response
}

/// Answers the handshake: the same header, and the token in the body.
fn shake_hands(token: &HeaderValue) -> Response {
    let Some(text) = token
        .to_str()
        .ok()
        .filter(|text| text.len() <= VALIDATION_TOKEN_MAX)
    else {
        return error(
            StatusCode::BAD_REQUEST,
            "validation token is not a short text",
        );
    };
    let body = json!({ "validation-token": text, "status": "validated" });
    ([(VALIDATION_TOKEN, token.clone())], axum::Json(body)).into_response()
}

async fn take(
    ingress: &Ingress,
    source: SocketAddr,
    headers: &HeaderMap,
    body: &Bytes,
) -> (&'static str, Response) {
    if let Err(refused) = ingress.authenticator.check(headers, body) {
        if refused == Refused::WrongToken {
            ingress.subscription.saw_wrong_token();
        }
        if ingress.refusals.len() > SOURCES_MAX {
            ingress.refusals.retain_recent();
        }
        if ingress.refusals.check_key(&source.ip()).is_err() {
            return (
                "rate_limited",
                error(StatusCode::TOO_MANY_REQUESTS, "too many refused deliveries"),
            );
        }
        tracing::warn!(%refused, "webhook delivery refused");
        return (
            refused.label(),
            error(StatusCode::UNAUTHORIZED, &refused.to_string()),
        );
    }
    if !is_json(headers) {
        let message = "content type must be application/json";
        return (
            "malformed",
            error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message),
        );
    }
    let parties = match read_notification(body) {
        Ok(parties) => parties,
        Err(malformed) => {
            return (
                "malformed",
                error(StatusCode::BAD_REQUEST, &malformed.to_string()),
            );
        }
    };
    for party in parties {
        let (written, journaled) = oneshot::channel();
        let message = SwitchboardMsg::Session(Box::new(party), written);
        let told = ingress.registry.tell(Role::Switchboard, message);
        let in_journal = tokio::time::timeout(JOURNAL_WAIT, journaled).await;
        if !told || !matches!(in_journal, Ok(Ok(()))) {
            let message = "event could not be written; deliver it again";
            return (
                "not_written",
                error(StatusCode::SERVICE_UNAVAILABLE, message),
            );
        }
    }
    (
        "accepted",
        axum::Json(json!({ "status": "accepted" })).into_response(),
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"))
}
