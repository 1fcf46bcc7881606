//! Owns a background task on behalf of an actor. Dropped with the actor's state, whether the actor stops, panics or is
//! killed, so that no task outlives its owner.

use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// A task that ends with its owner.
#[derive(Debug)]
pub struct OwnedTask(JoinHandle<()>);

impl OwnedTask {
    /// Starts a task, which logs under the span it is started in.
    pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work.in_current_span()))
    }
}

impl Drop for OwnedTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}
