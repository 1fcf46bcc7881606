//! Owns the writing: takes groups from the queue, commits them, and only then tells the calls. Started by the
//! `Scribe` actor. A group that could not be written is tried again until it can.

use super::queue::Work;
use crate::call::Recorded;
use crate::call::actor::CallMsg;
use crate::call::supervisor::SupervisorMsg;
use crate::ports::journal::{Error, Journal, Projection};
use crate::ports::observer::Signal;
use crate::registry::Role;
use crate::types::CallId;
use crate::world::World;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Time between two tries while the database is not to be had.
const RETRY: Duration = Duration::from_millis(100);

/// Serves the queue for ever.
pub(super) async fn write(world: World, journal: Arc<dyn Journal>) {
    loop {
        match world.queue.work().await {
            Work::Write { entries, rows } => {
                let count = entries.len() + rows.len();
                commit(&world, journal.as_ref(), &entries, &rows).await;
                for entry in world.queue.written(count) {
                    let call = entry.call.clone();
                    world
                        .registry
                        .tell(Role::Call(&call), CallMsg::Journaled(Box::new(entry)));
                }
                world.note(Signal::Backlog(world.queue.backlog()));
            }
            Work::Replay(call) => {
                replay(&world, journal.as_ref(), &call).await;
                world.queue.replayed();
            }
        }
    }
}

async fn commit(world: &World, journal: &dyn Journal, entries: &[Recorded], rows: &[Projection]) {
    let begun = world.clock.now();
    let mut pause = tokio::time::interval(RETRY);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        match journal.commit(entries.to_vec(), rows.to_vec()).await {
            Ok(()) => break,
            Err(error) => {
                failed(world);
                tracing::error!(%error, entries = entries.len(), "journal not written, trying again");
            }
        }
    }
    let took = world.clock.now().duration_since(begun).unsigned_abs();
    world.note(Signal::Committed {
        entries: entries.len(),
        took,
    });
}

/// Tells that nothing is written for now, and how much waits.
fn failed(world: &World) {
    world.note(Signal::JournalFailed);
    world.note(Signal::Backlog(world.queue.backlog()));
}

async fn replay(world: &World, journal: &dyn Journal, call: &CallId) {
    let mut pause = tokio::time::interval(RETRY);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        match journal.read(call).await {
            Ok(entries) => {
                world
                    .registry
                    .tell(Role::Call(call), CallMsg::Replay(entries));
                return;
            }
            Err(Error::Unavailable(why)) => {
                failed(world);
                tracing::error!(call.id = %call, %why, "journal not read, trying again");
            }
            Err(error @ Error::Damaged { .. }) => {
                tracing::error!(call.id = %call, %error, "call cannot be replayed");
                world
                    .registry
                    .tell(Role::CallSupervisor(call), SupervisorMsg::JournalDamaged);
                return;
            }
        }
    }
}
