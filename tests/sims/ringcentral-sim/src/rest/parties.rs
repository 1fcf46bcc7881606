//! `/restapi/v1.0/account/~/telephony/sessions/{id}/parties/{id}`: read, mute, remove, and the commands to it.
//!
//! Owns the paths; clients call them over HTTP. What a command does is in `commands`.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use serde_json::Value;

use super::commands;
use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};

type Place = Path<(String, String, String)>;
type ActionPlace = Path<(String, String, String, String)>;

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let path = "/restapi/v1.0/account/{account}/telephony/sessions/{session}/parties/{party}";
    let one = get(read).merge(patch(update)).merge(delete(remove));
    Router::new()
        .route(path, gated(one, exchange, Group::Light))
        .route(
            &format!("{path}/{{action}}"),
            gated(post(act), exchange, Group::Light),
        )
}

async fn read(
    State(exchange): State<Exchange>,
    Path((_, session, party)): Place,
) -> Result<Json<Value>, ApiError> {
    let number = exchange.any_party(&session, &party)?.number;
    exchange.party_json(&session, number).map(Json)
}

async fn update(
    State(exchange): State<Exchange>,
    Path((_, session, party)): Place,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let party = exchange.own_party(&session, &party)?;
    let body = parse(&body)?;
    // Documents and clients disagree whether the fields are wrapped.
    let fields = body.get("party").unwrap_or(&body);
    let muted = fields["muted"].as_bool();
    let stand_alone = fields["standAlone"].as_bool();
    if muted.is_none() && stand_alone.is_none() {
        return Err(ApiError::invalid("muted"));
    }
    if party.is_over() {
        return Err(ApiError::wrong_state(409));
    }
    exchange.update(&session, party.number, |party| {
        party.muted = muted.unwrap_or(party.muted);
        party.stand_alone = stand_alone.unwrap_or(party.stand_alone);
    });
    exchange.party_json(&session, party.number).map(Json)
}

/// Removes a party of a conference, a supervisor or a parked party; no other can be removed alone.
async fn remove(
    State(exchange): State<Exchange>,
    Path((_, session, party)): Place,
) -> Result<StatusCode, ApiError> {
    let party = exchange.any_party(&session, &party)?;
    if party.is_over() || (party.conference_role.is_none() && party.code != "Parked") {
        return Err(ApiError::wrong_state(403));
    }
    exchange.set_party(&session, party.number, "Disconnected", None);
    Ok(StatusCode::NO_CONTENT)
}

async fn act(
    State(exchange): State<Exchange>,
    Path((_, session, party, action)): ActionPlace,
    body: Bytes,
) -> Result<Response, ApiError> {
    commands::carry_out(&exchange, &session, &party, &action, &parse(&body)?)
}

/// Reads a JSON body; no body counts as an empty object.
pub(super) fn parse(body: &[u8]) -> Result<Value, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|_| ApiError::new(400, "CMN-103", "Body is not JSON"))
}
