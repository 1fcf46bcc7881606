//! The packet that carries one word: synchronising pattern, length, its check, text, checksum.
//!
//! Owns the byte layout. Called by the encoder and the decoder; it never sees a sample.

/// Synchronising pattern: eight symbols, chosen by search over all 4-phase patterns for the smallest
/// side lobes of their autocorrelation.
pub(crate) const SYNC: [u8; 2] = [0x08, 0x6C];

/// Octets of text that one packet holds at most.
pub(crate) const TEXT_MAX: usize = 255;

/// Octets after the pattern: the length and its check.
pub(crate) const HEADER: usize = 2;

/// Octets after the text.
const CHECKSUM: usize = 3;

/// Guards the length, so that a damaged one does not make the decoder wait for a second of audio.
const LENGTH_MASK: u8 = 0xA5;

/// Lays out the packet of one word of 1 to `TEXT_MAX` octets.
pub(crate) fn pack(text: &str) -> Vec<u8> {
    let length = text.len() as u8;
    let mut octets = Vec::with_capacity(SYNC.len() + HEADER + text.len() + CHECKSUM);
    octets.extend_from_slice(&SYNC);
    octets.extend_from_slice(&[length, length ^ LENGTH_MASK]);
    octets.extend_from_slice(text.as_bytes());
    octets.extend_from_slice(&checksum(text.as_bytes()).to_be_bytes()[1..]);
    octets
}

/// Reads the header; the answer is the number of octets that follow it.
pub(crate) fn body_length(header: [u8; HEADER]) -> Option<usize> {
    let [length, check] = header;
    (length != 0 && length ^ LENGTH_MASK == check).then_some(usize::from(length) + CHECKSUM)
}

/// Reads the text and checksum that follow a header, or `None` when they disagree.
pub(crate) fn unpack(body: &[u8]) -> Option<String> {
    let (text, sum) = body.split_at_checked(body.len().checked_sub(CHECKSUM)?)?;
    let text = (checksum(text).to_be_bytes()[1..] == *sum).then(|| str::from_utf8(text).ok())??;
    let printable = !text.contains(|c: char| c.is_whitespace());
    printable.then(|| text.to_owned())
}

/// The 24-bit cyclic checksum of RFC 9580, section 6.1.1, with the length mixed in: 16 bits would let a wrong
/// word through once in 65,536 damaged packets, which a long run reaches.
fn checksum(text: &[u8]) -> u32 {
    let mut sum = 0x00B7_04CE_u32 ^ text.len() as u32;
    for &octet in text {
        sum ^= u32::from(octet) << 16;
        for _ in 0..8 {
            sum <<= 1;
            if sum & 0x0100_0000 != 0 {
                sum ^= 0x0186_4CFB;
            }
        }
    }
    sum
}
