//! Owns the tasks of a server that are no actors: the keeper of the webhook subscription and the sender of texts.
//! Started and stopped by `app`. Never decides anything.

use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Tasks that run beside the tree of actors. Dropping it ends them at once.
#[derive(Default)]
pub(crate) struct Background {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Background {
    /// Starts a task, which ends when the token it is given is cancelled.
    pub fn start<F>(&mut self, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task(self.stop.clone()));
    }

    /// Starts the task of something that is there only where it is configured.
    pub fn start_some<T, F>(
        &mut self,
        owner: Option<T>,
        task: impl FnOnce(T, CancellationToken) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(owner) = owner {
            self.start(|stop| task(owner, stop));
        }
    }

    /// Has all tasks end what they are doing; after the deadline they are cut off.
    pub async fn stop(mut self, deadline: Duration) {
        self.stop.cancel();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(deadline, ended).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}
