//! Owns the codecs of the wire and their way to and from mu-law at 8000 Hz, which is all that the rest of Maitred knows.
//! Called by the leg once a packet; named by `sdp`. Never reorders packets and never makes up lost ones.
//!
//! Opus decodes at any rate whatever it was encoded at, so 8000 Hz is asked of it and nothing has to be resampled.

use super::g711;
use super::rtp::Packet;
use maitred_actors::ports::audio::FRAME_BYTES;
use ropus::{Application, Channels, DecodeMode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rate of the sound within, in Hz.
const RATE_HZ: u32 = 8_000;
/// Most samples in one packet of Opus: 120 ms (RFC 6716, 3.1).
const SAMPLES_MAX: usize = 960;
/// Longest stretch of audio taken from one packet of mu-law: 200 ms.
const PCMU_BYTES_MAX: usize = 1_600;
/// Largest packet of Opus that we write (RFC 6716, 3.4).
const OPUS_BYTES_MAX: usize = 1_275;
/// Effort of the encoder, 0 to 10: a frame there and back costs 30 us at 0 and 85 us at 4, and telephone speech gains
/// little by it.
const EFFORT: u8 = 0;
/// What follows the key in the odd packets that RingCentral sends on the audio payload type while a key is held.
const STRAY: [u8; 3] = [0x8A, 0x03, 0xC0];

/// How sound is coded on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// G.711 mu-law, 8000 Hz.
    #[default]
    Pcmu,
    /// Opus as in RFC 7587: its clock runs at 48000 Hz, whatever is sent.
    Opus,
    /// RingCentral's `OPUS/16000`: the same packets, mono, under a clock of 16000 Hz.
    Opus16,
}

impl Codec {
    /// Those that we speak, the one that we would rather speak first.
    pub const ALL: [Self; 3] = [Self::Pcmu, Self::Opus16, Self::Opus];

    /// Gives the name as in `a=rtpmap`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU/8000",
            Self::Opus => "opus/48000/2",
            Self::Opus16 => "OPUS/16000",
        }
    }

    /// Gives the rate of the RTP clock in Hz.
    pub fn clock_hz(self) -> u32 {
        match self {
            Self::Pcmu => RATE_HZ,
            Self::Opus => 48_000,
            Self::Opus16 => 16_000,
        }
    }

    /// Gives how far the RTP clock moves in a frame of 20 ms.
    pub fn step(self) -> u32 {
        self.clock_hz() / 50
    }
}

/// The codec could not be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("opus could not be set up: {0}")]
pub struct CodecError(String);

/// Turns packets into mu-law with its place on a clock of 8000 Hz.
pub struct Decoder {
    opus: Option<ropus::Decoder>,
    /// RTP clock ticks in one sample.
    ratio: u64,
    clock: Option<Clock>,
    samples: Vec<u8>,
}

/// The 32-bit RTP clock made long, so that it can be divided.
struct Clock {
    ssrc: u32,
    last: u32,
    long: u64,
}

impl Decoder {
    /// Prepares to hear `codec`.
    pub fn new(codec: Codec) -> Result<Self, CodecError> {
        let opus = match codec {
            Codec::Pcmu => None,
            Codec::Opus | Codec::Opus16 => {
                let made = ropus::Decoder::new(RATE_HZ, Channels::Mono);
                Some(made.map_err(|error| CodecError(error.to_string()))?)
            }
        };
        Ok(Self {
            opus,
            ratio: u64::from(codec.clock_hz() / RATE_HZ),
            clock: None,
            samples: Vec::new(),
        })
    }

    /// Decodes a packet; `None` when it is no sound. Gives the time of its first sample and the samples.
    pub fn decode<'a>(&'a mut self, packet: &Packet<'a>) -> Option<(u32, &'a [u8])> {
        let payload = packet.payload;
        if payload.get(1..) == Some(&STRAY[..]) {
            return None;
        }
        let time = self.time(packet.ssrc, packet.timestamp);
        let Some(opus) = &mut self.opus else {
            return (payload.len() <= PCMU_BYTES_MAX).then_some((time, payload));
        };
        let mut pcm = [0; SAMPLES_MAX];
        // Foreign bytes go into foreign arithmetic; whatever happens there is one lost packet.
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            opus.decode(payload, &mut pcm, DecodeMode::Normal)
        }));
        let Ok(decoded) = decoded else {
            self.opus = ropus::Decoder::new(RATE_HZ, Channels::Mono).ok();
            return None;
        };
        let pcm = pcm.get(..decoded.ok()?)?;
        self.samples.clear();
        self.samples
            .extend(pcm.iter().map(|sample| g711::encode(*sample)));
        Some((time, &self.samples))
    }

    /// Gives the place of an RTP timestamp on the clock of 8000 Hz.
    fn time(&mut self, ssrc: u32, timestamp: u32) -> u32 {
        let clock = match &mut self.clock {
            Some(clock) if clock.ssrc == ssrc => clock,
            // Far from zero, so that earlier packets that come later have a place too.
            other => other.insert(Clock {
                ssrc,
                last: timestamp,
                long: (1 << 40) + u64::from(timestamp),
            }),
        };
        let moved = i64::from(timestamp.wrapping_sub(clock.last) as i32);
        clock.long = clock.long.wrapping_add_signed(moved);
        clock.last = timestamp;
        (clock.long / self.ratio) as u32
    }
}

/// Turns frames of mu-law into payloads.
pub struct Encoder {
    opus: Option<ropus::Encoder>,
    packet: Vec<u8>,
}

impl Encoder {
    /// Prepares to speak `codec`.
    pub fn new(codec: Codec) -> Result<Self, CodecError> {
        let opus = match codec {
            Codec::Pcmu => None,
            Codec::Opus | Codec::Opus16 => {
                let builder = ropus::Encoder::builder(RATE_HZ, Channels::Mono, Application::Voip);
                let made = builder.complexity(EFFORT).build();
                Some(made.map_err(|error| CodecError(error.to_string()))?)
            }
        };
        let room = if opus.is_some() { OPUS_BYTES_MAX } else { 0 };
        Ok(Self {
            opus,
            packet: vec![0; room],
        })
    }

    /// Encodes 20 ms; `None` when they cannot be, which loses them.
    pub fn encode<'a>(&'a mut self, frame: &'a [u8; FRAME_BYTES]) -> Option<&'a [u8]> {
        let Some(opus) = &mut self.opus else {
            return Some(frame);
        };
        let pcm = frame.map(g711::decode);
        let length = opus.encode(&pcm, &mut self.packet).ok()?;
        self.packet.get(..length)
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::{Codec, Decoder, Encoder, FRAME_BYTES};
    use crate::media::g711;
    use crate::media::rtp::Packet;
    use proptest::prelude::*;

    fn packet(timestamp: u32, payload: &[u8]) -> Packet<'_> {
        Packet {
            marker: false,
            payload_type: 109,
            sequence: 0,
            timestamp,
            ssrc: 7,
            payload,
        }
    }

    /// Twenty milliseconds of a tone.
    fn tone(frame: usize) -> [u8; FRAME_BYTES] {
        std::array::from_fn(|n| {
            let at = (frame * FRAME_BYTES + n) as f64 * 440.0 * std::f64::consts::TAU / 8_000.0;
            g711::encode((at.sin() * 8_000.0) as i16)
        })
    }

    #[test]
    fn a_tone_survives_opus_in_both_clocks_across_their_wrap() {
        for codec in [Codec::Opus, Codec::Opus16] {
            let (mut there, mut here) =
                (Encoder::new(codec).unwrap(), Decoder::new(codec).unwrap());
            let mut timestamp = 0u32.wrapping_sub(codec.step() * 20);
            let (mut heard, mut times) = (Vec::new(), Vec::new());
            for frame in 0..50 {
                let payload = there.encode(&tone(frame)).unwrap().to_vec();
                assert!(payload.len() < FRAME_BYTES, "smaller than mu-law");
                let (time, samples) = here.decode(&packet(timestamp, &payload)).unwrap();
                times.push(time);
                heard.extend(samples.iter().map(|byte| f64::from(g711::decode(*byte))));
                timestamp = timestamp.wrapping_add(codec.step());
            }
            assert!(
                times
                    .windows(2)
                    .all(|two| two[1].wrapping_sub(two[0]) == 160)
            );
            let power = heard[4_000..].iter().map(|s| s * s).sum::<f64>() / 4_000.0;
            assert!((power.sqrt() - 5_657.0).abs() < 1_500.0, "{}", power.sqrt());
        }
    }

    #[test]
    fn odd_packets_are_no_sound() {
        for codec in Codec::ALL {
            let mut decoder = Decoder::new(codec).unwrap();
            assert_eq!(decoder.decode(&packet(0, &[5, 0x8A, 0x03, 0xC0])), None);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_packets_never_panic(
            packets in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..200)), 0..20),
        ) {
            for codec in Codec::ALL {
                let mut decoder = Decoder::new(codec).unwrap();
                for (timestamp, payload) in &packets {
                    if let Some((_, samples)) = decoder.decode(&packet(*timestamp, payload)) {
                        prop_assert!(samples.len() <= 1_600);
                    }
                }
            }
        }
    }
}
