//! Texts: sent, kept, and read back; and the numbers they can be sent from.
//!
//! Owns the message store; clients call it over HTTP. It never delivers a text to anybody.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};
use super::parties::parse;
use crate::webhook::digits;

/// Limits a text, in UTF-16 units.
const UNITS_MAX: usize = 1000;
const RECIPIENTS_MAX: usize = 10;

/// Holds one text that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentText {
    /// Holds its id.
    pub id: String,
    /// Holds the number it was sent from.
    pub from: String,
    /// Lists the numbers it goes to.
    pub to: Vec<String>,
    /// Holds the text.
    pub text: String,
    /// Holds the status, `Queued` at first.
    pub status: String,
    /// Tells when it was taken.
    pub at: DateTime<Utc>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    direction: Option<String>,
    phone_number: Option<String>,
    date_from: Option<DateTime<Utc>>,
}

pub(super) fn routes(exchange: &Exchange) -> Router<Exchange> {
    let base = "/restapi/v1.0/account/{account}/extension/{extension}";
    let store = format!("{base}/message-store");
    Router::new()
        .route(
            &format!("{base}/sms"),
            gated(post(send), exchange, Group::Medium),
        )
        .route(
            &format!("{base}/phone-number"),
            gated(get(numbers), exchange, Group::Light),
        )
        .route(&store, gated(get(list), exchange, Group::Light))
        .route(
            &format!("{store}/{{message}}"),
            gated(get(read), exchange, Group::Light),
        )
}

async fn send(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let body = read_body(&headers, &body)?;
    let from = body["from"]["phoneNumber"].as_str();
    let from = from.ok_or_else(|| ApiError::invalid("from.phoneNumber"))?;
    if exchange.config().number_with("SmsSender") != Some(from) {
        let message = "Phone number doesn't belong to extension";
        return Err(ApiError::new(403, "MSG-304", message));
    }
    let to: Option<Vec<String>> = body["to"].as_array().and_then(|list| {
        list.iter()
            .map(|one| {
                one["phoneNumber"]
                    .as_str()
                    .filter(|number| is_number(number))
            })
            .map(|number| number.map(str::to_owned))
            .collect()
    });
    let to = to
        .filter(|to| (1..=RECIPIENTS_MAX).contains(&to.len()))
        .ok_or_else(|| ApiError::invalid("to.phoneNumber"))?;
    let text = body["text"].as_str().unwrap_or_default();
    if text.is_empty() || text.encode_utf16().count() > UNITS_MAX {
        return Err(ApiError::invalid("text"));
    }
    let sent = SentText {
        id: digits(12),
        from: from.to_owned(),
        to,
        text: text.to_owned(),
        status: "Queued".to_owned(),
        at: Utc::now(),
    };
    let answer = exchange.text_json(&sent);
    exchange.state().texts.push(sent);
    Ok(Json(answer))
}

/// Reads JSON, or the JSON part of a form: the vendor's typed SDK sends texts like messages with pictures.
fn read_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    let content_type = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("application/json") {
        return parse(body);
    }
    let boundary = content_type
        .strip_prefix("multipart/form-data")
        .and_then(|rest| rest.split_once("boundary="))
        .map(|(_, boundary)| format!("--{}", boundary.trim_matches('"')));
    let Some(boundary) = boundary else {
        return Err(ApiError::new(415, "CMN-115", "Unsupported media type"));
    };
    let text = String::from_utf8_lossy(body);
    let part = text.split(boundary.as_str()).find_map(|part| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let is_json = head.to_ascii_lowercase().contains("application/json");
        is_json.then_some(content)
    });
    parse(part.unwrap_or_default().as_bytes())
}

async fn numbers(State(exchange): State<Exchange>) -> Json<Value> {
    let number = |(number, features): &(String, Vec<String>)| {
        json!({
            "id": 1_001, "phoneNumber": number, "usageType": "DirectNumber", "type": "VoiceFax",
            "paymentType": "Local", "features": features,
        })
    };
    let records: Vec<Value> = exchange.config().numbers.iter().map(number).collect();
    Json(json!({
        "paging": { "page": 1, "perPage": 100, "totalPages": 1, "totalElements": records.len() },
        "records": records,
    }))
}

async fn list(State(exchange): State<Exchange>, Query(filter): Query<Filter>) -> Json<Value> {
    let texts = exchange.texts();
    let wants = |text: &&SentText| {
        let to = |number: &String| text.to.contains(number) || text.from == *number;
        filter
            .direction
            .as_deref()
            .is_none_or(|way| way == "Outbound")
            && filter.phone_number.as_ref().is_none_or(to)
            && filter.date_from.is_none_or(|since| text.at >= since)
    };
    let shown = texts.iter().rev().filter(wants);
    let records: Vec<Value> = shown.map(|text| exchange.text_json(text)).collect();
    Json(json!({ "records": records }))
}

async fn read(
    State(exchange): State<Exchange>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let texts = exchange.texts();
    let found = texts.iter().find(|text| text.id == id);
    found
        .map(|text| Json(exchange.text_json(text)))
        .ok_or_else(|| ApiError::not_found("messageId"))
}

/// Accepts E.164 and the short numbers of extensions.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl Exchange {
    /// Lists the texts that were taken, oldest first.
    pub fn texts(&self) -> Vec<SentText> {
        self.state().texts.clone()
    }

    /// Changes what became of a text, such as `Delivered` or `DeliveryFailed`.
    pub fn set_text_status(&self, id: &str, status: &str) {
        let mut state = self.state();
        let found = state.texts.iter_mut().filter(|text| text.id == id);
        found.for_each(|text| status.clone_into(&mut text.status));
    }

    fn text_json(&self, text: &SentText) -> Value {
        let (host, config) = (&self.hosts().rest, self.config());
        let (account, extension) = (&config.account_id, &config.extension_id);
        let base = format!("{host}/restapi/v1.0/account/{account}/extension/{extension}");
        let uri = format!("{base}/message-store/{}", text.id);
        let conversation = format!("c{}", text.id);
        let to = text.to.iter().map(|to| json!({ "phoneNumber": to }));
        json!({
            // Ids of messages are numbers on the wire.
            "id": text.id.parse::<u64>().ok(),
            "uri": uri,
            "type": "SMS",
            "direction": "Outbound",
            "availability": "Alive",
            "messageStatus": text.status,
            "readStatus": "Read",
            "priority": "Normal",
            "creationTime": text.at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "from": { "phoneNumber": text.from },
            "to": to.collect::<Vec<_>>(),
            "subject": text.text,
            "conversation": { "id": conversation, "uri": format!("{base}/conversation/{conversation}") },
            "attachments": [{ "id": text.id.parse::<u64>().ok(), "uri": format!("{uri}/content/{}", text.id),
                "type": "Text", "contentType": "text/plain" }],
        })
    }
}
