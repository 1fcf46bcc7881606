//! Owns the telling of the owner: one notice at a time, kept and tried again until it arrived. Run on a task by the
//! `Archivist`. What it says was written with the card.

use crate::ports::archive::{Error, Fate, Notice, Owner};
use crate::ports::observer::Signal;
use crate::world::World;
use std::sync::Arc;

/// Sends a notice once and writes how it fared. Gives whether the list has changed.
pub(super) async fn tell(world: &World, owner: Arc<dyn Owner>, notice: Notice) -> bool {
    let now = world.clock.now();
    let told = owner.tell(&notice, now).await;
    let result = told.as_ref().map_or_else(Error::reason, |()| "ok");
    world.note(Signal::OwnerTold { result });
    let patience = world.archive.patience;
    let fate = match told {
        Ok(()) => Fate::Sent(now),
        Err(error) => {
            tracing::warn!(notice.id = notice.id, tries = notice.tries + 1, %error, "owner was not told");
            let again = patience.again(&notice.id, notice.tries, notice.since, now);
            match (again, &error) {
                (Some(at), Error::Passing { .. }) => Fate::Again(at, error.to_string()),
                (None, _) | (_, Error::Final { .. }) => Fate::GivenUp(error.to_string()),
            }
        }
    };
    let written = world.archive.list.put_notice(&notice.id, fate).await;
    if let Err(error) = &written {
        tracing::warn!(notice.id = notice.id, %error, "fate of a notice could not be written down");
    }
    written.is_ok()
}
