//! Owns the read API: calls, one call with its journal and transcripts, cards, bookings. Called by owners and engineers. Never
//! changes anything.

use super::export;
use super::routes::{Ingress, error};
use super::search::SearchQuery;
use crate::adapters::store::ReadError;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maitred_actors::types::CallId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Rows of a page where the request names no number.
const PAGE: u64 = 50;

/// What a list may be asked for.
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    cursor: Option<String>,
    limit: Option<u64>,
}

/// How a call may be exported.
#[derive(Debug, Deserialize)]
pub(super) struct ExportQuery {
    format: Option<String>,
}

/// `GET /api/v1/calls`: newest first; of those that are searched for.
pub(super) async fn calls(
    State(ingress): State<Arc<Ingress>>,
    Query(page): Query<ListQuery>,
    Query(search): Query<SearchQuery>,
) -> Response {
    let filter = match search.filter(&ingress.time_zone) {
        Ok(filter) => filter,
        Err(expected) => return error(StatusCode::BAD_REQUEST, expected),
    };
    let limit = page.limit.unwrap_or(PAGE);
    answer(
        ingress
            .reading
            .calls(filter, page.cursor.as_deref(), limit)
            .await,
    )
}

/// `GET /api/v1/calls/{id}/export?format=json|text`: everything that is known of a call, to be kept elsewhere.
pub(super) async fn export(
    State(ingress): State<Arc<Ingress>>,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Response {
    let call = match ingress.reading.call(&CallId::new(id)).await {
        Ok(Some(call)) => call,
        Ok(None) => return error(StatusCode::NOT_FOUND, "no such call"),
        Err(reason) => return failure(&reason),
    };
    match query.format.as_deref().unwrap_or("json") {
        "json" => axum::Json(call).into_response(),
        "text" => export::text(&call, &ingress.time_zone).into_response(),
        _ => error(StatusCode::BAD_REQUEST, "format is json or text"),
    }
}

/// `GET /api/v1/calls/{id}`: record, journal and transcript.
pub(super) async fn call(State(ingress): State<Arc<Ingress>>, Path(id): Path<String>) -> Response {
    match ingress.reading.call(&CallId::new(id)).await {
        Ok(Some(call)) => axum::Json(call).into_response(),
        Ok(None) => error(StatusCode::NOT_FOUND, "no such call"),
        Err(reason) => failure(&reason),
    }
}

/// `GET /api/v1/bookings`: the last made first.
pub(super) async fn bookings(
    State(ingress): State<Arc<Ingress>>,
    Query(query): Query<ListQuery>,
) -> Response {
    let limit = query.limit.unwrap_or(PAGE);
    answer(
        ingress
            .reading
            .bookings(query.cursor.as_deref(), limit)
            .await,
    )
}

/// `GET /api/v1/business`: the profile by which new calls go, and what is wrong with a version that was refused.
pub(super) async fn business(State(ingress): State<Arc<Ingress>>) -> Response {
    let refused: Vec<String> = ingress
        .profile
        .refused()
        .iter()
        .map(ToString::to_string)
        .collect();
    let body = json!({ "profile": ingress.profile.get(), "refused": refused });
    axum::Json(body).into_response()
}

/// `GET /api/v1/cards`: one for each call, the last call first.
pub(super) async fn cards(
    State(ingress): State<Arc<Ingress>>,
    Query(query): Query<ListQuery>,
) -> Response {
    let limit = query.limit.unwrap_or(PAGE);
    answer(ingress.reading.cards(query.cursor.as_deref(), limit).await)
}

fn answer<T: Serialize>(result: Result<T, ReadError>) -> Response {
    match result {
        Ok(page) => axum::Json(page).into_response(),
        Err(reason) => failure(&reason),
    }
}

fn failure(reason: &ReadError) -> Response {
    let status = match reason {
        ReadError::Cursor => StatusCode::BAD_REQUEST,
        ReadError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    error(status, &reason.to_string())
}
