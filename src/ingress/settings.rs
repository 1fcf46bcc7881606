//! Owns the settings in the API: how they stand, and their change, also of the business profile. Called by owners and
//! their tools. Never judges a value itself; a change is taken whole or refused whole with every reason.

use super::routes::{Ingress, error};
use crate::config::{Change, FileProblem, Refusal};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

type Wanted = Result<Json<Map<String, Value>>, JsonRejection>;

/// `GET /api/v1/settings`: what holds for calls from now on, since when, from where; and why the file does not.
pub(super) async fn get(State(ingress): State<Arc<Ingress>>) -> Response {
    shown(&ingress)
}

/// `PUT /api/v1/settings`: what is named holds, everything else is as in the environment.
pub(super) async fn put(State(ingress): State<Arc<Ingress>>, body: Wanted) -> Response {
    change(&ingress, Change::Whole, body).await
}

/// `PATCH /api/v1/settings`: what is named changes; `null` takes it back to the environment.
pub(super) async fn patch(State(ingress): State<Arc<Ingress>>, body: Wanted) -> Response {
    change(&ingress, Change::Some, body).await
}

/// `PUT /api/v1/business`: the profile of the business, whole, as TOML.
pub(super) async fn put_business(State(ingress): State<Arc<Ingress>>, body: String) -> Response {
    match ingress.settings.change_profile(&body).await {
        Ok(()) => super::api::business(State(ingress)).await,
        Err(refusal) => refused(&refusal),
    }
}

async fn change(ingress: &Ingress, change: Change, body: Wanted) -> Response {
    let wanted = match body {
        Ok(Json(wanted)) => wanted,
        Err(rejection) => return error(rejection.status(), &rejection.body_text()),
    };
    match ingress.settings.change(change, &wanted).await {
        Ok(()) => shown(ingress),
        Err(refusal) => refused(&refusal),
    }
}

fn shown(ingress: &Ingress) -> Response {
    let standing = ingress.settings.standing();
    let body = json!({
        "version": standing.version,
        "at": standing.at,
        "from": standing.source,
        "values": standing.values,
        "business": ingress.profile.get().name,
        "file": ingress.settings.file(),
        "refused": problems(&standing.refused),
    });
    Json(body).into_response()
}

fn refused(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Problems(found) => {
            let body = json!({ "error": refusal.to_string(), "problems": problems(found) });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
        Refusal::NotKept(_) => error(StatusCode::SERVICE_UNAVAILABLE, &refusal.to_string()),
    }
}

fn problems(found: &[FileProblem]) -> Vec<Value> {
    let told = |one: &FileProblem| {
        json!({
            "key": one.key,
            "place": one.place(),
            "found": one.found,
            "expected": one.expected,
        })
    };
    found.iter().map(told).collect()
}
