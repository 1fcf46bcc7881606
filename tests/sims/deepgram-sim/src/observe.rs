//! What the simulator saw.
//!
//! Owns the record of connections, transcripts and spoken texts. Written by the connections, read by tests; it never
//! forgets within a run.

use std::time::Duration;

use tokio::sync::watch;

use crate::faults::Route;

/// Everything seen so far.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Connections in the order they were opened.
    pub connections: Vec<Connection>,
    /// Requests that were turned away.
    pub refused: Vec<Refused>,
    /// Final transcripts in the order they were found.
    pub heard: Vec<Heard>,
    /// Transcripts of turns that were probably over, one for each `EagerEndOfTurn`.
    pub eager: Vec<Heard>,
    /// Texts in the order they were spoken, one for each `Flush`.
    pub spoken: Vec<Spoken>,
}

/// One connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its protocol.
    pub route: Route,
    /// The value of its `dg-request-id`.
    pub request_id: String,
    /// The query it was opened with, as received.
    pub query: String,
    /// Whether it is open.
    pub open: bool,
    /// Octets of audio received.
    pub audio_octets: u64,
    /// Text messages received.
    pub messages: Vec<String>,
}

/// One request that was turned away.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Its protocol.
    pub route: Route,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The reason given in `dg-error`.
    pub reason: String,
}

/// One final transcript.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The connection it came from.
    pub request_id: String,
    /// The transcript.
    pub text: String,
}

/// One spoken text.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// The connection it was asked on.
    pub request_id: String,
    /// The text.
    pub text: String,
}

/// A condition that did not become true in time.
#[derive(Debug, thiserror::Error)]
#[error("condition not met within {deadline:?}; seen: {state:?}")]
pub struct TimedOut {
    /// How long was waited.
    pub deadline: Duration,
    /// What had been seen by then.
    pub state: Box<State>,
}

impl State {
    /// Open connections of a route.
    #[must_use]
    pub fn open(&self, route: Route) -> usize {
        self.connections
            .iter()
            .filter(|connection| connection.route == route && connection.open)
            .count()
    }
}

/// The shared record.
#[derive(Debug, Default)]
pub(crate) struct Record(watch::Sender<State>);

impl Record {
    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.0.borrow())
    }

    pub(crate) fn write(&self, write: impl FnOnce(&mut State)) {
        self.0.send_modify(write);
    }

    pub(crate) async fn until(
        &self,
        condition: impl FnMut(&State) -> bool,
        deadline: Duration,
    ) -> Result<(), TimedOut> {
        let mut changes = self.0.subscribe();
        let met = tokio::time::timeout(deadline, changes.wait_for(condition))
            .await
            .is_ok();
        if met {
            return Ok(());
        }
        Err(TimedOut {
            deadline,
            state: Box::new(self.read(State::clone)),
        })
    }
}
