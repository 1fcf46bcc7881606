//! The call log of the extension and of the company.
//!
//! Owns the records of past calls, and what of them a query sees; clients call it over HTTP. It never ends a call.

use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::CallState;
use super::error::ApiError;
use super::exchange::{Exchange, State as Account};
use super::gate::{Group, gated};
use super::recordings::{Recording, RecordingKind, RecordingPlan, silence};
use crate::webhook::{Session, digits};

const PER_PAGE: (usize, usize) = (100, 1000);

/// Holds one record of the log; its recordings are found by the session's id.
#[derive(Debug, Clone)]
pub struct LoggedCall {
    /// Holds identifiers, numbers and the time of the beginning.
    pub session: Session,
    /// Says whether the call came from outside.
    pub inbound: bool,
    /// Tells how long it was connected.
    pub seconds: u64,
    /// Holds the result, such as `Accepted` or `Missed`.
    pub result: String,
    /// Holds the reason, such as `Too Many Calls`.
    pub reason: Option<String>,
    /// Counts the readings of the log that do not show the record yet.
    pub polls: u32,
    /// Holds the record's id.
    pub id: String,
}

impl LoggedCall {
    /// Describes an inbound call that was not connected.
    pub fn of(session: &Session, result: &str) -> Self {
        Self {
            session: session.clone(),
            inbound: true,
            seconds: 0,
            result: result.to_owned(),
            reason: None,
            polls: 0,
            id: format!("LI{}", digits(12)),
        }
    }

    fn json(&self, uri: &str, recordings: &[Value], detailed: bool) -> Value {
        let session = &self.session;
        let (ours, theirs) = (
            json!({ "phoneNumber": session.to, "name": session.to_name }),
            json!({ "phoneNumber": session.from, "name": session.from_name }),
        );
        let (from, to) = match self.inbound {
            true => (theirs, ours),
            false => (ours, theirs),
        };
        let started = session.started;
        let mut record = json!({
            "uri": format!("{uri}/{}", self.id),
            "id": self.id,
            "sessionId": session.session_id,
            "telephonySessionId": session.telephony_session_id,
            "startTime": started.to_rfc3339_opts(SecondsFormat::Millis, true),
            "duration": self.seconds,
            "type": "Voice",
            "internalType": "Local",
            "direction": if self.inbound { "Inbound" } else { "Outbound" },
            "action": if self.inbound { "Phone Call" } else { "VoIP Call" },
            "result": self.result,
            "from": from,
            "to": to,
            // Ids inside the log may be numbers, unlike everywhere else.
            "extension": { "id": session.extension_id.parse::<u64>().ok() },
        });
        if let Some(reason) = &self.reason {
            record["reason"] = json!(reason);
        }
        if let Some(first) = recordings.first() {
            record["recording"] = first.clone();
        }
        if detailed {
            record["legs"] = self.legs(recordings);
        }
        record
    }

    fn legs(&self, recordings: &[Value]) -> Value {
        let mut first = json!({
            "legType": if self.inbound { "Accept" } else { "SipToPstn" },
            "master": true,
            "direction": if self.inbound { "Inbound" } else { "Outbound" },
            "result": self.result,
            "duration": self.seconds,
        });
        if let Some(recording) = recordings.first() {
            first["recording"] = recording.clone();
        }
        let mut legs = vec![first];
        if self.inbound {
            legs.push(json!({
                "legType": "PstnToSip", "master": false, "direction": "Outbound", "action": "VoIP Call",
            }));
        }
        // One recording per leg: whatever more there is belongs to further legs.
        for recording in recordings.iter().skip(1) {
            legs.push(json!({ "legType": "Accept", "master": false, "recording": recording }));
        }
        json!(legs)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    telephony_session_id: Option<String>,
    session_id: Option<String>,
    view: Option<String>,
    recording_type: Option<String>,
    direction: Option<String>,
    phone_number: Option<String>,
    date_from: Option<DateTime<Utc>>,
    date_to: Option<DateTime<Utc>>,
    per_page: Option<usize>,
    page: Option<usize>,
}

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let base = "/restapi/v1.0/account/{account}";
    let heavy = |route| gated(route, exchange, Group::Heavy);
    Router::new()
        .route(&format!("{base}/call-log"), heavy(get(company)))
        .route(
            &format!("{base}/extension/{{extension}}/call-log"),
            heavy(get(own)),
        )
        .route(
            &format!("{base}/extension/{{extension}}/active-calls"),
            heavy(get(active)),
        )
}

async fn company(
    State(exchange): State<Exchange>,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let uri = format!("/restapi/v1.0/account/{}", exchange.config().account_id);
    read(&exchange, &format!("{uri}/call-log"), filter)
}

async fn own(
    State(exchange): State<Exchange>,
    Path((_, extension)): Path<(String, String)>,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let config = exchange.config();
    if extension != "~" && extension != config.extension_id {
        return Err(ApiError::not_found("extensionId"));
    }
    let uri = format!(
        "/restapi/v1.0/account/{}/extension/{}/call-log",
        config.account_id, config.extension_id
    );
    read(&exchange, &uri, filter)
}

/// Lists live calls, which the log itself does not show.
async fn active(State(exchange): State<Exchange>, Query(filter): Query<Filter>) -> Json<Value> {
    let state = exchange.state();
    let uri = "/restapi/v1.0/account/~/extension/~/active-calls";
    let detailed = filter.view.as_deref() == Some("Detailed");
    let live = state.calls.values().map(CallState::logged);
    let records: Vec<Value> = live.map(|call| call.json(uri, &[], detailed)).collect();
    Json(page(uri, &Filter::default(), &records))
}

fn read(
    exchange: &Exchange,
    uri: &str,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(filter) = filter.map_err(|_| ApiError::invalid("dateFrom"))?;
    if filter.per_page == Some(0) || filter.per_page.is_some_and(|asked| asked > PER_PAGE.1) {
        return Err(ApiError::invalid("perPage"));
    }
    if filter.page == Some(0) {
        return Err(ApiError::invalid("page"));
    }
    let uri = format!("{}{uri}", exchange.hosts().rest);
    let rest = &exchange.hosts().rest;
    let mut state = exchange.state();
    let Account {
        log, recordings, ..
    } = &mut *state;
    let mut found = Vec::new();
    for call in log.iter_mut().rev().filter(|call| filter.wants(call)) {
        if call.polls > 0 {
            call.polls -= 1;
            continue;
        }
        let mut shown = Vec::new();
        for recording in recordings.iter_mut() {
            if recording.telephony_session_id != call.session.telephony_session_id {
                continue;
            }
            match recording.plan.polls {
                0 => shown.push(recording_json(exchange, rest, recording)),
                _ => recording.plan.polls -= 1,
            }
        }
        let of_kind = |one: &&Value| match filter.recording_type.as_deref() {
            None | Some("All") => true,
            Some(kind) => one["type"] == kind,
        };
        let shown: Vec<Value> = shown.iter().filter(of_kind).cloned().collect();
        if filter.recording_type.is_none() || !shown.is_empty() {
            found.push(call.json(&uri, &shown, filter.view.as_deref() == Some("Detailed")));
        }
    }
    Ok(Json(page(&uri, &filter, &found)))
}

fn recording_json(exchange: &Exchange, rest: &str, recording: &Recording) -> Value {
    let (id, account) = (&recording.id, &exchange.config().account_id);
    json!({
        "id": id,
        "uri": format!("{rest}/restapi/v1.0/account/{account}/recording/{id}"),
        "type": recording.plan.kind.name(),
        "contentUri": exchange.content_uri(id),
    })
}

fn page(uri: &str, filter: &Filter, records: &[Value]) -> Value {
    let per_page = filter.per_page.unwrap_or(PER_PAGE.0);
    let number = filter.page.unwrap_or(1);
    let pages = records.len().div_ceil(per_page).max(1);
    let start = (number - 1) * per_page;
    let shown: Vec<&Value> = records.iter().skip(start).take(per_page).collect();
    let link = |number: usize| json!({ "uri": format!("{uri}?page={number}&perPage={per_page}") });
    let mut navigation = json!({ "firstPage": link(1), "lastPage": link(pages) });
    if number < pages {
        navigation["nextPage"] = link(number + 1);
    }
    if number > 1 {
        navigation["previousPage"] = link(number - 1);
    }
    json!({
        "uri": uri,
        "records": shown,
        "paging": {
            "page": number, "perPage": per_page, "pageStart": start,
            "pageEnd": (start + shown.len()).saturating_sub(1),
            "totalPages": pages, "totalElements": records.len(),
        },
        "navigation": navigation,
    })
}

impl Filter {
    fn wants(&self, call: &LoggedCall) -> bool {
        let session = &call.session;
        let is =
            |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|asked| asked == value);
        let named = self.telephony_session_id.is_some() || self.session_id.is_some();
        let since = self.date_from.unwrap_or(Utc::now() - TimeDelta::days(1));
        let direction = if call.inbound { "Inbound" } else { "Outbound" };
        is(&self.telephony_session_id, &session.telephony_session_id)
            && is(&self.session_id, &session.session_id)
            && is(&self.direction, direction)
            && is(
                &self.phone_number,
                session.from.as_deref().unwrap_or_default(),
            )
            && (named && self.date_from.is_none() || session.started >= since)
            && self.date_to.is_none_or(|until| session.started < until)
    }
}

impl Exchange {
    /// Puts a past call into the log.
    pub fn plant_call(&self, call: LoggedCall) {
        self.state().log.push(call);
    }

    /// Lists the log, oldest first.
    pub fn call_log(&self) -> Vec<LoggedCall> {
        self.state().log.clone()
    }

    /// Lets calls that end from now on show up in the log only after so many readings.
    pub fn delay_call_log(&self, polls: u32) {
        self.state().log_delay_polls = polls;
    }
}

impl Account {
    /// Puts a call that is over into the log, with a file for every recording that was started in it.
    pub(super) fn log_call(&mut self, call: &CallState, automatic: bool) {
        let logged = call.logged();
        let session = &call.session.telephony_session_id;
        let recordings = call.parties.iter().flat_map(|party| &party.recordings);
        for (place, (id, _)) in recordings.enumerate() {
            if self.recordings.iter().any(|known| known.id == *id) {
                continue;
            }
            self.recordings.push(Recording {
                id: id.clone(),
                telephony_session_id: session.clone(),
                plan: RecordingPlan {
                    kind: match automatic && place == 0 {
                        true => RecordingKind::Automatic,
                        false => RecordingKind::OnDemand,
                    },
                    ..RecordingPlan::wav(silence(), logged.seconds.max(1))
                },
            });
        }
        self.log.push(LoggedCall {
            polls: self.log_delay_polls,
            ..logged
        });
    }
}
