//! Text to audio.
//!
//! Owns the cutting of text into words. Called by simulated callers and simulated voices; it never
//! pads its audio to a packet length.

use crate::keying::{SYMBOL, SYMBOLS_PER_OCTET, modulate, symbols};
use crate::packet::{TEXT_MAX, pack};

/// Encodes the words of a text as 8 kHz samples, without silence before, between or after them.
///
/// A word of more than 255 octets is sent as several words. Text without words gives no samples.
#[must_use]
pub fn encode(text: &str) -> Vec<i16> {
    let mut samples = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let (piece, tail) = rest.split_at(rest.floor_char_boundary(TEXT_MAX));
            let octets = pack(piece);
            samples.reserve(octets.len() * SYMBOLS_PER_OCTET * SYMBOL);
            symbols(&octets).for_each(|symbol| modulate(symbol, &mut samples));
            rest = tail;
        }
    }
    samples
}
