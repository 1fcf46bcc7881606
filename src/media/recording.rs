//! Owns the recording of a call: a stereo WAV, 16 bit at 8000 Hz, the caller left and us right. Called by the leg,
//! which is given a recording that was begun and hands over a second of sound at a time; the file is written on the blocking pool. Never holds up a tick, and
//! after each second leaves a file that plays, so that a killed process loses one second.

use super::g711;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use tokio::sync::mpsc;

const HEADER_BYTES: u32 = 44;
/// Bytes of one sample pair.
const PAIR_BYTES: u32 = 4;
/// Sound that is gathered before it is handed over: 1 s.
const GATHERED: usize = 8_000;
/// Seconds that may wait for a slow disk before some are lost.
const WAITING_MAX: usize = 30;
/// Longest file name taken from a call identifier.
const NAME_MAX: usize = 120;

/// The leg's end of a recording; dropping it writes what is left.
pub struct Recording {
    caller: Vec<u8>,
    ours: Vec<u8>,
    seconds: mpsc::Sender<(Vec<u8>, Vec<u8>)>,
    lost: u64,
}

impl Recording {
    /// Starts a file of this name in `folder`; one that is there already is left alone.
    pub async fn start(folder: &Path, name: &str) -> io::Result<Self> {
        let (folder, name) = (folder.to_owned(), file_name(name));
        let opened = tokio::task::spawn_blocking(move || Wav::create(&folder, &name)).await;
        let wav = opened.unwrap_or_else(|error| Err(io::Error::other(error)))?;
        let (seconds, chunks) = mpsc::channel(WAITING_MAX);
        tokio::spawn(write_all(wav, chunks));
        Ok(Self {
            caller: Vec::new(),
            ours: Vec::new(),
            seconds,
            lost: 0,
        })
    }

    /// Takes what both sides sounded like for the same stretch of time.
    pub fn push(&mut self, caller: &[u8], ours: &[u8]) {
        self.caller.extend_from_slice(caller);
        self.ours.extend_from_slice(ours);
        if self.caller.len() >= GATHERED {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let second = (
            std::mem::take(&mut self.caller),
            std::mem::take(&mut self.ours),
        );
        if self.seconds.try_send(second).is_err() {
            self.lost += 1;
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.hand_over();
        if self.lost > 0 {
            tracing::warn!(
                seconds = self.lost,
                "recording lost sound: the disk is too slow or full"
            );
        }
    }
}

async fn write_all(mut wav: Wav, mut chunks: mpsc::Receiver<(Vec<u8>, Vec<u8>)>) {
    while let Some((caller, ours)) = chunks.recv().await {
        let written =
            tokio::task::spawn_blocking(move || wav.append(&caller, &ours).map(|()| wav)).await;
        wav = match written {
            Ok(Ok(wav)) => wav,
            Ok(Err(error)) => return tracing::error!(%error, "recording stopped"),
            Err(error) => return tracing::error!(%error, "recording stopped"),
        };
    }
}

/// Gives a name that can be one of a file: letters, digits, `.`, `-`, `_`; all else becomes `_`.
pub fn file_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-._".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().take(NAME_MAX).map(plain).collect();
    name.trim_start_matches('.').to_owned()
}

struct Wav {
    file: File,
    data_bytes: u32,
}

impl Wav {
    fn create(folder: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let mut wav = Self {
            file,
            data_bytes: 0,
        };
        wav.file.write_all(&header(0))?;
        Ok(wav)
    }

    fn append(&mut self, caller: &[u8], ours: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(caller.len() * PAIR_BYTES as usize);
        for (left, right) in caller.iter().zip(ours) {
            bytes.extend_from_slice(&g711::decode(*left).to_le_bytes());
            bytes.extend_from_slice(&g711::decode(*right).to_le_bytes());
        }
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(&bytes)?;
        self.data_bytes = self.data_bytes.saturating_add(bytes.len() as u32);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(self.data_bytes))
    }
}

/// Writes the RIFF header for PCM, two channels, 8000 Hz, 16 bit.
fn header(data_bytes: u32) -> [u8; HEADER_BYTES as usize] {
    let mut out = [0; HEADER_BYTES as usize];
    let fields: [(usize, &[u8]); 13] = [
        (0, b"RIFF"),
        (
            4,
            &(data_bytes.saturating_add(HEADER_BYTES - 8)).to_le_bytes(),
        ),
        (8, b"WAVE"),
        (12, b"fmt "),
        (16, &16u32.to_le_bytes()),
        (20, &1u16.to_le_bytes()),
        (22, &2u16.to_le_bytes()),
        (24, &8_000u32.to_le_bytes()),
        (28, &(8_000 * PAIR_BYTES).to_le_bytes()),
        (32, &(PAIR_BYTES as u16).to_le_bytes()),
        (34, &16u16.to_le_bytes()),
        (36, b"data"),
        (40, &data_bytes.to_le_bytes()),
    ];
    for (at, bytes) in fields {
        out[at..at + bytes.len()].copy_from_slice(bytes);
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::{Wav, file_name, header};
    use crate::media::g711;

    #[test]
    fn the_file_plays_after_every_second() {
        let folder = tempfile::tempdir().unwrap();
        let mut wav = Wav::create(folder.path(), "call.wav").unwrap();
        for seconds in 1..=2u32 {
            wav.append(&[g711::encode(1_000); 8_000], &[0xFF; 8_000])
                .unwrap();
            let bytes = std::fs::read(folder.path().join("call.wav")).unwrap();
            assert_eq!(bytes[..44], header(seconds * 32_000));
            assert_eq!(bytes.len() as u32, 44 + seconds * 32_000);
        }
        let bytes = std::fs::read(folder.path().join("call.wav")).unwrap();
        let left = i16::from_le_bytes([bytes[44], bytes[45]]);
        assert!((left - 1_000).abs() < 40, "{left}");
        assert_eq!(&bytes[46..48], [0, 0]);
    }

    #[test]
    fn a_call_identifier_cannot_leave_the_folder_or_overwrite() {
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("a84b4c76e66710@pc33"), "a84b4c76e66710_pc33");
        let folder = tempfile::tempdir().unwrap();
        Wav::create(folder.path(), "x.wav").unwrap();
        assert!(Wav::create(folder.path(), "x.wav").is_err());
    }
}
