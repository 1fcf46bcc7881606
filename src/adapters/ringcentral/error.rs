//! Owns why a request came to nothing, and the reading of RingCentral's two shapes of error bodies. Called by the
//! client. Never keeps a body: it could hold what must not be shown.

use serde_json::Value;
use std::time::Duration;

/// Characters of RingCentral's text that are kept.
const MESSAGE_MAX: usize = 200;

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// RingCentral answered no.
    #[error("ringcentral refuses: {0}")]
    Refused(Refusal),
    /// No connection; nothing was sent.
    #[error("ringcentral cannot be reached: {0}")]
    Unreachable(String),
    /// No answer came; the request may have been carried out.
    #[error("ringcentral does not answer: {0}")]
    NoAnswer(String),
    /// The rate limit has no room before the request's patience ends; nothing was sent.
    #[error("rate limit leaves no room for {} s", .0.as_secs_f32().ceil())]
    Limited(Duration),
    /// The answer was not what the protocol promises.
    #[error("ringcentral's answer is not understood: {0}")]
    Unreadable(String),
    /// Something has to be set up in the account first.
    #[error("the ringcentral account has no {0}")]
    Missing(String),
}

/// What RingCentral answered. Whoever decides looks at status and code, never at the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {code} {message}")]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `errorCode`, such as `CMN-102`; else the OAuth `error`; empty where the body has neither.
    pub code: String,
    /// RingCentral's words, for the log.
    pub message: String,
    /// Parameter that it is about, such as `partyId`; empty where it is not told.
    pub parameter: String,
}

impl Refusal {
    /// Reads an error body; the first entry of `errors` says it most exactly.
    pub(super) fn read(status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let inner = &body["errors"][0];
        let first = |places: [&Value; 3]| {
            let text = places
                .into_iter()
                .find_map(Value::as_str)
                .unwrap_or_default();
            text.chars()
                .filter(|one| !one.is_control())
                .take(MESSAGE_MAX)
                .collect()
        };
        Self {
            status,
            code: first([&inner["errorCode"], &body["errorCode"], &body["error"]]),
            message: first([
                &inner["message"],
                &body["message"],
                &body["error_description"],
            ]),
            parameter: first([
                &inner["parameterName"],
                &body["parameterName"],
                &Value::Null,
            ]),
        }
    }
}

impl Error {
    /// Tells whether the same request may well succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status >= 500 || refusal.status == 429,
            Self::Unreachable(_) | Self::NoAnswer(_) | Self::Limited(_) => true,
            Self::Unreadable(_) | Self::Missing(_) => false,
        }
    }

    /// Tells whether nothing can have been carried out, so that repeating is safe whatever was asked.
    pub(super) fn is_without_effect(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status == 429,
            Self::Unreachable(_) => true,
            Self::NoAnswer(_) | Self::Limited(_) | Self::Unreadable(_) | Self::Missing(_) => false,
        }
    }

    /// Tells whether what was asked for does not exist (any more).
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == 404)
    }

    /// Names the result for the metrics.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => match refusal.status {
                401 => "unauthorized",
                403 => "forbidden",
                404 => "not_found",
                409 => "conflict",
                429 => "rate_limited",
                500.. => "server_error",
                _ => "refused",
            },
            Self::Unreachable(_) => "unreachable",
            Self::NoAnswer(_) => "no_answer",
            Self::Limited(_) => "held_back",
            Self::Unreadable(_) => "unreadable",
            Self::Missing(_) => "missing",
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let unsent = error.is_connect() || error.is_builder();
        let mut text = error.without_url().to_string();
        text.truncate(text.floor_char_boundary(MESSAGE_MAX));
        if unsent {
            Self::Unreachable(text)
        } else {
            Self::NoAnswer(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_error_is_read_by_its_code() {
        let table: [(u16, &str, &str); 6] = [
            (
                404,
                r#"{"errorCode":"CMN-102","message":"m","errors":[{"errorCode":"CMN-102","message":"m"}]}"#,
                "CMN-102",
            ),
            (
                403,
                r#"{"errorCode":"InsufficientPermissions","errors":[{"errorCode":"CMN-401","message":"m"}]}"#,
                "CMN-401",
            ),
            (
                400,
                r#"{"error":"invalid_grant","error_description":"m","errors":[{"errorCode":"OAU-211","message":"m"}]}"#,
                "OAU-211",
            ),
            (
                503,
                r#"{"error":"service_unavailable"}"#,
                "service_unavailable",
            ),
            (429, r#"{"errorCode":"CMN-301","message":"m"}"#, "CMN-301"),
            (502, "<html>", ""),
        ];
        for (status, body, code) in table {
            let refusal = Refusal::read(status, body.as_bytes());
            assert_eq!(
                (refusal.status, refusal.code.as_str()),
                (status, code),
                "{body}"
            );
            assert_eq!(
                Error::Refused(refusal).is_passing(),
                status >= 429,
                "{body}"
            );
        }
    }

    #[test]
    fn a_long_message_is_cut_and_has_no_line_breaks() {
        let body = format!(r#"{{"message":"a\nb{}"}}"#, "x".repeat(1000));
        let refusal = Refusal::read(400, body.as_bytes());
        assert!(refusal.message.starts_with("abx") && refusal.message.len() == MESSAGE_MAX);
    }
}
