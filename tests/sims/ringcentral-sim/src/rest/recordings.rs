//! Recordings: started, paused and resumed on a party, described afterwards, and planted by tests.
//!
//! Owns what is recorded and when it shows up; clients call it over HTTP. Their bytes leave by the media host.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};
use super::media_host::MediaFault;
use super::parties::parse;
use crate::{wav, webhook};

/// Says who started a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingKind {
    /// Was started by the account's rules.
    Automatic,
    /// Was started by somebody in the call.
    OnDemand,
}

impl RecordingKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic",
            Self::OnDemand => "OnDemand",
        }
    }
}

/// Describes a recording to be found after a call.
#[derive(Debug, Clone)]
pub struct RecordingPlan {
    /// Holds the id; a new one is drawn when `None`.
    pub id: Option<String>,
    /// Holds the file.
    pub content: Bytes,
    /// Names its type, `audio/wav` by default.
    pub content_type: String,
    /// Tells its length in seconds.
    pub seconds: u64,
    /// Says who started it.
    pub kind: RecordingKind,
    /// Counts the readings of its call in the log that do not show it yet.
    pub polls: u32,
    /// Lists what happens to the downloads, one after the other; later ones succeed.
    pub faults: Vec<MediaFault>,
}

impl RecordingPlan {
    /// Plans a WAV file that shows up at once and downloads well.
    pub fn wav(content: impl Into<Bytes>, seconds: u64) -> Self {
        Self {
            id: None,
            content: content.into(),
            content_type: "audio/wav".to_owned(),
            seconds,
            kind: RecordingKind::Automatic,
            polls: 0,
            faults: Vec::new(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Recording {
    pub id: String,
    pub telephony_session_id: String,
    pub plan: RecordingPlan,
}

pub(super) fn new_id() -> String {
    webhook::digits(10)
}

const PARTY: &str =
    "/restapi/v1.0/account/{account}/telephony/sessions/{session}/parties/{party}/recordings";

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let one = "/restapi/v1.0/account/{account}/recording/{recording}";
    Router::new()
        .route(PARTY, gated(post(start), exchange, Group::Light))
        .route(
            &format!("{PARTY}/{{recording}}"),
            gated(patch(update), exchange, Group::Light),
        )
        .route(one, gated(get(read), exchange, Group::Heavy))
}

async fn start(
    State(exchange): State<Exchange>,
    Path((_, session, party)): Path<(String, String, String)>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let party = exchange.own_party(&session, &party)?;
    if party.code != "Answered" {
        return Err(ApiError::wrong_state(403));
    }
    if party.recordings.iter().any(|(_, active)| *active) {
        return Err(ApiError::wrong_state(409));
    }
    let id = new_id();
    exchange.update(&session, party.number, |party| {
        party.recordings.push((id.clone(), true));
    });
    Ok((
        StatusCode::CREATED,
        Json(json!({ "id": id, "active": true })),
    ))
}

async fn update(
    State(exchange): State<Exchange>,
    Path((_, session, party, recording)): Path<(String, String, String, String)>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let party = exchange.own_party(&session, &party)?;
    let active = parse(&body)?["active"]
        .as_bool()
        .ok_or_else(|| ApiError::invalid("active"))?;
    let known = party.recordings.iter().find(|(id, _)| *id == recording);
    let (_, was_active) = known.ok_or_else(|| ApiError::not_found("recordingId"))?;
    if party.code != "Answered" {
        return Err(ApiError::wrong_state(403));
    }
    if *was_active != active {
        exchange.update(&session, party.number, |party| {
            let own = party.recordings.iter_mut().find(|(id, _)| *id == recording);
            own.into_iter().for_each(|(_, now)| *now = active);
        });
    }
    Ok(Json(json!({ "id": recording, "active": active })))
}

async fn read(
    State(exchange): State<Exchange>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let state = exchange.state();
    let found = state.recordings.iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| ApiError::not_found("recordingId"))?;
    Ok(Json(json!({
        "id": id,
        "contentUri": exchange.content_uri(&id),
        "contentType": found.plan.content_type,
        "duration": found.plan.seconds,
    })))
}

impl Exchange {
    /// Adds a recording to a call, before or after its end, and tells its id.
    ///
    /// A plan with the id of a recording that was started in the call replaces that one's content.
    pub fn plant_recording(&self, telephony_session_id: &str, plan: RecordingPlan) -> String {
        let id = plan.id.clone().unwrap_or_else(new_id);
        let mut state = self.state();
        state.recordings.retain(|one| one.id != id);
        state.recordings.push(Recording {
            id: id.clone(),
            telephony_session_id: telephony_session_id.to_owned(),
            plan,
        });
        id
    }

    /// Gives the recordings that were started in a live call this content, unless a test has planted another.
    pub(crate) fn fill_recordings(&self, telephony_session_id: &str, wav: &Bytes) {
        let mut state = self.state();
        let Some(call) = state.calls.get(telephony_session_id) else {
            return;
        };
        let seconds = call.logged().seconds;
        let started = call.parties.iter().flat_map(|party| &party.recordings);
        let ids: Vec<String> = started.map(|(id, _)| id.clone()).collect();
        for id in ids {
            if state.recordings.iter().all(|known| known.id != id) {
                state.recordings.push(Recording {
                    id,
                    telephony_session_id: telephony_session_id.to_owned(),
                    plan: RecordingPlan::wav(wav.clone(), seconds),
                });
            }
        }
    }

    /// Makes a recording vanish, as when its time is up.
    pub fn delete_recording(&self, id: &str) {
        self.state().recordings.retain(|one| one.id != id);
    }

    pub(super) fn content_uri(&self, id: &str) -> String {
        let (host, account) = (&self.hosts().media, &self.config().account_id);
        format!("{host}/restapi/v1.0/account/{account}/recording/{id}/content")
    }
}

/// Makes the file of a recording whose content nobody planted: a second of silence.
pub(super) fn silence() -> Bytes {
    wav::write(&[&[0; 8000]]).into()
}
