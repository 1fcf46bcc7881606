//! Owns one try to fetch a recording: into a `.part` file that the next try goes on with, checked, and put under its
//! name only when it is whole. Called by `fetching`. Never tries again by itself.

use super::check;
use super::shelf::{blocking, describe, disk, move_to};
use futures_util::StreamExt as _;
use maitred_actors::ports::archive::{Error, Origin, Stored};
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

/// Longest silence of a server in the middle of a download.
const STALLED_AFTER: Duration = Duration::from_secs(30);
/// Longest try; the next one goes on where it ended.
const TRY_MAX: Duration = Duration::from_secs(1800);

/// The files of one download.
pub(super) struct Target {
    stem: PathBuf,
    bytes_max: u64,
}

impl Target {
    /// Names the files after a path without ending; neither may become larger than `bytes_max`.
    pub fn new(stem: PathBuf, bytes_max: u64) -> Self {
        Self { stem, bytes_max }
    }

    fn part(&self) -> PathBuf {
        self.stem.with_extension("part")
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

    /// Tells how much an earlier try has brought.
    pub async fn held(&self) -> u64 {
        tokio::fs::metadata(self.part())
            .await
            .map_or(0, |file| file.len())
    }

    /// Takes an answer that begins at the byte asked for, or at the first.
    pub async fn receive(&self, answer: Response, held: u64) -> Result<Stored, Error> {
        let received = tokio::time::timeout(TRY_MAX, self.take(answer, held)).await;
        let received =
            received.unwrap_or_else(|_| Err(Error::passing("slow", "longer than a try may take")));
        if let Err(error) = &received
            && !keeps_part(error)
        {
            // What is wrong from its first byte on is of no use to the next try; it may not even be there.
            let _ = tokio::fs::remove_file(self.part()).await;
        }
        received
    }

    async fn take(&self, answer: Response, held: u64) -> Result<Stored, Error> {
        let total = match answer.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => {
                return self.without_more(answer.headers(), held).await;
            }
            StatusCode::PARTIAL_CONTENT => {
                let (from, total) = range(answer.headers())?;
                if from != held {
                    let detail = format!("asked for byte {held}, got {from}");
                    return Err(Error::passing("wrong_range", detail));
                }
                total
            }
            _ => answer.content_length(),
        };
        let from = if answer.status() == StatusCode::PARTIAL_CONTENT {
            held
        } else {
            0
        };
        let announced = answer.headers().get(CONTENT_TYPE);
        check::announced(announced.and_then(|value| value.to_str().ok()))?;
        if total.is_some_and(|total| total > self.bytes_max) {
            let detail = format!("{} bytes", total.unwrap_or_default());
            return Err(Error::last("too_large", detail));
        }
        let written = self.write(answer, from).await?;
        self.finish(written, total).await
    }

    /// Writes what comes, as it comes. What was written stays for the next try when the rest does not come.
    async fn write(&self, answer: Response, from: u64) -> Result<u64, Error> {
        let mut file = self.open(from).await.map_err(disk)?;
        let (mut written, mut head) = (from, Vec::new());
        let mut pieces = answer.bytes_stream();
        let result = loop {
            let piece = match tokio::time::timeout(STALLED_AFTER, pieces.next()).await {
                Ok(Some(Ok(piece))) => piece,
                Ok(Some(Err(error))) => {
                    break Err(Error::passing("cut", error.without_url()));
                }
                Ok(None) => break Ok(written),
                Err(_) => break Err(Error::passing("stalled", "no byte for 30 s")),
            };
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
        };
        file.flush().await.map_err(disk)?;
        file.sync_all().await.map_err(disk)?;
        result
    }

    async fn open(&self, from: u64) -> std::io::Result<File> {
        if let Some(folder) = self.stem.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let mut options = OpenOptions::new();
        options.create(true).write(true);
        if from == 0 {
            options.truncate(true);
        } else {
            options.append(true);
        }
        options.open(self.part()).await
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
    matches!(error.reason(), "cut" | "stalled" | "slow" | "disk")
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
