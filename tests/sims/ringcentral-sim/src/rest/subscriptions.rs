//! `/restapi/v1.0/subscription`: create with the validation handshake, list, read, renew, delete.
//!
//! Owns the life of a subscription; clients call it over HTTP. Deliveries are made elsewhere.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};
use crate::webhook::{Sender, shake_hands};

const EXPIRES_DEFAULT: i64 = 604_800;
const EXPIRES_MAX: i64 = 315_360_000;

/// Holds one subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Names it.
    pub id: String,
    /// Lists its filters, `~` resolved.
    pub filters: Vec<String>,
    /// Holds the receiver's address.
    pub address: String,
    /// Sends to that address, with the verification token if one was given.
    pub(super) sender: Sender,
    /// Says whether deliveries were given up.
    pub blacklisted: bool,
    /// Counts deliveries that failed one after the other.
    pub failures: u32,
    created: DateTime<Utc>,
    expires: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    event_filters: Option<Vec<String>>,
    delivery_mode: Option<DeliveryMode>,
    expires_in: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryMode {
    transport_type: String,
    address: String,
    verification_token: Option<String>,
}

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let medium = |route| gated(route, exchange, Group::Medium);
    let light = |route| gated(route, exchange, Group::Light);
    Router::new()
        .route(
            "/restapi/v1.0/subscription",
            medium(post(create)).merge(light(get(list))),
        )
        .route(
            "/restapi/v1.0/subscription/{id}",
            medium(delete(remove))
                .merge(medium(put(renew)))
                .merge(light(get(read))),
        )
        .route("/restapi/v1.0/subscription/{id}/renew", light(post(renew)))
}

async fn create(State(exchange): State<Exchange>, body: Bytes) -> Result<Json<Value>, ApiError> {
    let request: Request = serde_json::from_slice(&body)
        .map_err(|_| ApiError::new(400, "CMN-103", "Body is not JSON"))?;
    let filters = request.event_filters.filter(|filters| !filters.is_empty());
    let filters =
        filters.ok_or_else(|| ApiError::new(400, "SUB-508", "Event filters are invalid"))?;
    let mode = request
        .delivery_mode
        .filter(|mode| mode.transport_type == "WebHook");
    let mode = mode.ok_or_else(|| ApiError::invalid("deliveryMode.transportType"))?;
    if !is_allowed(&mode.address) {
        return Err(ApiError::invalid("deliveryMode.address"));
    }
    let refused = |detail: String| {
        ApiError::new(
            400,
            "SUB-525",
            format!("WebHook validation failed: {detail}"),
        )
    };
    let mut sender = Sender::new(&mode.address).map_err(|error| refused(error.to_string()))?;
    shake_hands(&sender)
        .await
        .map_err(|error| refused(error.to_string()))?;
    if let Some(token) = &mode.verification_token {
        sender = sender.with_token(token);
    }
    let created = Utc::now();
    let subscription = Subscription {
        id: Uuid::new_v4().to_string(),
        filters: resolve(&exchange, filters),
        address: mode.address,
        sender,
        blacklisted: false,
        failures: 0,
        created,
        expires: created + lifetime(&exchange, request.expires_in),
    };
    let answer = subscription.json();
    exchange.state().subscriptions.push(subscription);
    Ok(Json(answer))
}

async fn list(State(exchange): State<Exchange>) -> Json<Value> {
    let state = exchange.state();
    let records: Vec<Value> = state
        .subscriptions
        .iter()
        .filter(|one| one.is_live())
        .map(Subscription::json)
        .collect();
    Json(json!({ "uri": "/restapi/v1.0/subscription", "records": records }))
}

async fn read(
    State(exchange): State<Exchange>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = exchange.state();
    let found = state
        .subscriptions
        .iter()
        .find(|one| one.id == id)
        .ok_or_else(|| ApiError::not_found("subscriptionId"))?;
    found
        .is_live()
        .then(|| Json(found.json()))
        .ok_or_else(expired)
}

async fn renew(
    State(exchange): State<Exchange>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let request: Option<Request> = serde_json::from_slice(&body).ok();
    let filters = request
        .as_ref()
        .and_then(|request| request.event_filters.clone());
    let filters = filters.map(|filters| resolve(&exchange, filters));
    let mut state = exchange.state();
    let found = state.subscriptions.iter_mut().find(|one| one.id == id);
    let found = found.ok_or_else(|| ApiError::not_found("subscriptionId"))?;
    if !found.is_live() {
        return Err(expired());
    }
    found.expires =
        Utc::now() + lifetime(&exchange, request.and_then(|request| request.expires_in));
    if let Some(filters) = filters {
        found.filters = filters;
    }
    Ok(Json(found.json()))
}

async fn remove(
    State(exchange): State<Exchange>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut state = exchange.state();
    let before = state.subscriptions.len();
    state.subscriptions.retain(|one| one.id != id);
    match state.subscriptions.len() < before {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::not_found("subscriptionId")),
    }
}

impl Subscription {
    /// Says whether it has not expired.
    pub fn is_live(&self) -> bool {
        self.expires > Utc::now()
    }

    fn json(&self) -> Value {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        json!({
            "uri": format!("/restapi/v1.0/subscription/{}", self.id),
            "id": self.id,
            "status": if self.blacklisted { "Blacklisted" } else { "Active" },
            "creationTime": time(self.created),
            "expirationTime": time(self.expires),
            "expiresIn": (self.expires - Utc::now()).num_seconds(),
            "eventFilters": self.filters,
            "deliveryMode": { "transportType": "WebHook", "encryption": false, "address": self.address },
        })
    }
}

/// Replaces `~` by the ids of the token's user.
fn resolve(exchange: &Exchange, filters: Vec<String>) -> Vec<String> {
    let config = exchange.config();
    let account = format!("/account/{}", config.account_id);
    let extension = format!("/extension/{}", config.extension_id);
    filters
        .into_iter()
        .map(|filter| {
            filter
                .replace("/account/~", &account)
                .replace("/extension/~", &extension)
        })
        .collect()
}

/// Accepts HTTPS anywhere, plain HTTP on loopback only.
fn is_allowed(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else {
        return false;
    };
    let loopback = url
        .host_str()
        .is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

fn lifetime(exchange: &Exchange, asked: Option<i64>) -> TimeDelta {
    let fixed = exchange.config().subscription_lifetime;
    if let Some(fixed) = fixed.and_then(|fixed| TimeDelta::from_std(fixed).ok()) {
        return fixed;
    }
    TimeDelta::seconds(asked.unwrap_or(EXPIRES_DEFAULT).clamp(1, EXPIRES_MAX))
}

fn expired() -> ApiError {
    ApiError::new(404, "SUB-507", "Subscription is expired")
}
