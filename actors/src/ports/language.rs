//! Owns the port to a language model. Implemented by `src/adapters/language`; called through `interpreter::Model` only.
//! Whatever a model writes is a claim: nothing of it is used before it was checked.

use super::PortFuture;
use std::time::Duration;

/// What a model is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What it is to do, and all that it may know. Ours.
    pub rules: String,
    /// What it is to do it with. May hold a caller's words, whatever they say.
    pub given: String,
    /// The form of the answer; `None`: a text.
    pub shape: Option<Shape>,
    /// Most tokens that it may write.
    pub tokens_max: u32,
    /// How long the whole answer may take.
    pub within: Duration,
}

/// The form of an answer in JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its name, of letters and `_`.
    pub name: &'static str,
    /// Its JSON schema, with every property required and no others.
    pub schema: serde_json::Value,
}

/// Why there is no answer. Never holds what was asked or answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key was refused.
    #[error("the key was refused ({0}); check LLM_API_KEY")]
    Unauthorised(u16),
    /// Too many requests, or no credit.
    #[error("too many requests; it is left alone for a while")]
    RateLimited,
    /// The request was wrong: repeating it is of no use.
    #[error("request not accepted ({0}); check LLM_URL and LLM_MODEL")]
    BadRequest(String),
    /// It could not be reached, or is out of order.
    #[error("not reached ({0}); later it may be")]
    Unreachable(String),
    /// The answer broke off, or was none.
    #[error("no answer that can be read ({0})")]
    Broken(String),
    /// The answer was not whole in time.
    #[error("no whole answer within {} ms", .0.as_millis())]
    Late(Duration),
}

impl Error {
    /// Gives the label for the metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Unauthorised(_) => "unauthorised",
            Self::RateLimited => "rate_limited",
            Self::BadRequest(_) => "bad_request",
            Self::Unreachable(_) => "unreachable",
            Self::Broken(_) => "broken",
            Self::Late(_) => "late",
        }
    }
}

/// A language model.
pub trait Language: Send + Sync + 'static {
    /// Names it, for metrics and errors, for example `llm`.
    fn name(&self) -> &'static str;
    /// Tells how long an answer may take while a caller waits.
    fn live_wait(&self) -> Duration;
    /// Has it write an answer. Dropping the future ends the request.
    fn write(&self, request: Request) -> PortFuture<Result<String, Error>>;
}
