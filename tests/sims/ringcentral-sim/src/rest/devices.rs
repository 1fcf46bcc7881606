//! Extension, devices and SIP credentials, as far as a telephone needs them.
//!
//! Owns three read operations; clients call them over HTTP. It never registers anything.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let base = "/restapi/v1.0/account/{account}";
    Router::new()
        .route(
            &format!("{base}/extension/{{extension}}"),
            gated(get(extension), exchange, Group::Light),
        )
        .route(
            &format!("{base}/extension/{{extension}}/device"),
            gated(get(devices), exchange, Group::Light),
        )
        .route(
            &format!("{base}/device/{{device}}/sip-info"),
            gated(get(sip_info), exchange, Group::Light),
        )
}

async fn extension(State(exchange): State<Exchange>) -> Json<Value> {
    let config = exchange.config();
    Json(
        json!({ "id": config.extension_id, "extensionNumber": "101", "name": "Front Desk", "status": "Enabled" }),
    )
}

async fn devices(State(exchange): State<Exchange>) -> Json<Value> {
    let sip = exchange.config().sip.as_ref();
    let device = |sip: &super::server::SipAccess| json!({ "id": sip.account.authorization_id, "type": "OtherPhone", "name": "Existing Phone", "status": "Online" });
    Json(json!({ "records": sip.map(device).into_iter().collect::<Vec<_>>() }))
}

async fn sip_info(
    State(exchange): State<Exchange>,
    Path((_, device)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let sip = exchange.config().sip.as_ref();
    let sip = sip
        .filter(|sip| sip.account.authorization_id == device)
        .ok_or_else(|| ApiError::not_found("deviceId"))?;
    Ok(Json(json!({
        "domain": sip.account.domain,
        "outboundProxies": [{ "region": "NA", "proxy": sip.tcp.to_string(), "proxyTLS": sip.tls.to_string() }],
        "userName": sip.account.user_name,
        "password": sip.account.password,
        "authorizationId": sip.account.authorization_id,
    })))
}
