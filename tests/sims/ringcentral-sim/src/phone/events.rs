//! What happened on a call, in order, kept from the first event on so that nobody subscribes too late.
//!
//! Owns the log of one call; handles read it. It never decides anything.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

/// Says how a call came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Was hung up by the other side.
    RemoteHungUp,
    /// Was hung up by this phone.
    HungUp,
    /// Was refused with this status code, such as 486 or 603.
    Refused(u16),
    /// Was cancelled before it was answered.
    Cancelled,
    /// Got no answer to a request for 64 times T1.
    TimedOut,
    /// Was answered with a description that this phone cannot use.
    NoMedia,
}

/// Says what happened on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneEvent {
    /// Got a provisional response other than 180.
    Progress(u16),
    /// Got 180.
    Ringing,
    /// Was answered, or answered.
    Answered,
    /// Was put on hold by the other side.
    Held,
    /// Was taken back from hold by the other side.
    Resumed,
    /// Was told by the other side to send media elsewhere from now on.
    Moved(SocketAddr),
    /// Had its own change of the session (hold, resume, new address) accepted.
    Changed,
    /// Had its own change of the session refused with this status.
    ChangeRefused(u16),
    /// Was asked to transfer.
    Referred {
        /// Holds the Refer-To URI.
        to: String,
    },
    /// Got the answer to its own REFER.
    ReferAnswered(u16),
    /// Got a NOTIFY; the first line of a sipfrag body.
    Notified(String),
    /// Was connected by the network with somebody else, named here; what follows is of that leg.
    Connected(String),
    /// Heard a key.
    Key(char),
    /// Answered an in-dialog request of this method that changed nothing.
    Served(String),
    /// Hung up or gave up; the other side has not confirmed it yet, and some never do.
    Left,
    /// Came to its end; nothing follows.
    Ended(End),
}

/// Holds an event and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Tells when.
    pub at: Instant,
    /// Tells what.
    pub event: PhoneEvent,
}

/// Says why a wait on a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The call ended before.
    #[error("call ended: {0:?}")]
    Ended(End),
    /// The other side refused a change of the session with this status.
    #[error("change refused with {0}")]
    Refused(u16),
    /// Nothing happened in time.
    #[error("nothing happened within {0:?}")]
    Deadline(Duration),
    /// No one is registered at the edge.
    #[error("nobody is registered")]
    NobodyRegistered,
    /// The extension has as many calls as it may have; the device never hears of this one.
    #[error("too many calls")]
    TooManyCalls,
    /// The socket could not be opened.
    #[error("socket: {0}")]
    Io(#[from] std::io::Error),
}

/// Keeps the log of one call; clones write into the same one.
#[derive(Debug, Clone)]
pub(super) struct EventLog(watch::Sender<Vec<Happened>>);

impl EventLog {
    pub fn new() -> (Self, Events) {
        let (sender, receiver) = watch::channel(Vec::new());
        (
            Self(sender),
            Events {
                log: receiver,
                next: 0,
            },
        )
    }

    pub fn push(&self, event: PhoneEvent) {
        let happened = Happened {
            at: Instant::now(),
            event,
        };
        // Nothing follows the end.
        self.0.send_if_modified(|log| {
            let over = log.last().map(|last: &Happened| &last.event);
            let goes_on = !matches!(over, Some(PhoneEvent::Ended(_)));
            if goes_on {
                log.push(happened);
            }
            goes_on
        });
    }
}

/// Reads the events of a call from the beginning; clones read on independently.
#[derive(Debug, Clone)]
pub struct Events {
    log: watch::Receiver<Vec<Happened>>,
    next: usize,
}

impl Events {
    /// Waits for the next event; `None` when the call is over and all has been read.
    pub async fn next(&mut self) -> Option<Happened> {
        let at = self.next;
        let log = self.log.wait_for(|log| log.len() > at).await.ok()?;
        self.next += 1;
        log.get(at).cloned()
    }

    /// Lists everything that has happened so far.
    pub fn so_far(&self) -> Vec<Happened> {
        self.log.borrow().clone()
    }

    /// Skips what has already happened.
    pub fn from_now(mut self) -> Self {
        self.next = self.log.borrow().len();
        self
    }

    /// Reads on until something fits, and tells it.
    ///
    /// # Errors
    /// Fails when the call ends or the time runs out first.
    pub async fn until<T>(
        &mut self,
        within: Duration,
        mut fits: impl FnMut(&Happened) -> Option<T>,
    ) -> Result<T, CallError> {
        let search = async {
            while let Some(happened) = self.next().await {
                if let Some(found) = fits(&happened) {
                    return Ok(found);
                }
                if let PhoneEvent::Ended(end) = happened.event {
                    return Err(CallError::Ended(end));
                }
            }
            Err(CallError::Ended(End::HungUp))
        };
        timeout(within, search)
            .await
            .unwrap_or(Err(CallError::Deadline(within)))
    }
}
