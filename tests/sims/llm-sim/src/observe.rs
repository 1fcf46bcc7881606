//! What the simulator saw.
//!
//! Owns the record of requests. Written by the server, read by tests; it never forgets within a run.

use serde_json::Value;
use std::time::Duration;
use tokio::sync::watch;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its body.
    pub body: Value,
    /// Status of the answer.
    pub status: u16,
    /// Whether the whole answer was taken by the client; `None` while it is on its way.
    pub whole: Option<bool>,
}

impl Seen {
    /// Gives the content of the message of a role, empty where there is none.
    #[must_use]
    pub fn message(&self, role: &str) -> &str {
        let messages = self.body["messages"].as_array();
        let mut found = messages.into_iter().flatten();
        let message = found.find(|message| message["role"] == role);
        message
            .and_then(|message| message["content"].as_str())
            .unwrap_or_default()
    }
}

/// A condition that did not become true in time.
#[derive(Debug, thiserror::Error)]
#[error("condition not met within {deadline:?}; seen: {seen:?}")]
pub struct TimedOut {
    /// How long was waited.
    pub deadline: Duration,
    /// What had been seen by then.
    pub seen: Vec<Seen>,
}

/// The shared record.
#[derive(Debug, Default)]
pub(crate) struct Record(watch::Sender<Vec<Seen>>);

impl Record {
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.0.borrow().clone()
    }

    /// Notes a request and gives its place.
    pub(crate) fn note(&self, body: Value, status: u16) -> usize {
        let mut place = 0;
        self.0.send_modify(|seen| {
            place = seen.len();
            let whole = None;
            seen.push(Seen {
                body,
                status,
                whole,
            });
        });
        place
    }

    pub(crate) fn ended(&self, place: usize, whole: bool) {
        self.0.send_modify(|seen| seen[place].whole = Some(whole));
    }

    pub(crate) async fn until(
        &self,
        condition: impl Fn(&[Seen]) -> bool,
        deadline: Duration,
    ) -> Result<(), TimedOut> {
        let mut changes = self.0.subscribe();
        let met = changes.wait_for(|seen| condition(seen));
        let met = tokio::time::timeout(deadline, met).await.is_ok();
        if met {
            return Ok(());
        }
        let seen = self.all();
        Err(TimedOut { deadline, seen })
    }
}
