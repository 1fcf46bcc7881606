//! Owns the deleting of recordings that were kept long enough. Run on a task by the `Archivist`, now and then. Deletes
//! nothing that the list does not know.

use crate::ports::archive::Error;
use crate::ports::observer::Signal;
use crate::world::World;

/// Recordings deleted in one go.
const GO_MAX: u64 = 100;

/// Deletes what is older than `RECORDING_RETENTION_DAYS` and writes down that it was. Gives whether that was all.
pub(super) async fn sweep(world: &World) -> Result<bool, Error> {
    let archive = &world.archive;
    let Some(kept_for) = archive.patience.kept_for else {
        return Ok(true);
    };
    let now = world.clock.now();
    let Ok(before) = now.checked_sub(kept_for) else {
        return Ok(true);
    };
    let mut deleted_count = 0;
    for (call, stored) in archive.list.stored_before(before, GO_MAX).await? {
        let deleted = archive.shelf.delete(&stored).await;
        let result = deleted.as_ref().map_or_else(Error::reason, |()| "ok");
        world.note(Signal::Archived {
            stage: "deletion",
            result,
        });
        if let Err(error) = deleted {
            tracing::warn!(call.id = %call, %error, "recording could not be deleted");
            continue;
        }
        archive.list.put_deleted(&call, &stored, now).await?;
        deleted_count += 1;
        tracing::info!(call.id = %call, recording.id = stored.id, "recording deleted after its time");
    }
    Ok(deleted_count < GO_MAX)
}
