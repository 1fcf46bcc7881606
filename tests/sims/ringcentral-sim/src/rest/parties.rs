//! `/restapi/v1.0/account/~/telephony/sessions/{id}/parties/{id}` and the operations on a party.
//!
//! Owns which state allows which operation; clients call them over HTTP. It never moves audio.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::Value;

use super::error::ApiError;
use super::exchange::{Effect, Exchange};
use super::gate::{Group, gated};
use crate::webhook::Party;

const RINGING: [&str; 2] = ["Setup", "Proceeding"];
const TALKING: [&str; 2] = ["Answered", "Hold"];
const TARGETS: [&str; 5] = [
    "phoneNumber",
    "extensionNumber",
    "extensionId",
    "voicemail",
    "parkOrbit",
];

type Place = Path<(String, String, String)>;
type ActionPlace = Path<(String, String, String, String)>;

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let path = "/restapi/v1.0/account/{account}/telephony/sessions/{session}/parties/{party}";
    let one = get(read).merge(patch(update));
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
    let number = exchange.own_party(&session, &party)?.number;
    exchange.party_json(&session, number).map(Json)
}

async fn update(
    State(exchange): State<Exchange>,
    Path((_, session, party)): Place,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let number = exchange.own_party(&session, &party)?.number;
    let body = parse(&body)?;
    // Documents and clients disagree whether the fields are wrapped.
    let fields = body.get("party").unwrap_or(&body);
    let muted = fields
        .get("muted")
        .and_then(Value::as_bool)
        .ok_or_else(|| ApiError::invalid("muted"))?;
    exchange.update(&session, number, |party| party.muted = muted);
    exchange.party_json(&session, number).map(Json)
}

async fn act(
    State(exchange): State<Exchange>,
    Path((_, session, party, action)): ActionPlace,
    body: Bytes,
) -> Result<Response, ApiError> {
    let party = exchange.own_party(&session, &party)?;
    let (number, code) = (party.number, party.code);
    let body = parse(&body)?;
    let expect = |allowed: &[&str], status: u16| match allowed.contains(&code.as_str()) {
        true => Ok(()),
        false => Err(ApiError::wrong_state(status)),
    };
    match action.as_str() {
        "answer" => {
            expect(&RINGING, 409)?;
            let device = body["deviceId"]
                .as_str()
                .ok_or_else(|| ApiError::invalid("deviceId"))?;
            if !exchange.affect(&session, Effect::AnswerOn(device.to_owned())) {
                exchange.change(&session, Party::Extension, "Answered", None);
            }
            // The party counts as answered while the device is being rung.
            let mut answer = exchange.party_json(&session, number)?;
            answer["status"]["code"] = "Answered".into();
            return Ok(Json(answer).into_response());
        }
        "reject" => {
            expect(&RINGING, 409)?;
            exchange.change(&session, Party::Extension, "Disconnected", Some("Rejected"));
            exchange.affect(&session, Effect::EndLeg);
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        "hold" => {
            expect(&["Answered"], 409)?;
            exchange.change(&session, Party::Extension, "Hold", None);
        }
        "unhold" => {
            expect(&["Hold"], 409)?;
            exchange.change(&session, Party::Extension, "Answered", None);
        }
        "forward" => {
            expect(&RINGING, 409)?;
            redirect(&exchange, &session, body)?;
        }
        "transfer" => {
            expect(&TALKING, 403)?;
            redirect(&exchange, &session, body)?;
        }
        _ => return Err(ApiError::new(404, "CMN-120", "Unknown URI")),
    }
    exchange
        .party_json(&session, number)
        .map(|party| Json(party).into_response())
}

/// Sends the caller elsewhere: our party is over, the caller's is not.
fn redirect(exchange: &Exchange, session: &str, body: Value) -> Result<(), ApiError> {
    let named = TARGETS
        .iter()
        .filter(|name| body.get(**name).is_some())
        .count();
    if named != 1 {
        return Err(ApiError::invalid("phoneNumber"));
    }
    exchange.change(
        session,
        Party::Extension,
        "Disconnected",
        Some("BlindTransfer"),
    );
    exchange.affect(session, Effect::Redirected(body));
    Ok(())
}

/// Reads a JSON body; no body counts as an empty object.
pub(super) fn parse(body: &[u8]) -> Result<Value, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|_| ApiError::new(400, "CMN-103", "Body is not JSON"))
}
