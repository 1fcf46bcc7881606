//! RTP packets (RFC 3550 section 5.1).
//!
//! Owns the packet header; the media session calls it. It never keeps state between packets.

/// Holds the samples of one 20 ms frame at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;

const HEADER_BYTES: usize = 12;

/// Holds one RTP packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Tells what the payload is.
    pub payload_type: u8,
    /// Marks the start of a talk spurt or of a key press.
    pub marker: bool,
    /// Counts packets, wrapping.
    pub sequence: u16,
    /// Counts samples, wrapping.
    pub timestamp: u32,
    /// Names the stream.
    pub ssrc: u32,
    /// Holds the payload.
    pub payload: Vec<u8>,
}

impl Packet {
    /// Writes the packet.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.payload.len());
        bytes.push(0x80);
        bytes.push(self.payload_type | if self.marker { 0x80 } else { 0 });
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.timestamp.to_be_bytes());
        bytes.extend_from_slice(&self.ssrc.to_be_bytes());
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// Reads a packet; RTCP, STUN and anything else that is not RTP gives nothing.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < HEADER_BYTES || bytes[0] >> 6 != 2 || (192..=223).contains(&bytes[1]) {
            return None;
        }
        let mut start = HEADER_BYTES + 4 * usize::from(bytes[0] & 0x0f);
        if bytes[0] & 0x10 != 0 {
            let words = u16::from_be_bytes([*bytes.get(start + 2)?, *bytes.get(start + 3)?]);
            start += 4 + 4 * usize::from(words);
        }
        let mut payload = bytes.get(start..)?.to_vec();
        if bytes[0] & 0x20 != 0 {
            let padding = usize::from(*payload.last()?);
            payload.truncate(payload.len().checked_sub(padding)?);
        }
        Some(Self {
            payload_type: bytes[1] & 0x7f,
            marker: bytes[1] & 0x80 != 0,
            sequence: u16::from_be_bytes([bytes[2], bytes[3]]),
            timestamp: u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]),
            ssrc: u32::from_be_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]),
            payload,
        })
    }
}
