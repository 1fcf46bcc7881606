//! Presence of the extension, with the calls it has.
//!
//! Owns one read operation in two paths; clients call it over HTTP. It never changes a call.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::CallState;
use super::exchange::Exchange;
use super::gate::{Group, gated};
use crate::webhook::PartyState;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wanted {
    detailed_telephony_state: bool,
    sip_data: bool,
}

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let account = "/restapi/v1.0/account/{account}";
    Router::new()
        .route(
            &format!("{account}/extension/{{extension}}/presence"),
            gated(get(own), exchange, Group::Light),
        )
        .route(
            &format!("{account}/presence"),
            gated(get(company), exchange, Group::Heavy),
        )
}

async fn own(State(exchange): State<Exchange>, Query(wanted): Query<Wanted>) -> Json<Value> {
    Json(presence(&exchange, &wanted))
}

async fn company(State(exchange): State<Exchange>, Query(wanted): Query<Wanted>) -> Json<Value> {
    Json(json!({ "records": [presence(&exchange, &wanted)] }))
}

fn presence(exchange: &Exchange, wanted: &Wanted) -> Value {
    let state = exchange.state();
    let own = &exchange.config().extension_id;
    let mut calls = Vec::new();
    for call in state.calls.values() {
        let ours = |party: &&PartyState| party.extension_id.as_ref() == Some(own);
        let live = call
            .parties
            .iter()
            .filter(ours)
            .find(|party| !party.is_over());
        calls.extend(live.map(|party| active(call, party, wanted)));
    }
    let status = |calls: &[Value]| {
        let first = calls.first().map(|call| call["telephonyStatus"].clone());
        first.unwrap_or(json!("NoCall"))
    };
    let mut shown = json!({
        "extension": { "id": own.parse::<u64>().ok(), "extensionNumber": "101" },
        "presenceStatus": if calls.is_empty() { "Available" } else { "Busy" },
        "telephonyStatus": status(&calls),
        "userStatus": "Available",
        "dndStatus": "TakeAllCalls",
    });
    if wanted.detailed_telephony_state {
        shown["activeCalls"] = json!(calls);
    }
    shown
}

fn active(call: &CallState, party: &PartyState, wanted: &Wanted) -> Value {
    let session = &call.session;
    let status = match party.code.as_str() {
        "Setup" | "Proceeding" => "Ringing",
        "Hold" => "OnHold",
        "Parked" => "ParkedCall",
        _ => "CallConnected",
    };
    let connected = party.call_id.as_ref().filter(|_| party.code == "Answered");
    let number = |party: &PartyState, from: bool| match from {
        true => party.from.phone_number.clone(),
        false => party.to.phone_number.clone(),
    };
    let mut shown = json!({
        // The Call-ID stands here once the call is connected, and something else before.
        "id": connected.cloned().unwrap_or_else(|| session.session_id.clone()),
        "direction": if party.inbound { "Inbound" } else { "Outbound" },
        "queueCall": party.queue.is_some(),
        "from": number(party, true),
        "fromName": party.from.name,
        "to": number(party, false),
        "toName": party.to.name,
        "telephonyStatus": status,
        "sessionId": session.session_id,
        "telephonySessionId": session.telephony_session_id,
        "partyId": session.party_id_of(party.number),
        "startTime": session.started.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
    });
    if let Some(call_id) = connected.filter(|_| wanted.sip_data) {
        shown["sipData"] = json!({ "callId": call_id, "toTag": "sim-to", "fromTag": "sim-from" });
    }
    shown
}
