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

async fn extension(
    State(exchange): State<Exchange>,
    Path((_, asked)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let config = exchange.config();
    if asked != "~" && asked != config.extension_id {
        return Err(ApiError::not_found("extensionId"));
    }
    let (account, own) = (&config.account_id, &config.extension_id);
    let uri = format!("{}/restapi/v1.0/account/{account}", exchange.hosts().rest);
    // Ids of extension and account are numbers in this answer, if they look like numbers.
    let id = |text: &str| text.parse::<u64>().map_or(json!(text), |id| json!(id));
    Ok(Json(json!({
        "uri": format!("{uri}/extension/{own}"),
        "id": id(own),
        "account": { "uri": uri, "id": account },
        "extensionNumber": "101",
        "name": "Front Desk",
        "contact": { "firstName": "Front", "lastName": "Desk", "email": "desk@example.com" },
        "type": "User",
        "status": "Enabled",
        "hidden": false,
        "setupWizardState": "Completed",
    })))
}

async fn devices(State(exchange): State<Exchange>) -> Json<Value> {
    let sip = exchange.config().sip.as_ref();
    let device = |sip: &super::server::SipAccess| {
        json!({
            "id": sip.account.authorization_id, "type": "OtherPhone", "name": "Existing Phone",
            "serial": "123456789012", "status": "Online", "phoneLines": [], "linePooling": "None",
        })
    };
    let records: Vec<Value> = sip.map(device).into_iter().collect();
    Json(json!({ "records": records }))
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
