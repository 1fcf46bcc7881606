//! Owns where recordings lie: `<RECORDINGS_DIR>/<year>/<month>/<day>/<call>/`, by the day on which the call rang at the
//! business. Called by the archivist and by the download. A file stands under its name only once it is whole.

use super::check;
use super::download::NOTE;
use crate::media::recording::file_name;
use jiff::tz::TimeZone;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{Error, Origin, Shelf, Stored, Trace};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Recordings on a disk.
#[derive(Clone, Debug)]
pub struct DiskShelf {
    root: PathBuf,
    zone: TimeZone,
}

impl DiskShelf {
    /// Keeps recordings in this folder, which is made when there is something to keep.
    pub fn new(root: &Path, zone: TimeZone) -> Self {
        Self {
            root: root.to_owned(),
            zone,
        }
    }

    /// Gives the folder of a call.
    pub(super) fn folder(&self, trace: &Trace) -> PathBuf {
        let day = trace.started.to_zoned(self.zone.clone()).date();
        self.root
            .join(day.strftime("%Y/%m/%d").to_string())
            .join(file_name(trace.call.as_str()))
    }

    /// Gives where a recording lies that is being made, or was: a name lies in the folder itself.
    fn begun(&self, path: &str) -> PathBuf {
        if path.contains('/') {
            return PathBuf::from(path);
        }
        self.root.join(file_name(path))
    }

    /// Gives the path of a recording without its ending.
    pub(super) fn stem(&self, trace: &Trace, id: &str) -> PathBuf {
        self.folder(trace).join(file_name(id))
    }
}

impl Shelf for DiskShelf {
    fn take(&self, trace: &Trace, path: &str) -> PortFuture<Result<Stored, Error>> {
        let from = self.begun(path);
        let id = from
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let to = self.stem(trace, &format!("own-{id}")).with_extension("wav");
        blocking(move || {
            if !to.exists() {
                if !from.exists() {
                    return Err(Error::last(
                        "missing_file",
                        "the recording was never written",
                    ));
                }
                if let Err(error) = describe(&from, Origin::Own) {
                    return Err(without_sound(&from, error));
                }
                move_to(&from, &to).map_err(disk)?;
            }
            describe(&to, Origin::Own)
        })
    }

    fn discard(&self, path: &str) -> PortFuture<Result<(), Error>> {
        let path = self.begun(path);
        blocking(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(error)),
            _ => Ok(()),
        })
    }

    fn clear(&self, trace: &Trace) -> PortFuture<Result<(), Error>> {
        let folder = self.folder(trace);
        blocking(move || {
            let Ok(files) = std::fs::read_dir(&folder) else {
                return Ok(());
            };
            for file in files {
                let path = file.map_err(disk)?.path();
                if path
                    .extension()
                    .is_some_and(|ending| ending == "part" || ending == NOTE)
                {
                    std::fs::remove_file(&path).map_err(disk)?;
                }
            }
            remove_empty(&folder);
            Ok(())
        })
    }

    fn delete(&self, stored: &Stored) -> PortFuture<Result<(), Error>> {
        let path = PathBuf::from(&stored.path);
        blocking(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(error)),
            _ => {
                path.parent().into_iter().for_each(remove_empty);
                Ok(())
            }
        })
    }
}

/// Takes a recording away in which nothing is: the call was over as it began, and nothing more will come.
fn without_sound(path: &Path, error: Error) -> Error {
    if error.reason() != "empty" {
        return error;
    }
    match std::fs::remove_file(path) {
        Ok(()) => Error::last("empty", "nothing was said once it was recorded"),
        Err(error) => disk(error),
    }
}

/// Takes the folder of a call away, and those of its day, where they are empty.
fn remove_empty(folder: &Path) {
    for folder in folder.ancestors().take(4) {
        // One that holds something cannot be removed, and stays.
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Runs work with files where it holds up nobody.
pub(super) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PortFuture<Result<T, Error>> {
    let done = tokio::task::spawn_blocking(work);
    Box::pin(async move {
        done.await
            .unwrap_or_else(|error| Err(Error::passing("disk", error)))
    })
}

pub(super) fn disk(error: io::Error) -> Error {
    Error::passing("disk", error)
}

/// Puts a file in its place; where that is on another disk, by way of a copy beside it.
pub(super) fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let beside = to.with_extension("copy");
            std::fs::copy(from, &beside)?;
            std::fs::File::open(&beside)?.sync_all()?;
            std::fs::rename(&beside, to)?;
            std::fs::remove_file(from)?;
        }
        renamed => renamed?,
    }
    match to.parent() {
        // The rename itself must outlive a crash of the machine.
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Tells what a file holds, once it is found to be a whole recording.
pub(super) fn describe(path: &Path, origin: Origin) -> Result<Stored, Error> {
    let mut file = std::fs::File::open(path).map_err(disk)?;
    let bytes = file.metadata().map_err(disk)?.len();
    let mut head = Vec::with_capacity(check::HEAD_BYTES);
    file.by_ref()
        .take(check::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(disk)?;
    let content_type = check::audio_type(&head)?;
    check::whole(&head, bytes, None)?;
    let id = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    Ok(Stored {
        id: id.unwrap_or_default(),
        origin,
        uri: None,
        path: path.to_string_lossy().into_owned(),
        content_type: content_type.to_owned(),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use maitred_actors::types::CallId;

    fn trace() -> Trace {
        Trace {
            call: CallId::new("call_../x"),
            session: None,
            from: None,
            // Still the 21st in California.
            started: "2026-11-22T03:00:00Z".parse().unwrap(),
            ended: "2026-11-22T03:01:00Z".parse().unwrap(),
        }
    }

    fn shelf(folder: &Path) -> DiskShelf {
        DiskShelf::new(folder, TimeZone::get("America/Los_Angeles").unwrap())
    }

    fn wav() -> Vec<u8> {
        let mut bytes = b"RIFF\x5c\0\0\0WAVE".to_vec();
        bytes.resize(100, 0);
        bytes
    }

    #[tokio::test]
    async fn an_own_recording_is_moved_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("abc@pc33.wav");
        std::fs::write(&from, wav()).unwrap();
        let path = from.to_string_lossy();
        let stored = shelf(folder.path()).take(&trace(), &path).await.unwrap();
        let wanted = folder.path().join("2026/11/21/call_.._x/own-abc_pc33.wav");
        assert_eq!(Path::new(&stored.path), wanted);
        assert_eq!(
            (stored.bytes, stored.content_type.as_str()),
            (100, "audio/wav")
        );
        assert!(!from.exists());
        assert_eq!(
            shelf(folder.path()).take(&trace(), &path).await.unwrap(),
            stored
        );
    }

    #[tokio::test]
    async fn a_recording_that_was_never_written_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.wav");
        let taken = shelf(folder.path())
            .take(&trace(), &path.to_string_lossy())
            .await;
        assert!(
            matches!(
                taken,
                Err(Error::Final {
                    reason: "missing_file",
                    ..
                })
            ),
            "{taken:?}"
        );
    }

    #[tokio::test]
    async fn a_recording_without_sound_is_given_up_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("call_1-4.wav");
        let mut header = wav();
        header.truncate(44);
        std::fs::write(&from, header).unwrap();
        let taken = shelf(folder.path()).take(&trace(), "call_1-4.wav").await;
        let is_final = matches!(
            taken,
            Err(Error::Final {
                reason: "empty",
                ..
            })
        );
        assert!(is_final && !from.exists(), "{taken:?}");
    }

    #[tokio::test]
    async fn a_name_lies_in_the_folder_and_what_is_discarded_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        let from = folder.path().join("call_1-4.wav");
        std::fs::write(&from, wav()).unwrap();
        shelf.discard("call_1-4.wav").await.unwrap();
        assert!(!from.exists());
        shelf.discard("call_1-4.wav").await.unwrap();
        std::fs::write(&from, wav()).unwrap();
        let stored = shelf.take(&trace(), "call_1-4.wav").await.unwrap();
        assert_eq!(stored.id, "own-call_1-4");
    }

    #[tokio::test]
    async fn deleting_takes_empty_folders_along_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        let other = folder.path().join("2026/11/20/call_2/own-y.wav");
        std::fs::create_dir_all(other.parent().unwrap()).unwrap();
        std::fs::write(&other, wav()).unwrap();
        let from = folder.path().join("x.wav");
        std::fs::write(&from, wav()).unwrap();
        let stored = shelf.take(&trace(), &from.to_string_lossy()).await.unwrap();
        shelf.delete(&stored).await.unwrap();
        assert!(!folder.path().join("2026/11/21").exists() && other.exists());
        shelf.delete(&stored).await.unwrap();
    }

    #[tokio::test]
    async fn parts_of_what_is_given_up_are_taken_away_and_recordings_stay() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        shelf.clear(&trace()).await.unwrap();
        let calls = shelf.folder(&trace());
        std::fs::create_dir_all(&calls).unwrap();
        std::fs::write(calls.join("1.part"), "x").unwrap();
        std::fs::write(calls.join("1.note"), "x").unwrap();
        std::fs::write(calls.join("2.mp3"), "x").unwrap();
        shelf.clear(&trace()).await.unwrap();
        assert!(!calls.join("1.part").exists() && calls.join("2.mp3").exists());
        assert!(!calls.join("1.note").exists());
        std::fs::remove_file(calls.join("2.mp3")).unwrap();
        shelf.clear(&trace()).await.unwrap();
        assert!(!folder.path().join("2026").exists());
    }
}
