//! Owns `/health`, `/ready` and `/metrics`. Called by whoever watches the server.

use super::readiness::{Check, Readiness};
use super::routes::{Ingress, error};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Says that the process is alive.
pub(super) async fn health() -> Response {
    axum::Json(json!({ "status": "alive", "version": env!("CARGO_PKG_VERSION") })).into_response()
}

/// Says whether a caller could be served now, and if not, why.
pub(super) async fn ready(State(ingress): State<Arc<Ingress>>) -> Response {
    let readiness = Readiness::look(&ingress).await;
    let (is_ready, calls) = (readiness.is_ready(), readiness.calls);
    let parts: Map<String, Value> = readiness
        .parts()
        .map(|(name, check)| (name.to_owned(), state(check)))
        .collect();
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ready": is_ready, "calls": calls, "parts": parts });
    (status, axum::Json(body)).into_response()
}

/// Gives all metrics, those that are looked up for it included.
pub(super) async fn metrics(State(ingress): State<Arc<Ingress>>) -> Response {
    let metrics = &ingress.metrics;
    let subscription = &ingress.subscription;
    metrics.note_subscription(subscription.seconds_to_expiry(), subscription.revived());
    for (group, remaining, limit) in ingress.client.iter().flat_map(|client| client.room()) {
        metrics.note_room(group.label(), remaining, limit);
    }
    for (part, check) in Readiness::look(&ingress).await.parts() {
        metrics.note_ready(part, check.is_ok());
    }
    match metrics.text() {
        Ok(text) => (
            [(
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        Err(reason) => error(StatusCode::INTERNAL_SERVER_ERROR, &reason.to_string()),
    }
}

fn state(check: Check) -> Value {
    match check {
        Ok(()) => json!({ "ok": true }),
        Err(reason) => json!({ "ok": false, "reason": reason }),
    }
}
