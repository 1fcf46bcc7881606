//! Owns the looking at a file while the server runs. Started by `app` for each file that may change. Never judges what it
//! finds.

use super::{FileProblem, read};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often the file is looked at. A change counts when two looks in a row found it the same, so that a file that is
/// still being written is not judged.
const LOOK: Duration = Duration::from_millis(500);

/// What a look found: the text, or why there is none.
pub(in crate::config) type Found = Result<String, FileProblem>;

/// Looks at a file.
pub(in crate::config) struct Follower {
    file: PathBuf,
    last: Option<Found>,
    told: Option<Found>,
}

impl Follower {
    /// Follows this file.
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            last: None,
            told: None,
        }
    }

    /// Follows until it is told to stop; tells what was found at first, and each change.
    pub async fn follow<F>(mut self, stop: CancellationToken, tell: impl Fn(Found) -> F + Send)
    where
        F: Future<Output = ()> + Send,
    {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            let found = look_at(&self.file).await;
            if let Some(changed) = self.note(found) {
                tell(changed).await;
            }
        }
    }

    /// Notes what a look found; gives it once it stays the same and is not what was told last.
    fn note(&mut self, found: Found) -> Option<Found> {
        let settled = self.last.as_ref() == Some(&found);
        self.last = Some(found.clone());
        if !settled || self.told.as_ref() == Some(&found) {
            return None;
        }
        self.told = Some(found.clone());
        Some(found)
    }
}

/// Reads a file where it holds up nobody.
pub(in crate::config) async fn look_at(file: &Path) -> Found {
    let path = file.to_owned();
    let read = tokio::task::spawn_blocking(move || read(&path)).await;
    read.unwrap_or_else(|error| {
        let name = file.display().to_string();
        Err(FileProblem::unreadable(name, error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_and_only_when_it_stays() {
        let mut follower = Follower::new(PathBuf::new());
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(follower.note(text("a")), None);
        assert_eq!(follower.note(text("a")), Some(text("a")));
        assert_eq!(follower.note(text("a")), None);
        assert_eq!(follower.note(text("a\nhalf of")), None);
        assert_eq!(follower.note(text("a\nb")), None);
        assert_eq!(follower.note(text("a\nb")), Some(text("a\nb")));
        let gone = || Err(FileProblem::unreadable("s".to_owned(), "gone".to_owned()));
        assert_eq!(
            (follower.note(gone()), follower.note(gone())),
            (None, Some(gone()))
        );
    }
}
