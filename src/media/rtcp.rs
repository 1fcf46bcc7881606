//! Owns RTCP as bytes (RFC 3550, 6.4): the reports that we write, and what we read in those of the other side. Called by
//! the leg's `control`. Never touches a socket or a clock.

use super::reception::Report;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
/// Bytes of one report block.
const BLOCK_BYTES: usize = 24;
/// Longest name of a source that fits its item.
const CNAME_MAX: usize = 255;

/// What we say of our own stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Our source.
    pub ssrc: u32,
    /// Now, in seconds since 1900 with 32 bits of fraction.
    pub ntp: u64,
    /// Now, on our RTP clock.
    pub timestamp: u32,
    /// Packets sent.
    pub packets: u32,
    /// Bytes of payload sent.
    pub octets: u32,
}

/// When the other side's last report came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastHeard {
    /// Middle 32 bits of its time; 0 when there was none.
    pub ntp_middle: u32,
    /// How long ago it came, in 65,536ths of a second.
    pub delay: u32,
}

/// What the other side says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Middle 32 bits of the time in its sender report.
    pub ntp_middle: Option<u32>,
    /// What it says of our stream.
    pub of_us: Option<OfUs>,
}

/// The other side's view of our stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfUs {
    /// Packets that it never got.
    pub lost: u32,
    /// The report of ours that it saw last, and how long before.
    pub last: LastHeard,
}

/// Writes a compound packet: sender report, description, and a goodbye when the stream ends.
pub fn write(
    sent: Sent,
    report: Option<(Report, LastHeard)>,
    cname: &str,
    goodbye: bool,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    let blocks = u8::from(report.is_some());
    head(&mut out, blocks, SENDER_REPORT, 6 + 6 * u16::from(blocks));
    out.extend(sent.ssrc.to_be_bytes());
    out.extend(sent.ntp.to_be_bytes());
    for word in [sent.timestamp, sent.packets, sent.octets] {
        out.extend(word.to_be_bytes());
    }
    if let Some((report, last)) = report {
        out.extend(report.ssrc.to_be_bytes());
        out.extend((u32::from(report.fraction_lost) << 24 | report.lost & 0xFF_FFFF).to_be_bytes());
        for word in [report.highest, report.jitter, last.ntp_middle, last.delay] {
            out.extend(word.to_be_bytes());
        }
    }
    let name = &cname.as_bytes()[..cname.len().min(CNAME_MAX)];
    // The item and at least one byte of zero, up to a whole word.
    let words = (2 + name.len()) / 4 + 1;
    head(&mut out, 1, DESCRIPTION, 1 + words as u16);
    out.extend(sent.ssrc.to_be_bytes());
    let end = out.len() + 4 * words;
    out.extend([1, name.len() as u8]);
    out.extend(name);
    out.resize(end, 0);
    if goodbye {
        head(&mut out, 1, GOODBYE, 1);
        out.extend(sent.ssrc.to_be_bytes());
    }
    out
}

fn head(out: &mut Vec<u8>, count: u8, kind: u8, words: u16) {
    out.extend([0x80 | count, kind]);
    out.extend(words.to_be_bytes());
}

/// Reads a compound packet as far as it speaks of `ours`; `None` when it is no RTCP.
pub fn read(mut bytes: &[u8], ours: u32) -> Option<Heard> {
    let mut heard = None;
    while let Some([first, kind, high, low]) = bytes.first_chunk::<4>().copied() {
        if first >> 6 != 2 || !(SENDER_REPORT..=207).contains(&kind) {
            return None;
        }
        let length = 4 + 4 * usize::from(u16::from_be_bytes([high, low]));
        let (packet, rest) = bytes.split_at_checked(length)?;
        let heard = heard.get_or_insert_with(Heard::default);
        let blocks = match kind {
            SENDER_REPORT => {
                heard.ntp_middle = Some(word(packet, 10)?);
                packet.get(28..)?
            }
            RECEIVER_REPORT => packet.get(8..)?,
            _ => &[],
        };
        let blocks = blocks.chunks_exact(BLOCK_BYTES);
        for block in blocks.take(usize::from(first & 0x1F)) {
            if word(block, 0) == Some(ours) {
                heard.of_us = of_us(block);
            }
        }
        bytes = rest;
    }
    heard
}

fn of_us(block: &[u8]) -> Option<OfUs> {
    let lost = word(block, 4)? & 0xFF_FFFF;
    Some(OfUs {
        // Negative when packets were doubled.
        lost: if lost & 0x80_0000 == 0 { lost } else { 0 },
        last: LastHeard {
            ntp_middle: word(block, 16)?,
            delay: word(block, 20)?,
        },
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{Heard, LastHeard, OfUs, Report, Sent, read, write};
    use proptest::prelude::*;

    const SENT: Sent = Sent {
        ssrc: 7,
        ntp: 0x1122_3344_5566_7788,
        timestamp: 160,
        packets: 50,
        octets: 8_000,
    };

    #[test]
    fn what_one_side_writes_of_the_other_is_read_there() {
        let report = Report {
            ssrc: 9,
            fraction_lost: 64,
            lost: 12,
            highest: 65_600,
            jitter: 33,
        };
        let last = LastHeard {
            ntp_middle: 0xAABB_CCDD,
            delay: 65_536,
        };
        for name in ["", "a", "ab", "abc", "abcd@host"] {
            let bytes = write(SENT, Some((report, last)), name, true);
            assert!(bytes.len().is_multiple_of(4));
            let of_us = Some(OfUs { lost: 12, last });
            let ntp_middle = Some(0x3344_5566);
            assert_eq!(read(&bytes, 9), Some(Heard { ntp_middle, of_us }), "{name}");
            let stranger = read(&bytes, 10);
            assert_eq!(stranger.and_then(|heard| heard.of_us), None);
        }
        assert_eq!(write(SENT, None, "", false).len(), 28 + 12);
    }

    #[test]
    fn sound_is_no_report() {
        assert_eq!(read(&[0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], 7), None);
        assert_eq!(read(&[], 7), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), ours: u32) {
            read(&bytes, ours);
            let mut framed = vec![0x81, 200, 0, 12];
            framed.extend(&bytes);
            read(&framed, ours);
        }
    }
}
