//! The receiving half of a phone's media: decrypts, sorts keys from audio, restores order.
//!
//! Owns the state of the incoming stream; the session calls it. It never touches a socket.

use std::time::Instant;

use rtc_srtp::context::Context;

use super::reorder::{Content, HeardFrame, Reorder};
use super::rtp::{FRAME_SAMPLES, Packet};
use super::srtp::SrtpKey;
use super::{dtmf, g711};

const PCMU: u8 = 0;

/// Says what one datagram brought.
#[derive(Debug, Default)]
pub(super) struct Arrival {
    pub frames: Vec<HeardFrame>,
    pub key: Option<char>,
    pub genuine: bool,
}

/// Turns datagrams into frames.
#[derive(Default)]
pub(super) struct Ear {
    key: Option<SrtpKey>,
    unprotector: Option<Context>,
    telephone_event: Option<u8>,
    pressed_at: Option<u32>,
    reorder: Reorder,
}

impl Ear {
    /// Takes over what the other side's description says; an unchanged key keeps its rollover counter.
    pub fn aim(&mut self, key: Option<SrtpKey>, telephone_event: Option<u8>) {
        self.telephone_event = telephone_event;
        if self.key != key {
            self.key = key;
            self.unprotector = key.and_then(SrtpKey::unprotector);
        }
    }

    /// Takes one datagram; what cannot be authenticated or is no RTP gives nothing.
    pub fn hear(&mut self, datagram: &[u8], now: Instant) -> Arrival {
        let Some(packet) = self.open(datagram) else {
            return Arrival::default();
        };
        let mut arrival = Arrival {
            genuine: true,
            ..Arrival::default()
        };
        let content = if Some(packet.payload_type) == self.telephone_event {
            if self.pressed_at != Some(packet.timestamp) {
                self.pressed_at = Some(packet.timestamp);
                arrival.key = packet
                    .payload
                    .first()
                    .and_then(|event| dtmf::key_of(*event));
            }
            Content::Other
        } else if packet.payload_type == PCMU && packet.payload.len() >= FRAME_SAMPLES {
            Content::Audio(
                packet
                    .payload
                    .iter()
                    .map(|code| g711::decode(*code))
                    .collect(),
            )
        } else {
            Content::Other
        };
        arrival.frames = self
            .reorder
            .push(packet.ssrc, packet.sequence, content, now);
        arrival
    }

    /// Gives up packets that are overdue.
    pub fn release(&mut self, now: Instant) -> Vec<HeardFrame> {
        self.reorder.release(now)
    }

    fn open(&mut self, datagram: &[u8]) -> Option<Packet> {
        match (&mut self.unprotector, self.key) {
            (Some(context), _) => {
                Packet::parse(datagram)?;
                Packet::parse(&context.decrypt_rtp(datagram).ok()?)
            }
            (None, None) => Packet::parse(datagram),
            (None, Some(_)) => None,
        }
    }
}
