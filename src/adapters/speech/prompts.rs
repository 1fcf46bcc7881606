//! Owns the sound of prompts that never change: in memory, and in files so that a restart finds it again. Called by
//! the `SpeechDesk`. Never keeps what belongs to one caller.

use crate::adapters::clock;
use bytes::Bytes;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::speaking::PromptCache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Prompts in a folder, one file each: mu-law at 8000 Hz.
#[derive(Clone)]
pub struct DiskPrompts {
    folder: PathBuf,
    memory: Arc<Mutex<HashMap<PathBuf, Bytes>>>,
}

impl DiskPrompts {
    /// Keeps prompts in this folder, which is made when the first one is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            memory: Arc::default(),
        }
    }

    fn path(&self, voice: &str, text: &str) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update(voice.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        self.folder
            .join(format!("{}.ulaw", hex::encode(hash.finalize())))
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<PathBuf, Bytes>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PromptCache for DiskPrompts {
    fn get(&self, voice: &str, text: &str) -> PortFuture<Option<Bytes>> {
        let path = self.path(voice, text);
        let known = self.memory().get(&path).cloned();
        let this = self.clone();
        Box::pin(async move {
            if known.is_some() {
                return known;
            }
            let sound = Bytes::from(tokio::fs::read(&path).await.ok()?);
            this.memory().insert(path, sound.clone());
            Some(sound)
        })
    }

    fn put(&self, voice: &str, text: &str, sound: Bytes) -> PortFuture<()> {
        let path = self.path(voice, text);
        self.memory().insert(path.clone(), sound.clone());
        Box::pin(async move {
            if let Err(error) = write_whole(&path, &sound).await {
                tracing::warn!(%error, "prompt not kept on the disk");
            }
        })
    }
}

/// Writes a file under another name and renames it, so that no half of it is ever found.
async fn write_whole(path: &Path, sound: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let unfinished = path.with_extension(format!("{}.tmp", clock::unique()));
    tokio::fs::write(&unfinished, sound).await?;
    tokio::fs::rename(&unfinished, path).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    #[tokio::test]
    async fn a_prompt_outlives_the_process_and_belongs_to_one_voice() {
        let folder = tempfile::tempdir().unwrap();
        let sound = Bytes::from_static(&[1, 2, 3]);
        DiskPrompts::new(folder.path())
            .put("heart", "Hello.", sound.clone())
            .await;
        let later = DiskPrompts::new(folder.path());
        assert_eq!(later.get("heart", "Hello.").await, Some(sound));
        assert_eq!(later.get("other", "Hello.").await, None);
    }
}
