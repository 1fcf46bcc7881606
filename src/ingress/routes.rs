//! Owns the table of routes and what handlers share. Called by `app`. Reads who may see the API.

use super::{Authenticator, Refusals, Seen, api, control, health, settings, webhooks};
use crate::adapters::ringcentral::{AccountStanding, Client, Standing};
use crate::adapters::store::{Database, Reading};
use crate::config::{CurrentProfile, SettingsDesk};
use crate::telemetry::Metrics;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maitred_actors::interpreter::Model;
use maitred_actors::ports::journal::Journal;
use maitred_actors::registry::Registry;
use maitred_actors::scribe::Queue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tower_http::catch_panic::CatchPanicLayer;

/// Largest body of a delivery: 1 MiB.
const BODY_MAX: usize = 1 << 20;

/// What the handlers share.
pub struct Ingress {
    /// How to reach the switchboard.
    pub registry: Registry,
    /// The queue of the journal, to see commands answered.
    pub queue: Arc<Queue>,
    /// The journal, to find commands that were answered before.
    pub journal: Arc<dyn Journal>,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// Read side of the database.
    pub reading: Reading,
    /// The database, to see whether it is there.
    pub database: Database,
    /// Who may deliver.
    pub authenticator: Authenticator,
    /// Token of the API; none where only loopback can reach it.
    pub admin_token: Option<SecretString>,
    /// Providers of speech by name: recognisers, then voices.
    pub speech: (Vec<&'static str>, Vec<&'static str>),
    /// The language model, where one is configured.
    pub model: Option<Arc<Model>>,
    /// Time zone of the business, for days in searches and exports.
    pub time_zone: jiff::tz::TimeZone,
    /// Whether the line has to be registered.
    pub registers: bool,
    /// How the fetching of its account stands, where it is fetched.
    pub account: Option<AccountStanding>,
    /// RingCentral's REST, for what its limits leave.
    pub client: Option<Client>,
    /// How the webhook subscription stands.
    pub subscription: Standing,
    /// The profile of the business that holds now.
    pub profile: CurrentProfile,
    /// The settings that hold now, and how they change.
    pub settings: Arc<SettingsDesk>,
    /// Sources without proof.
    pub refusals: Refusals,
    /// Notifications that were taken.
    pub seen: Seen,
}

/// Builds the routes.
pub fn routes(ingress: Arc<Ingress>) -> Router {
    let api = Router::new()
        .route("/api/v1/calls", get(api::calls))
        .route("/api/v1/calls/{id}", get(api::call))
        .route("/api/v1/calls/{id}/commands", post(control::command))
        .route("/api/v1/bookings", get(api::bookings))
        .route(
            "/api/v1/business",
            get(api::business).put(settings::put_business),
        )
        .route(
            "/api/v1/settings",
            get(settings::get).put(settings::put).patch(settings::patch),
        )
        .route("/api/v1/calls/{id}/export", get(api::export))
        .route("/api/v1/cards", get(api::cards))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&ingress),
            only_admin,
        ));
    Router::new()
        .route(
            "/api/v1/ringcentral/webhooks/events",
            post(webhooks::events),
        )
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(api)
        .fallback(|| async { error(StatusCode::NOT_FOUND, "no such route") })
        .method_not_allowed_fallback(|| async {
            error(StatusCode::METHOD_NOT_ALLOWED, "not by this method")
        })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::new())
        .with_state(ingress)
}

/// A short JSON error.
pub(super) fn error(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({ "error": message }))).into_response()
}

async fn only_admin(State(ingress): State<Arc<Ingress>>, request: Request, next: Next) -> Response {
    if let Some(token) = &ingress.admin_token
        && !bears(request.headers(), token)
    {
        return error(
            StatusCode::UNAUTHORIZED,
            "send Authorization: Bearer with ADMIN_TOKEN",
        );
    }
    next.run(request).await
}

fn bears(headers: &HeaderMap, token: &SecretString) -> bool {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .is_some_and(|(_, given)| {
            bool::from(
                token
                    .expose_secret()
                    .as_bytes()
                    .ct_eq(given.trim().as_bytes()),
            )
        })
}
