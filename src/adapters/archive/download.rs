//! Owns one try to fetch a recording: into a `.part` file that the next try goes on with, checked, and put under its
//! name only when it is whole. Called by `fetching`. Never tries again by itself.

use super::check;
use super::held::Held;
use super::shelf::{blocking, describe, disk, move_to};
use futures_util::StreamExt as _;
use maitred_actors::ports::archive::{Error, Origin, Stored};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};
use std::fs::TryLockError;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

/// Ending of the note that lies beside a part.
pub(super) const NOTE: &str = "note";
/// Longest try; the next one goes on where it ended.
const TRY_MAX: Duration = Duration::from_secs(1800);

/// What is expected of a server in the middle of a download, so that one that trickles does not hold up the others.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Longest silence.
    pub stalled_after: Duration,
    /// Time in which at least `bytes` must come.
    pub window: Duration,
    /// Least that must come in that time.
    pub bytes: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            stalled_after: Duration::from_secs(30),
            window: Duration::from_secs(60),
            bytes: 60_000,
        }
    }
}

/// The files of one download.
pub(super) struct Target {
    stem: PathBuf,
    bytes_max: u64,
    pace: Pace,
}

impl Target {
    /// Names the files after a path without ending; neither may become larger than `bytes_max`.
    pub fn new(stem: PathBuf, bytes_max: u64, pace: Pace) -> Self {
        Self {
            stem,
            bytes_max,
            pace,
        }
    }

    fn part(&self) -> PathBuf {
        self.stem.with_extension("part")
    }

    fn note(&self) -> PathBuf {
        self.stem.with_extension(NOTE)
    }

    /// Gives the recording that lies there already, whole.
    pub async fn finished(&self) -> Option<Stored> {
        let stem = self.stem.clone();
        let found = blocking(move || {
            let paths = ["mp3", "wav"].map(|ending| stem.with_extension(ending));
            let there = paths.iter().find(|path| path.exists());
            there
                .map(|path| describe(path, Origin::Carrier))
                .transpose()
        });
        found.await.ok().flatten()
    }

    /// Tells what an earlier try has brought.
    pub async fn held(&self) -> Held {
        Held::read(&self.part(), &self.note()).await
    }

    /// Takes an answer that begins at the byte asked for, or at the first. One process at a time: another that is at it
    /// holds the part.
    pub async fn receive(&self, answer: Response, held: &Held) -> Result<Stored, Error> {
        let _claim = self.claim(held).await?;
        let received = tokio::time::timeout(TRY_MAX, self.take(answer, held)).await;
        let received =
            received.unwrap_or_else(|_| Err(Error::passing("slow", "longer than a try may take")));
        if let Err(error) = &received
            && !keeps_part(error)
        {
            // What is wrong from its first byte on is of no use to the next try; it may not even be there.
            let _ = tokio::fs::remove_file(self.part()).await;
        }
        if !received.as_ref().is_err_and(keeps_part) {
            let _ = tokio::fs::remove_file(self.note()).await;
        }
        received
    }

    /// Locks the part for as long as the file is held, and makes sure that it is still what was asked to be gone on with.
    async fn claim(&self, held: &Held) -> Result<std::fs::File, Error> {
        let (part, bytes) = (self.part(), held.bytes);
        blocking(move || {
            if let Some(folder) = part.parent() {
                std::fs::create_dir_all(folder).map_err(disk)?;
            }
            let file = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&part)
                .map_err(disk)?;
            let busy = |detail: &str| Error::passing("busy", detail);
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy("another process is at it")),
                Err(TryLockError::Error(error)) => return Err(disk(error)),
            }
            match file.metadata().map_err(disk)?.len() {
                there if there == bytes => Ok(file),
                _ => Err(busy("another process was at it")),
            }
        })
        .await
    }

    async fn take(&self, answer: Response, held: &Held) -> Result<Stored, Error> {
        let total = match answer.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => {
                return self.without_more(answer.headers(), held.bytes).await;
            }
            StatusCode::PARTIAL_CONTENT => {
                let (from, total) = range(answer.headers())?;
                if from != held.bytes {
                    let detail = format!("asked for byte {}, got {from}", held.bytes);
                    return Err(Error::passing("wrong_range", detail));
                }
                total
            }
            _ => answer.content_length(),
        };
        let now = Held::of(answer.headers(), total);
        let goes_on = answer.status() == StatusCode::PARTIAL_CONTENT;
        if goes_on && !held.goes_on_with(&now) {
            return Err(Error::passing("changed", "another recording by now"));
        }
        let from = if goes_on { held.bytes } else { 0 };
        let announced = answer.headers().get(CONTENT_TYPE);
        check::announced(announced.and_then(|value| value.to_str().ok()))?;
        if total.is_some_and(|total| total > self.bytes_max) {
            let detail = format!("{} bytes", total.unwrap_or_default());
            return Err(Error::last("too_large", detail));
        }
        let total = total.or(held.total.filter(|_| goes_on));
        if !goes_on {
            self.begin_anew(&now).await.map_err(disk)?;
        }
        let written = self.write(answer, from).await?;
        self.finish(written, total).await
    }

    /// Writes what comes, as it comes. What was written stays for the next try when the rest does not come.
    async fn write(&self, answer: Response, from: u64) -> Result<u64, Error> {
        let mut file = self.open().await.map_err(disk)?;
        let (mut written, mut head) = (from, Vec::new());
        let (mut since, mut in_window) = (Instant::now(), 0);
        let mut pieces = answer.bytes_stream();
        let result = loop {
            let piece = match tokio::time::timeout(self.pace.stalled_after, pieces.next()).await {
                Ok(Some(Ok(piece))) => piece,
                Ok(Some(Err(error))) => {
                    break Err(Error::passing("cut", error.without_url()));
                }
                Ok(None) => break Ok(written),
                Err(_) => break Err(Error::passing("stalled", "no byte for too long")),
            };
            in_window += piece.len() as u64;
            if from == 0 && head.len() < check::HEAD_BYTES {
                head.extend_from_slice(&piece);
                if head.len() >= check::HEAD_BYTES {
                    check::audio_type(&head)?;
                }
            }
            written += piece.len() as u64;
            if written > self.bytes_max {
                return Err(Error::last("too_large", format!("over {written} bytes")));
            }
            file.write_all(&piece).await.map_err(disk)?;
            if since.elapsed() >= self.pace.window {
                if in_window < self.pace.bytes {
                    let detail = format!("{in_window} bytes in {:?}", self.pace.window);
                    break Err(Error::passing("slow", detail));
                }
                (since, in_window) = (Instant::now(), 0);
            }
        };
        file.flush().await.map_err(disk)?;
        file.sync_all().await.map_err(disk)?;
        result
    }

    /// Empties the part, and only then notes of what it will be a part: never the other way round.
    async fn begin_anew(&self, now: &Held) -> std::io::Result<()> {
        self.open().await?.set_len(0).await?;
        tokio::fs::write(self.note(), now.note()).await
    }

    async fn open(&self) -> std::io::Result<File> {
        OpenOptions::new().append(true).open(self.part()).await
    }

    async fn finish(&self, bytes: u64, total: Option<u64>) -> Result<Stored, Error> {
        let (part, stem) = (self.part(), self.stem.clone());
        blocking(move || {
            let head = head_of(&part)?;
            check::whole(&head, bytes, total)?;
            let to = stem.with_extension(check::ending(check::audio_type(&head)?));
            move_to(&part, &to).map_err(disk)?;
            describe(&to, Origin::Carrier)
        })
        .await
    }

    /// The server has nothing beyond what is held: that is all, or what is held is not what the server has.
    async fn without_more(&self, headers: &HeaderMap, held: u64) -> Result<Stored, Error> {
        let total = headers
            .get(CONTENT_RANGE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("bytes */"))
            .and_then(|total| total.parse().ok());
        match total {
            Some(total) if total == held => self.finish(held, Some(total)).await,
            _ => Err(Error::passing(
                "wrong_range",
                format!("nothing after byte {held}"),
            )),
        }
    }
}

/// Tells whether what was written is the beginning of the recording.
fn keeps_part(error: &Error) -> bool {
    matches!(error.reason(), "cut" | "stalled" | "slow" | "disk" | "busy")
}

fn head_of(path: &Path) -> Result<Vec<u8>, Error> {
    let file = std::fs::File::open(path).map_err(disk)?;
    let mut head = Vec::new();
    file.take(check::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(disk)?;
    Ok(head)
}

/// Reads `bytes 5-9/10` (RFC 9110, 14.4); the total may be unknown.
fn range(headers: &HeaderMap) -> Result<(u64, Option<u64>), Error> {
    let text = headers
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok());
    let read = text.and_then(|text| {
        let (place, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let from = place.split_once('-')?.0.parse().ok()?;
        Some((from, total.parse().ok()))
    });
    read.ok_or_else(|| Error::passing("wrong_range", "answer without a range"))
}
