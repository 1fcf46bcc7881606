//! Owns `/health`, `/ready` and `/metrics`. Called by whoever watches the server.

use super::routes::{Ingress, error};
use crate::adapters::ringcentral::{AccountStanding, Subscribed};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitred_actors::registry::Role;
use maitred_actors::switchboard::{Standing, SwitchboardMsg};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Time in which the switchboard must answer.
const STANDING_WAIT: Duration = Duration::from_secs(1);

/// Says that the process is alive.
pub(super) async fn health() -> Response {
    axum::Json(json!({ "status": "alive", "version": env!("CARGO_PKG_VERSION") })).into_response()
}

/// Says whether a caller could be served now, and if not, why.
pub(super) async fn ready(State(ingress): State<Arc<Ingress>>) -> Response {
    let standing = standing(&ingress).await;
    let database = ingress
        .database
        .ping()
        .await
        .map_err(|error| error.to_string());
    let line = match &standing {
        None => Err("switchboard does not answer".to_owned()),
        Some(standing) if standing.closing => Err("server is closing".to_owned()),
        Some(standing) if ingress.registers && standing.registered != Some(true) => {
            let problem = ingress.account.as_ref().and_then(AccountStanding::problem);
            Err(problem.map_or_else(
                || "not registered with the SIP server".to_owned(),
                |reason| format!("no account to register: {reason}"),
            ))
        }
        Some(_) => Ok(()),
    };
    let (recognisers, voices) = &ingress.speech;
    let some = |names: &[&str], what: &str| {
        if names.is_empty() {
            Err(format!("no {what} is configured"))
        } else {
            Ok(())
        }
    };
    let checks = [
        ("database", database),
        ("line", line),
        ("recogniser", some(recognisers, "recogniser")),
        ("voice", some(voices, "voice")),
    ];
    let is_ready = checks.iter().all(|(_, check)| check.is_ok());
    let mut parts: Map<String, Value> = checks
        .into_iter()
        .map(|(name, check)| (name.to_owned(), state(check)))
        .collect();
    let webhooks = if ingress.authenticator.is_configured() {
        Ok(())
    } else {
        Err(
            "every delivery is refused: set RC_WEBHOOK_SECRET or RC_WEBHOOK_VERIFICATION_TOKEN"
                .to_owned(),
        )
    };
    parts.insert("webhooks".to_owned(), state(webhooks));
    // None of these stops a caller from being served: the call itself comes by SIP.
    parts.insert("subscription".to_owned(), state(subscription(&ingress)));
    parts.insert("business".to_owned(), state(business(&ingress)));
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let calls = standing.map_or(0, |standing| standing.calls);
    let body = json!({ "ready": is_ready, "calls": calls, "parts": parts });
    (status, axum::Json(body)).into_response()
}

/// Gives all metrics.
pub(super) async fn metrics(State(ingress): State<Arc<Ingress>>) -> Response {
    let seconds_to_expiry = ingress.subscription.seconds_to_expiry();
    ingress.metrics.note_subscription(seconds_to_expiry);
    match ingress.metrics.text() {
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

fn subscription(ingress: &Ingress) -> Result<(), String> {
    match ingress.subscription.get() {
        Subscribed::Kept => Ok(()),
        Subscribed::NotConfigured(missing) => Err(format!("not configured: {missing}")),
        Subscribed::NotYet => Err("not looked at yet".to_owned()),
        Subscribed::Failed(reason) => Err(reason),
    }
}

fn business(ingress: &Ingress) -> Result<(), String> {
    let refused = ingress.profile.refused();
    let told: Vec<String> = refused.iter().map(ToString::to_string).collect();
    if told.is_empty() {
        Ok(())
    } else {
        let told = told.join("; ");
        Err(format!(
            "changed profile refused, the one before holds: {told}"
        ))
    }
}

fn state(check: Result<(), String>) -> Value {
    match check {
        Ok(()) => json!({ "ok": true }),
        Err(reason) => json!({ "ok": false, "reason": reason }),
    }
}

async fn standing(ingress: &Ingress) -> Option<Standing> {
    let (reply, answer) = oneshot::channel();
    ingress
        .registry
        .tell(Role::Switchboard, SwitchboardMsg::Stand(reply));
    tokio::time::timeout(STANDING_WAIT, answer).await.ok()?.ok()
}
