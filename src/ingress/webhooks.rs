//! Owns the webhook: handshake, authentication, and the 200 that is given when the event is in the journal, not
//! before. Called by RingCentral, and by relays that sign.

use super::authentication::Refused;
use super::notification::read_notification;
use super::refusals::Unproven;
use super::routes::{Ingress, error};
use super::seen::Claim;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitred_actors::call::PartyStatus;
use maitred_actors::registry::Role;
use maitred_actors::switchboard::SwitchboardMsg;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Header with which RingCentral asks a new address whether it wants deliveries.
const VALIDATION_TOKEN: &str = "validation-token";
/// Bytes that the answer to a handshake must stay under, headers and body (RingCentral dossier, 2.2).
const HANDSHAKE_MAX: usize = 1024;
/// Bytes of its status line and headers beside the token: no more than 160, and room for what a proxy adds.
const HANDSHAKE_HEADERS: usize = 320;
/// Time in which an event must be in the journal; after it RingCentral is asked to deliver again.
const JOURNAL_WAIT: Duration = Duration::from_secs(2);

/// What came of a request, for the metrics, and its answer.
type Outcome = (&'static str, Response);

/// Takes one delivery.
pub(super) async fn events(
    State(ingress): State<Arc<Ingress>>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let begun = Instant::now();
    let (result, response) = match (headers.get(VALIDATION_TOKEN), body) {
        (Some(token), _) => shake_hands(&ingress, source, token),
        (None, Ok(body)) => take(&ingress, source, &headers, &body).await,
        (None, Err(rejection)) => {
            let status = rejection.status();
            (
                "malformed",
                error(status, "body is larger than 1 MiB, or broke off"),
            )
        }
    };
    ingress.metrics.note_delivery(result, begun.elapsed());
    response
}

/// Answers the handshake: the same header, and the token in the body. It carries no proof, and changes nothing.
fn shake_hands(ingress: &Ingress, source: SocketAddr, token: &HeaderValue) -> Outcome {
    if !ingress.refusals.admit(source.ip(), Unproven::Handshake) {
        return too_many();
    }
    let text = token.to_str().unwrap_or_default();
    let body = json!({ "validation-token": text, "status": "validated" }).to_string();
    if text.is_empty() || HANDSHAKE_HEADERS + text.len() + body.len() >= HANDSHAKE_MAX {
        let message = "validation token is not a short text of visible ASCII";
        return ("malformed", error(StatusCode::BAD_REQUEST, message));
    }
    let content_type = HeaderValue::from_static("application/json");
    let headers = [
        (
            header::HeaderName::from_static(VALIDATION_TOKEN),
            token.clone(),
        ),
        (header::CONTENT_TYPE, content_type),
    ];
    ("validated", (headers, body).into_response())
}

async fn take(
    ingress: &Arc<Ingress>,
    source: SocketAddr,
    headers: &HeaderMap,
    body: &Bytes,
) -> Outcome {
    if let Err(refused) = ingress.authenticator.check(headers, body) {
        return refuse(ingress, source, refused);
    }
    if !is_json(headers) {
        let message = "content type must be application/json";
        let answer = error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        return ("malformed", answer);
    }
    let notification = match read_notification(body) {
        Ok(notification) => notification,
        Err(malformed) => {
            let answer = error(StatusCode::BAD_REQUEST, &malformed.to_string());
            return ("malformed", answer);
        }
    };
    let claim = ingress.seen.claim(notification.uuid.as_deref());
    match tokio::time::timeout(JOURNAL_WAIT, claim).await {
        Ok(Some(claim)) => {
            // On a task of its own: it is not left half done when the sender hangs up.
            let writing = write(Arc::clone(ingress), notification.parties, claim);
            match tokio::spawn(writing).await {
                Ok(true) => ("accepted", ok("accepted")),
                Ok(false) | Err(_) => not_written(),
            }
        }
        Ok(None) => ("duplicate", ok("duplicate")),
        Err(_) => not_written(),
    }
}

/// Answers a delivery without a proof that counts.
fn refuse(ingress: &Ingress, source: SocketAddr, refused: Refused) -> Outcome {
    if refused == Refused::WrongToken {
        ingress.subscription.saw_wrong_token();
    }
    if !ingress.refusals.admit(source.ip(), Unproven::Delivery) {
        return too_many();
    }
    if let Some(untold) = ingress.refusals.may_log() {
        tracing::warn!(%refused, source = %source.ip(), untold, "webhook delivery refused");
    }
    let answer = error(StatusCode::UNAUTHORIZED, &refused.to_string());
    (refused.label(), answer)
}

/// Has the parties written to the journal; only when all are there is the notification remembered.
async fn write(ingress: Arc<Ingress>, parties: Vec<PartyStatus>, claim: Claim) -> bool {
    for party in parties {
        let (written, journaled) = oneshot::channel();
        let message = SwitchboardMsg::Session(Box::new(party), written);
        let told = ingress.registry.tell(Role::Switchboard, message);
        let in_journal = tokio::time::timeout(JOURNAL_WAIT, journaled).await;
        if !told || !matches!(in_journal, Ok(Ok(()))) {
            return false;
        }
    }
    claim.taken();
    true
}

fn ok(status: &str) -> Response {
    axum::Json(json!({ "status": status })).into_response()
}

fn too_many() -> Outcome {
    let answer = error(
        StatusCode::TOO_MANY_REQUESTS,
        "too many requests without proof",
    );
    ("rate_limited", answer)
}

fn not_written() -> Outcome {
    let message = "event could not be written; deliver it again";
    let answer = error(StatusCode::SERVICE_UNAVAILABLE, message);
    ("not_written", answer)
}

/// Reads the media type, whatever parameters follow it.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let text = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = text.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}
