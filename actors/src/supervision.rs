//! Owns the reading of what a supervisor is told about its children. Called by every supervisor. Never starts anything.

use ractor::{ActorCell, SpawnErr, SupervisionEvent};

/// What an actor gives up with on purpose. ractor reports a panic as an error too, and only the type tells them apart.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct GaveUp(pub &'static str);

/// The end of a child.
pub(crate) struct End {
    /// The child.
    pub who: ActorCell,
    /// Why in one word, for metrics: `panic`, `killed`, `error` or `stopped`.
    pub reason: &'static str,
    /// Why in full, for the log.
    pub detail: String,
}

/// Reads the end of a child; `None` for anything else. A killed child is reported as terminated, a panic as failed.
pub(crate) fn end_of(event: SupervisionEvent) -> Option<End> {
    let (who, reason, detail) = match event {
        SupervisionEvent::ActorFailed(who, error) => {
            let on_purpose = error.is::<GaveUp>() || error.is::<SpawnErr>();
            let reason = if on_purpose { "error" } else { "panic" };
            (who, reason, error.to_string())
        }
        SupervisionEvent::ActorTerminated(who, _, detail) => {
            let detail = detail.unwrap_or_else(|| "stopped".to_owned());
            let reason = if detail == "killed" {
                "killed"
            } else {
                "stopped"
            };
            (who, reason, detail)
        }
        SupervisionEvent::ActorStarted(_) | SupervisionEvent::ProcessGroupChanged(_) => {
            return None;
        }
    };
    Some(End {
        who,
        reason,
        detail,
    })
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]

    use super::{GaveUp, SupervisionEvent, end_of};
    use ractor::{Actor, ActorProcessingErr, ActorRef};
    use tokio::sync::mpsc;

    struct Child;
    struct Watcher;

    impl Actor for Child {
        type Msg = bool;
        type State = ();
        type Arguments = ();

        async fn pre_start(&self, _: ActorRef<bool>, (): ()) -> Result<(), ActorProcessingErr> {
            Ok(())
        }

        async fn handle(
            &self,
            _: ActorRef<bool>,
            panics: bool,
            _: &mut (),
        ) -> Result<(), ActorProcessingErr> {
            if panics {
                panic!("as planned");
            }
            Err(GaveUp("as planned").into())
        }
    }

    impl Actor for Watcher {
        type Msg = ();
        type State = mpsc::UnboundedSender<&'static str>;
        type Arguments = mpsc::UnboundedSender<&'static str>;

        async fn pre_start(
            &self,
            _: ActorRef<()>,
            told: Self::Arguments,
        ) -> Result<Self::State, ActorProcessingErr> {
            Ok(told)
        }

        async fn handle_supervisor_evt(
            &self,
            _: ActorRef<()>,
            event: SupervisionEvent,
            told: &mut Self::State,
        ) -> Result<(), ActorProcessingErr> {
            if let Some(end) = end_of(event) {
                told.send(end.reason).unwrap();
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_panic_an_error_a_kill_and_a_stop_are_told_apart() {
        let (told, mut reasons) = mpsc::unbounded_channel();
        let (watcher, _) = Actor::spawn(None, Watcher, told).await.unwrap();
        let child = || Actor::spawn_linked(None, Child, (), watcher.get_cell());
        child().await.unwrap().0.cast(true).unwrap();
        assert_eq!(reasons.recv().await, Some("panic"));
        child().await.unwrap().0.cast(false).unwrap();
        assert_eq!(reasons.recv().await, Some("error"));
        child().await.unwrap().0.kill();
        assert_eq!(reasons.recv().await, Some("killed"));
        child().await.unwrap().0.stop(None);
        assert_eq!(reasons.recv().await, Some("stopped"));
    }
}
