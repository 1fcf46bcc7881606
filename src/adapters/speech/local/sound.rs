//! Owns the reading of a stored recording as telephone sound: WAV or MP3 of any rate, channel by channel at 8000 Hz.
//! Called by `recorded`, on a thread that may be busy. Never holds more than `MINUTES_MAX` of sound.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Rate that the ears hear at.
const RATE: u32 = 8_000;
/// Longest recording that is read; what comes later is left out.
const MINUTES_MAX: u64 = 180;
/// Frames read at a time.
const PIECE: usize = 4_096;

/// Reads a recording; each channel has its samples at 8000 Hz.
pub(super) fn read(path: &Path) -> io::Result<Vec<Vec<i16>>> {
    let mut file = File::open(path)?;
    let mut head = [0; 12];
    let known = file.read(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if head[..known].starts_with(b"RIFF") {
        wav(BufReader::new(file))
    } else {
        mp3(BufReader::new(file))
    }
}

/// Takes interleaved samples of any rate and keeps them at 8000 Hz.
struct Channels {
    rate: u32,
    done: Vec<Vec<i16>>,
    /// For each channel: sum and count of the samples that make up the next one, and the last sample.
    open: Vec<(i64, i64, i16)>,
    /// Frames taken, and the place of the next one to be made in input frames times `RATE`.
    taken: u64,
}

impl Channels {
    fn new(count: usize, rate: u32) -> io::Result<Self> {
        if count == 0 || count > 8 || !(4_000..=192_000).contains(&rate) {
            return Err(bad("channels or rate that no recording has"));
        }
        Ok(Self {
            rate,
            done: vec![Vec::new(); count],
            open: vec![(0, 0, 0); count],
            taken: 0,
        })
    }

    /// Takes one sample for each channel: the mean of what falls into one sample of 8000 Hz, or between two the line.
    fn push(&mut self, frame: impl Iterator<Item = i16>) {
        let (rate, to) = (u64::from(self.rate), u64::from(RATE));
        let before = self.taken * to / rate;
        self.taken += 1;
        let due = self.taken * to / rate - before;
        for ((sample, open), done) in frame.zip(&mut self.open).zip(&mut self.done) {
            let last = open.2;
            open.0 += i64::from(sample);
            open.1 += 1;
            open.2 = sample;
            if due == 0 {
                continue;
            }
            let mean = (open.0 / open.1) as i16;
            for step in 1..due {
                let part = step as f32 / due as f32;
                done.push((f32::from(last) + (f32::from(mean) - f32::from(last)) * part) as i16);
            }
            done.push(mean);
            (open.0, open.1) = (0, 0);
        }
    }

    fn is_full(&self) -> bool {
        self.taken >= u64::from(self.rate) * 60 * MINUTES_MAX
    }
}

/// How samples are written in a WAV file (RFC 2361).
#[derive(Clone, Copy)]
enum Coding {
    Pcm8,
    Pcm16,
    MuLaw,
}

fn wav(mut file: impl Read + Seek) -> io::Result<Vec<Vec<i16>>> {
    file.seek(SeekFrom::Start(12))?;
    let mut form = None;
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        match &head[..4] {
            b"fmt " => {
                let mut fields = vec![0; size.min(64) as usize];
                file.read_exact(&mut fields)?;
                form = Some(wav_form(&fields)?);
                let rest = i64::from(size) - fields.len() as i64 + i64::from(size % 2);
                file.seek(SeekFrom::Current(rest))?;
            }
            b"data" => {
                let (coding, channels) = form.ok_or_else(|| bad("sound before its form"))?;
                // A file that was written as a stream claims 0 or all ones: everything is sound then.
                let length = match size {
                    0 | u32::MAX => u64::MAX,
                    size => u64::from(size),
                };
                return samples(file.take(length), coding, channels);
            }
            _ => {
                file.seek(SeekFrom::Current(i64::from(size) + i64::from(size % 2)))?;
            }
        }
    }
}

fn wav_form(fields: &[u8]) -> io::Result<(Coding, Channels)> {
    let field = |at: usize| -> Option<u16> {
        Some(u16::from_le_bytes(fields.get(at..at + 2)?.try_into().ok()?))
    };
    let rate: Option<[u8; 4]> = fields.get(4..8).and_then(|rate| rate.try_into().ok());
    let (Some(tag), Some(count), Some(rate), Some(bits)) = (field(0), field(2), rate, field(14))
    else {
        return Err(bad("form of the sound is cut short"));
    };
    // The extensible form has the real tag at the head of its GUID.
    let tag = match tag {
        0xFFFE => field(24).unwrap_or(tag),
        tag => tag,
    };
    let coding = match (tag, bits) {
        (1, 8) => Coding::Pcm8,
        (1, 16) => Coding::Pcm16,
        (7, 8) => Coding::MuLaw,
        _ => return Err(bad("neither pcm nor mu-law")),
    };
    Ok((
        coding,
        Channels::new(usize::from(count), u32::from_le_bytes(rate))?,
    ))
}

fn samples(
    mut sound: impl Read,
    coding: Coding,
    mut channels: Channels,
) -> io::Result<Vec<Vec<i16>>> {
    let width = if matches!(coding, Coding::Pcm16) {
        2
    } else {
        1
    };
    let frame = width * channels.done.len();
    let mut piece = vec![0; frame * PIECE];
    while !channels.is_full() {
        let mut held = 0;
        while held < piece.len() {
            match sound.read(&mut piece[held..])? {
                0 => break,
                more => held += more,
            }
        }
        for one in piece[..held].chunks_exact(frame) {
            channels.push(one.chunks_exact(width).map(|bytes| match coding {
                Coding::Pcm8 => (i16::from(bytes[0]) - 128) << 8,
                Coding::Pcm16 => i16::from_le_bytes([bytes[0], bytes[1]]),
                Coding::MuLaw => maitred_speech_engines::mulaw::decode(bytes[0]),
            }));
        }
        if held < piece.len() {
            break;
        }
    }
    Ok(channels.done)
}

fn mp3(file: impl Read + Seek) -> io::Result<Vec<Vec<i16>>> {
    let unreadable =
        |error: nanomp3::Error| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let mut reader = nanomp3::Reader::<_, i16>::new(file).map_err(unreadable)?;
    let count = match reader.channels() {
        Some(nanomp3::Channels::Stereo) => 2,
        Some(_) => 1,
        None => return Err(bad("no frame of sound")),
    };
    let mut channels = Channels::new(count, reader.sample_rate())?;
    let mut piece = vec![0; count * PIECE];
    while !channels.is_full() {
        let held = reader.read(&mut piece).map_err(unreadable)?;
        if held == 0 {
            break;
        }
        for one in piece[..held].chunks_exact(count) {
            channels.push(one.iter().copied());
        }
    }
    Ok(channels.done)
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use std::io::Cursor;

    /// A WAV file in 16 bit.
    fn file(rate: u32, channels: u16, samples: &[i16], claimed: u32) -> Cursor<Vec<u8>> {
        let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend([0; 6]);
        bytes.extend(16_u16.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(claimed.to_le_bytes());
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        Cursor::new(bytes)
    }

    #[test]
    fn channels_come_apart_and_strange_chunks_are_passed_over() {
        let sound = wav(file(8_000, 2, &[1, -1, 2, -2, 3, -3], 12)).unwrap();
        assert_eq!(sound, [vec![1, 2, 3], vec![-1, -2, -3]]);
        let streamed = wav(file(8_000, 1, &[1, 2, 3], 0)).unwrap();
        assert_eq!(streamed, [vec![1, 2, 3]]);
    }

    #[test]
    fn every_rate_becomes_that_of_the_telephone() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000] {
            let tone: Vec<i16> = (0..rate)
                .map(|at| {
                    ((at as f32 * 440.0 * std::f32::consts::TAU / rate as f32).sin() * 10_000.0)
                        as i16
                })
                .collect();
            let sound = wav(file(rate, 1, &tone, rate * 2)).unwrap().remove(0);
            assert_eq!(sound.len(), 8_000, "{rate}");
            let crossings = sound
                .windows(2)
                .filter(|pair| pair[0] < 0 && pair[1] >= 0)
                .count();
            assert!((438..=441).contains(&crossings), "{rate}: {crossings}");
        }
        let tone: Vec<i16> = (0..4_000).map(|at| at as i16).collect();
        let sound = wav(file(4_000, 1, &tone, 8_000)).unwrap().remove(0);
        assert_eq!((sound.len(), sound[4_001]), (8_000, 2_000));
    }

    #[test]
    fn what_is_no_sound_is_an_error() {
        assert!(wav(Cursor::new(b"RIFF\0\0\0\0WAVEdata\0\0\0\0".to_vec())).is_err());
        assert!(wav(Cursor::new(b"RIFF\0\0\0\0WAVE".to_vec())).is_err());
        assert!(wav(file(8_000, 0, &[], 0)).is_err());
        assert!(mp3(Cursor::new(vec![0; 5_000])).is_err());
    }
}
