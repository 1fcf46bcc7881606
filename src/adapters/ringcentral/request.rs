//! Owns what a request is: method, path, body, usage group, urgency. Made by whoever wants something of RingCentral;
//! carried out by the client.

use super::limits::Group;
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;

/// Who goes first when the rate limit leaves little room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody on the telephone waits for it; better a quick no than a late yes.
    Command,
    /// Can wait; never takes the room that is kept for commands.
    Upkeep,
}

impl Urgency {
    /// How long a request waits for the rate limit, each time.
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::Command => Duration::from_secs(2),
            Self::Upkeep => Duration::from_secs(150),
        }
    }

    /// How long an answer is waited for.
    pub(super) fn answer_within(self) -> Duration {
        match self {
            Self::Command => Duration::from_secs(5),
            Self::Upkeep => Duration::from_secs(10),
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) group: Group,
    pub(super) urgency: Urgency,
    pub(super) is_repeatable: bool,
}

impl Request {
    /// Reads; the path begins with a slash.
    pub fn get(group: Group, path: impl Into<String>) -> Self {
        Self::new(Method::GET, group, path, None)
    }

    /// Asks for something to be done, with a body where there is one.
    pub fn post(group: Group, path: impl Into<String>, body: Option<Value>) -> Self {
        Self::new(Method::POST, group, path, body)
    }

    /// Changes a part.
    pub fn patch(group: Group, path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PATCH, group, path, Some(body))
    }

    /// Removes.
    pub fn delete(group: Group, path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, group, path, None)
    }

    /// Lets it go before upkeep, and gives up soon.
    #[must_use]
    pub fn as_command(mut self) -> Self {
        self.urgency = Urgency::Command;
        self
    }

    /// Says that carrying it out twice does no harm, so that it is tried again when no answer came.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    fn new(method: Method, group: Group, path: impl Into<String>, body: Option<Value>) -> Self {
        Self {
            is_repeatable: method.is_idempotent(),
            method,
            path: path.into(),
            body,
            group,
            urgency: Urgency::Upkeep,
        }
    }
}
