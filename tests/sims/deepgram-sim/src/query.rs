//! The query of a request, and the refusal of a bad one.
//!
//! Owns the reading of parameters and the shape of HTTP errors. Called by the server and the protocols' settings;
//! it never decides what a parameter means.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::Query as Pairs;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A request that is turned away.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

impl Refusal {
    /// A parameter that the service does not take.
    pub(crate) fn parameter(reason: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "INVALID_QUERY_PARAMETER",
            reason: reason.into(),
        }
    }

    /// The refusal that a status stands for.
    pub(crate) fn of_status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = match status {
            StatusCode::BAD_REQUEST => "Bad Request",
            StatusCode::UNAUTHORIZED => "INVALID_AUTH",
            StatusCode::PAYMENT_REQUIRED => "ASR_PAYMENT_REQUIRED",
            StatusCode::FORBIDDEN => "INSUFFICIENT_PERMISSIONS",
            StatusCode::TOO_MANY_REQUESTS => "TOO_MANY_REQUESTS",
            _ => "INTERNAL_SERVER_ERROR",
        };
        let reason = status.canonical_reason().unwrap_or("refused").to_owned();
        Self {
            status,
            code,
            reason,
        }
    }

    /// The HTTP answer: the reason stands in the `dg-error` header and in the body.
    pub(crate) fn response(self, request_id: &str) -> Response {
        let body = json!({"err_code": self.code, "err_msg": self.reason, "request_id": request_id});
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Ok(reason) = HeaderValue::from_str(&self.reason) {
            response.headers_mut().insert("dg-error", reason);
        }
        response
    }
}

/// The parameters of a request, in order; a name may occur again.
#[derive(Debug, Clone)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the parameters of a request's address.
    pub(crate) fn of(uri: &Uri) -> Result<Self, Refusal> {
        let pairs =
            Pairs::try_from_uri(uri).map_err(|error| Refusal::parameter(error.to_string()))?;
        Ok(Self(pairs.0))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.one(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(value) => Err(Refusal::parameter(format!(
                "{name}: {value:?} is neither true nor false"
            ))),
        }
    }

    pub(crate) fn number<T>(
        &self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, Refusal>
    where
        T: FromStr + PartialOrd + Display,
    {
        let Some(value) = self.one(name) else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                let (least, most) = (range.start(), range.end());
                Err(Refusal::parameter(format!(
                    "{name}: {value:?} is not a number from {least} to {most}"
                )))
            }
        }
    }

    /// Insists on the one kind of audio that this simulator handles.
    pub(crate) fn require_telephone_audio(&self) -> Result<(), Refusal> {
        for (name, wanted) in [("encoding", "mulaw"), ("sample_rate", "8000")] {
            if self.one(name) != Some(wanted) {
                let reason = format!(
                    "{name}: only {wanted} is simulated, got {:?}",
                    self.one(name)
                );
                return Err(Refusal::parameter(reason));
            }
        }
        Ok(())
    }
}
