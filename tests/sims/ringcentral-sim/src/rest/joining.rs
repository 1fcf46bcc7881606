//! Calls that come together: bridged, supervised, brought into a conference; and calls made for a device.
//!
//! Owns these operations; clients call them over HTTP. Audio of a conference or a supervisor is not simulated.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::commands::{Asked, Done};
use super::error::ApiError;
use super::exchange::{Effect, Exchange, Placement};
use super::gate::{Group, gated};
use super::parties::parse;
use crate::webhook::{Endpoint, Party, PartyState, Peer, Session, digits};

const BASE: &str = "/restapi/v1.0/account/{account}/telephony";
/// Is what conferences show as their decimal id.
const NO_SESSION: &str = "0";

type Made = Result<(StatusCode, Json<Value>), ApiError>;

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let light = |route| gated(route, exchange, Group::Light);
    let heavy = |route| gated(route, exchange, Group::Heavy);
    let session = format!("{BASE}/sessions/{{session}}");
    Router::new()
        .route(&format!("{BASE}/call-out"), heavy(post(call_out)))
        .route(&format!("{BASE}/conference"), heavy(post(conference)))
        .route(&format!("{session}/supervise"), light(post(supervise_all)))
        .route(
            &format!("{session}/parties/bring-in"),
            light(post(bring_in)),
        )
}

/// Connects the caller with the outside end of another call of ours (warm transfer).
pub(super) fn bridge(asked: &Asked) -> Result<Done, ApiError> {
    let other = asked.text("telephonySessionId")?;
    let other_party = asked.text("partyId")?;
    let found = asked.exchange.own_party(other, other_party)?;
    if other == asked.session {
        return Err(ApiError::invalid("telephonySessionId"));
    }
    if !matches!(found.code.as_str(), "Answered" | "Hold") {
        return Err(ApiError::wrong_state(409));
    }
    asked.exchange.attend(asked.session, other);
    asked.affect(Effect::Bridge(other.to_owned()));
    Ok(Done::Party(asked.party.number))
}

/// Adds a listening supervisor to a party's call.
pub(super) fn supervise(asked: &Asked) -> Result<Done, ApiError> {
    if asked.body["mode"] != "Listen" {
        return Err(ApiError::invalid("mode"));
    }
    asked.text("supervisorDeviceId")?;
    let own = asked.exchange.config().extension_id.clone();
    let party = PartyState {
        extension_id: Some(own.clone()),
        inbound: true,
        from: asked.party.to.clone(),
        to: Endpoint::default().at(&own),
        conference_role: Some("Participant"),
        muted: true,
        ..PartyState::default()
    };
    let number = asked.exchange.join(asked.session, party);
    let set = |code: &str| {
        asked
            .exchange
            .set_party(asked.session, number, code, Some("Supervising"));
    };
    set("Proceeding");
    set("Answered");
    Ok(Done::Created(number))
}

async fn supervise_all(
    State(exchange): State<Exchange>,
    Path((_, session)): Path<(String, String)>,
    body: Bytes,
) -> Made {
    let body = parse(&body)?;
    let party = {
        let state = exchange.state();
        let call = state.call(&session)?;
        let number = call.session.number_of(Party::Extension);
        call.party(number).cloned()
    };
    let party = party.ok_or_else(|| ApiError::not_found("partyId"))?;
    if !matches!(party.code.as_str(), "Answered" | "Hold") {
        return Err(ApiError::wrong_state(403));
    }
    let asked = Asked {
        exchange: &exchange,
        session: &session,
        party,
        body: &body,
    };
    match supervise(&asked)? {
        Done::Created(number) => {
            let party = exchange.party_json(&session, number)?;
            Ok((StatusCode::CREATED, Json(party)))
        }
        _ => Err(ApiError::wrong_state(403)),
    }
}

/// Makes a conference with nobody in it; its host dials the token.
async fn conference(State(exchange): State<Exchange>) -> Made {
    let mut session = exchange.own_session(Session::outbound("conference", ""));
    session.session_id = NO_SESSION.to_owned();
    let token = format!("conf_{}", digits(12));
    let host = PartyState {
        conference_role: Some("Host"),
        ..session.party(Party::Extension)
    };
    // Nobody carries a conference: it lasts until it is dropped.
    let _ = exchange.admit(&session, vec![host]);
    let id = session.telephony_session_id.clone();
    exchange.set_party(&id, 1, "Setup", None);
    let mut made = exchange.session(&id)?;
    made["origin"]["type"] = json!("Conference");
    made["voiceCallToken"] = json!(token);
    Ok((StatusCode::CREATED, Json(json!({ "session": made }))))
}

/// Takes a party of another call into a conference.
async fn bring_in(
    State(exchange): State<Exchange>,
    Path((_, conference)): Path<(String, String)>,
    body: Bytes,
) -> Made {
    let body = parse(&body)?;
    let text = |name: &'static str| body[name].as_str().ok_or_else(|| ApiError::invalid(name));
    let (session, party_id) = (text("sessionId")?, text("partyId")?);
    let party = exchange.any_party(session, party_id)?;
    exchange.state().call(&conference)?;
    if !matches!(party.code.as_str(), "Answered" | "Hold") {
        return Err(ApiError::wrong_state(403));
    }
    let joined = PartyState {
        number: 0,
        code: String::new(),
        conference_role: Some("Participant"),
        call_id: None,
        ..party.clone()
    };
    let number = exchange.join(&conference, joined);
    exchange.set_party(&conference, number, "Answered", None);
    let joined_id = {
        let state = exchange.state();
        state.call(&conference)?.session.party_id_of(number)
    };
    exchange.update(session, party.number, |party| {
        "Gone".clone_into(&mut party.code);
        party.reason = Some("Conference".to_owned());
        party.peer = Some(Peer {
            telephony_session_id: conference.clone(),
            session_id: NO_SESSION.to_owned(),
            party_id: joined_id,
        });
    });
    exchange.affect(session, Effect::Wait("a conference".to_owned()));
    let party = exchange.party_json(&conference, number)?;
    Ok((StatusCode::CREATED, Json(party)))
}

/// Calls somebody for the device, which rings first and is asked to answer at once.
async fn call_out(State(exchange): State<Exchange>, body: Bytes) -> Made {
    let body = parse(&body)?;
    let device = body["from"]["deviceId"].as_str();
    let device = device.ok_or_else(|| ApiError::invalid("from.deviceId"))?;
    let sip = exchange.config().sip.as_ref();
    if sip.is_some_and(|sip| sip.account.authorization_id != device) {
        return Err(ApiError::not_found("deviceId"));
    }
    let targets = ["phoneNumber", "extensionNumber"];
    let to = targets
        .iter()
        .find_map(|name| body["to"][*name].as_str())
        .ok_or_else(|| ApiError::invalid("to.phoneNumber"))?;
    let own_number = exchange.config().own_number();
    let session = exchange.own_session(Session::outbound(to, own_number));
    let parties = vec![
        session.party(Party::Extension),
        session.party(Party::Caller),
    ];
    let effects = exchange.admit(&session, parties);
    let id = session.telephony_session_id.clone();
    exchange.set_party(&id, 1, "Setup", None);
    let made = exchange.session(&id)?;
    exchange.place(Placement { session, effects });
    Ok((StatusCode::CREATED, Json(json!({ "session": made }))))
}
