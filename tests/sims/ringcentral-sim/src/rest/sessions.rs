//! `/restapi/v1.0/account/~/telephony/sessions/{id}`: read and drop a call.
//!
//! Owns these two operations; clients call them over HTTP. It never controls one party alone.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::Value;

use super::error::ApiError;
use super::exchange::{Effect, Exchange};
use super::gate::{Group, gated};
use crate::webhook::Party;

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let both = get(read).merge(delete(drop_call));
    let path = "/restapi/v1.0/account/{account}/telephony/sessions/{session}";
    Router::new().route(path, gated(both, exchange, Group::Light))
}

async fn read(
    State(exchange): State<Exchange>,
    Path((_, session)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    exchange.session(&session).map(Json)
}

async fn drop_call(
    State(exchange): State<Exchange>,
    Path((_, session)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    exchange.session(&session)?;
    exchange.affect(&session, Effect::EndLeg);
    exchange.change(&session, Party::Extension, "Disconnected", None);
    exchange.change(&session, Party::Caller, "Disconnected", None);
    Ok(StatusCode::NO_CONTENT)
}
