//! `POST /restapi/oauth/token` and `/revoke`.
//!
//! Owns the grants (JWT, refresh token); clients call it over HTTP. It never keeps tokens itself.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::routing::post;
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TTL_SECONDS: (u64, u64) = (600, 3600);
const REFRESH_SECONDS: u64 = 604_800;
const SCOPE: &str =
    "ReadAccounts CallControl SubscriptionWebhook ReadCallLog ReadCallRecording SMS";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenRequest {
    grant_type: String,
    assertion: String,
    refresh_token: String,
    access_token_ttl: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct RevokeRequest {
    token: String,
}

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    Router::new()
        .route(
            "/restapi/oauth/token",
            gated(post(token), exchange, Group::Auth),
        )
        .route(
            "/restapi/oauth/revoke",
            gated(post(revoke), exchange, Group::Auth),
        )
}

async fn token(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    Form(request): Form<TokenRequest>,
) -> Result<Json<Value>, ApiError> {
    client(&exchange, &headers)?;
    let config = exchange.config();
    let asked = request
        .access_token_ttl
        .unwrap_or(TTL_SECONDS.1)
        .clamp(TTL_SECONDS.0, TTL_SECONDS.1);
    let lifetime = config.token_lifetime.unwrap_or(Duration::from_secs(asked));
    let issued = match request.grant_type.as_str() {
        JWT_BEARER if request.assertion == config.jwt => exchange.state().tokens.issue(lifetime),
        JWT_BEARER => {
            return Err(ApiError::oauth(
                400,
                "invalid_grant",
                "OAU-211",
                "Token revoked",
            ));
        }
        "refresh_token" => {
            let renewed = exchange
                .state()
                .tokens
                .renew(&request.refresh_token, lifetime);
            renewed.ok_or_else(|| {
                ApiError::oauth(400, "invalid_grant", "OAU-213", "Token not found")
            })?
        }
        _ => {
            return Err(ApiError::oauth(
                400,
                "invalid_request",
                "OAU-250",
                "Unsupported grant type",
            ));
        }
    };
    Ok(Json(json!({
        "access_token": issued.access,
        "token_type": "bearer",
        "expires_in": lifetime.as_secs(),
        "refresh_token": issued.refresh,
        "refresh_token_expires_in": REFRESH_SECONDS,
        "scope": SCOPE,
        "owner_id": config.extension_id,
        "endpoint_id": "Ab3dEf",
    })))
}

async fn revoke(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    Form(request): Form<RevokeRequest>,
) -> Result<(), ApiError> {
    client(&exchange, &headers)?;
    exchange.state().tokens.revoke(&request.token);
    Ok(())
}

fn client(exchange: &Exchange, headers: &HeaderMap) -> Result<(), ApiError> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let encoded = value
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let Some((_, encoded)) = encoded else {
        return Err(ApiError::oauth(
            401,
            "invalid_client",
            "OAU-123",
            "Authorization header is invalid",
        ));
    };
    let config = exchange.config();
    let wanted = format!("{}:{}", config.client_id, config.client_secret);
    if STANDARD
        .decode(encoded.trim())
        .is_ok_and(|given| given == wanted.as_bytes())
    {
        return Ok(());
    }
    Err(ApiError::oauth(
        401,
        "invalid_client",
        "OAU-153",
        "Invalid client credentials",
    ))
}
