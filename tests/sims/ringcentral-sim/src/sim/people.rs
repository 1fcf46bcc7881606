//! People who can be called: by the device through the edge, and by transfers.
//!
//! Owns one telephone each; tests hold them. A person who is dropped cannot be reached any more.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::network::Network;
use super::outbound;
use crate::phone::{AnsweringPhone, CallError, Leg};

const FOREVER: Duration = Duration::from_secs(86_400);

/// Is somebody with a telephone under a number.
pub struct Person {
    calls: mpsc::UnboundedReceiver<Leg>,
    _phone: JoinSet<()>,
}

impl Person {
    pub(super) fn at(phone: AnsweringPhone, network: Network) -> Self {
        let (to_calls, calls) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(watch(phone, network, to_calls));
        Self {
            calls,
            _phone: tasks,
        }
    }

    /// Waits for the next call, whatever the person does with it.
    ///
    /// # Errors
    /// Fails when none comes in time.
    pub async fn next_call(&mut self, within: Duration) -> Result<Leg, CallError> {
        timeout(within, self.calls.recv())
            .await
            .ok()
            .flatten()
            .ok_or(CallError::Deadline(within))
    }
}

/// Tells the exchange of the calls that the device makes to this phone, and hands every call on.
async fn watch(mut phone: AnsweringPhone, network: Network, calls: mpsc::UnboundedSender<Leg>) {
    loop {
        let Ok(leg) = phone.next_call(FOREVER).await else {
            continue;
        };
        if let Some(announced) = network.announced(leg.call_id()) {
            outbound::follow(&network, announced, &leg);
        }
        if calls.send(leg).is_err() {
            return;
        }
    }
}
