//! Owns the RTP header (RFC 3550, 5.1): reads it from any bytes and writes ours. Called by the leg. Never decrypts
//! and never looks into a payload.

/// An RTP packet, borrowed from the datagram it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Marker bit: for audio, the first packet after silence.
    pub marker: bool,
    /// Payload type, 0 to 127.
    pub payload_type: u8,
    /// Sequence number.
    pub sequence: u16,
    /// Media time in samples.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
    /// Payload without padding.
    pub payload: &'a [u8],
}

const HEADER_BYTES: usize = 12;

impl<'a> Packet<'a> {
    /// Reads a packet; `None` when the bytes are not RTP version 2 or are cut short.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let head = bytes.first_chunk::<HEADER_BYTES>()?;
        if head[0] >> 6 != 2 {
            return None;
        }
        let (padded, extended, sources) = (
            head[0] & 0x20 != 0,
            head[0] & 0x10 != 0,
            usize::from(head[0] & 0x0F),
        );
        let mut payload = bytes.get(HEADER_BYTES + 4 * sources..)?;
        if extended {
            let [_, _, high, low] = *payload.first_chunk::<4>()?;
            payload = payload.get(4 + 4 * usize::from(u16::from_be_bytes([high, low]))..)?;
        }
        if padded {
            let padding = usize::from(*payload.last()?);
            payload = payload.get(..payload.len().checked_sub(padding)?)?;
        }
        Some(Self {
            marker: head[1] & 0x80 != 0,
            payload_type: head[1] & 0x7F,
            sequence: u16::from_be_bytes([head[2], head[3]]),
            timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            ssrc: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
            payload,
        })
    }

    /// Writes the packet over what `out` held, without contributing sources, extension or padding.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.clear();
        out.push(0x80);
        out.push(u8::from(self.marker) << 7 | self.payload_type & 0x7F);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        out.extend_from_slice(self.payload);
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::Packet;
    use proptest::prelude::*;

    #[test]
    fn extension_sources_and_padding_are_passed_over() {
        let mut bytes = vec![
            0x80 | 0x20 | 0x10 | 0x01,
            0x80,
            0,
            7,
            0,
            0,
            0,
            9,
            0,
            0,
            0,
            5,
        ];
        bytes.extend([1, 1, 1, 1]); // one contributing source
        bytes.extend([0xBE, 0xDE, 0, 1, 9, 9, 9, 9]); // extension of one word
        bytes.extend([10, 20, 30, 0, 2]); // payload, two bytes of padding
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!(packet.payload, [10, 20, 30]);
        assert_eq!(
            (
                packet.marker,
                packet.sequence,
                packet.timestamp,
                packet.ssrc
            ),
            (true, 7, 9, 5)
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(packet) = Packet::parse(&bytes) {
                prop_assert!(packet.payload.len() + 12 <= bytes.len());
            }
        }

        #[test]
        fn what_is_written_is_read_back(
            marker: bool, payload_type in 0..128u8, sequence: u16, timestamp: u32, ssrc: u32,
            payload in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let packet = Packet { marker, payload_type, sequence, timestamp, ssrc, payload: &payload };
            let mut bytes = Vec::new();
            packet.write(&mut bytes);
            prop_assert_eq!(Packet::parse(&bytes), Some(packet));
        }
    }
}
