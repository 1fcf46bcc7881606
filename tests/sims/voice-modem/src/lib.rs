//! Words as audio-frequency data through G.711, and back.
//!
//! Owns the code that lets a test send text through a telephone's voice path and learn which words
//! survived it. Called by the simulated callers and by the simulated recogniser and voice; it never
//! opens a socket, reads a clock or draws a random number.
//!
//! Each word travels as a packet of its own: a synchronising pattern, its length, its UTF-8 bytes
//! and a checksum, in 4-phase keying of a 2 kHz carrier at 2000 bit/s and -18 dBFS. A sentence of 60
//! characters lasts about half a second. Packets follow one another without a pause, so the carrier
//! is the "speech" that a voice activity detector would see. White space is not preserved: the words
//! come out one by one.
//!
//! ```
//! let audio = voice_modem::encode("a table for four");
//! let heard = voice_modem::mulaw::decode(&voice_modem::mulaw::encode(&audio));
//! let (words, damaged) = voice_modem::decode_all(&heard);
//! assert_eq!(words.join(" "), "a table for four");
//! assert_eq!(damaged, 0);
//! ```

mod carrier;
mod decoder;
mod encoder;
mod keying;
pub mod mulaw;
mod packet;

pub use carrier::CARRIER_HANG_SAMPLES;
pub use decoder::{Decoder, Item, decode_all};
pub use encoder::encode;

/// Samples a second that this modem works at: the rate of G.711.
pub const SAMPLE_RATE: u32 = 8000;
