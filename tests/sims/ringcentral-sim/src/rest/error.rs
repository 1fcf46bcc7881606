//! Error answers in the two shapes of the service.
//!
//! Owns status, code and JSON of a failure; every resource returns it. It never logs.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Holds a failure of a REST call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    parameter: Option<&'static str>,
    oauth: Option<&'static str>,
}

impl ApiError {
    /// Makes a failure with a RingCentral error code.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            code,
            message: message.into(),
            parameter: None,
            oauth: None,
        }
    }

    /// Makes a failure of the token endpoint, which names an OAuth error besides.
    pub fn oauth(status: u16, error: &'static str, code: &'static str, message: &str) -> Self {
        Self {
            oauth: Some(error),
            ..Self::new(status, code, message)
        }
    }

    /// Says that what a parameter names does not exist.
    pub fn not_found(parameter: &'static str) -> Self {
        let message = format!("Resource for parameter [{parameter}] is not found");
        Self {
            parameter: Some(parameter),
            ..Self::new(404, "CMN-102", message)
        }
    }

    /// Says that a parameter has no usable value.
    pub fn invalid(parameter: &'static str) -> Self {
        let message = format!("Parameter [{parameter}] value is invalid");
        Self {
            parameter: Some(parameter),
            ..Self::new(400, "CMN-101", message)
        }
    }

    /// Says that a call's state does not allow the operation, with the code that goes with the status.
    pub fn wrong_state(status: u16) -> Self {
        let code = if status == 403 { "TAS-101" } else { "TAS-102" };
        Self::new(status, code, "Incorrect State [WrongState]")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut entry = json!({ "errorCode": self.code, "message": self.message });
        if let Some(parameter) = self.parameter {
            entry["parameterName"] = json!(parameter);
        }
        let body = match self.oauth {
            Some(error) => {
                json!({ "error": error, "error_description": self.message, "errors": [entry] })
            }
            None => json!({ "errorCode": self.code, "message": self.message, "errors": [entry] }),
        };
        (self.status, Json(body)).into_response()
    }
}
