//! WAV files of 8 kHz, 16 bit (RIFF, format 1), enough to play and keep a telephone call.
//!
//! Owns the file format; the binary calls it. It never resamples.

use std::io;

const RATE: u32 = 8000;

/// Reads mono samples; of several channels the first is taken.
///
/// # Errors
/// Fails when the bytes are not a 16-bit PCM WAV at 8 kHz.
pub fn read(bytes: &[u8]) -> io::Result<Vec<i16>> {
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(bad("not a wav file"));
    }
    let mut rest = &bytes[12..];
    let mut channels = 0_usize;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let chunk = &body[..length.min(body.len())];
        match &head[..4] {
            b"fmt " if chunk.len() >= 16 => {
                channels = usize::from(chunk[2]).max(1);
                let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
                if (chunk[0], chunk[14], rate) != (1, 16, RATE) {
                    return Err(bad("wav file is not 16-bit pcm at 8 kHz"));
                }
            }
            b"data" if channels > 0 => {
                let frames = chunk.chunks_exact(2 * channels);
                return Ok(frames
                    .map(|frame| i16::from_le_bytes([frame[0], frame[1]]))
                    .collect());
            }
            _ => {}
        }
        rest = body.get(length + length % 2..).unwrap_or_default();
    }
    Err(bad("wav file without samples"))
}

/// Writes channels side by side; shorter ones are filled with silence.
pub fn write(channels: &[&[i16]]) -> Vec<u8> {
    let frames = channels
        .iter()
        .map(|channel| channel.len())
        .max()
        .unwrap_or(0);
    let (count, width) = (channels.len() as u32, 2 * channels.len() as u32);
    let length = frames as u32 * width;
    let mut bytes = Vec::with_capacity(44 + length as usize);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + length).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    bytes.extend_from_slice(&(count as u16).to_le_bytes());
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * width).to_le_bytes());
    bytes.extend_from_slice(&(width as u16).to_le_bytes());
    bytes.extend_from_slice(b"\x10\0data");
    bytes.extend_from_slice(&length.to_le_bytes());
    for frame in 0..frames {
        for channel in channels {
            bytes.extend_from_slice(&channel.get(frame).copied().unwrap_or(0).to_le_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn first_channel_is_read_back() {
        assert_eq!(read(&write(&[&[1, -2, 3], &[9]])).unwrap(), [1, -2, 3]);
        assert!(read(b"RIFF").is_err());
    }
}
