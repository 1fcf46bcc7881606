//! An empty chair: recordings are not fetched, stored or transcribed yet. The actor stands in the tree so that its
//! place is known; it takes no messages.

use ractor::{Actor, ActorProcessingErr, ActorRef};

/// Recordings; does nothing yet.
pub struct Archivist;

impl Actor for Archivist {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        (): Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(())
    }
}
