//! Owns our RTP stream: its counters, its key, and one packet at a time. Called by the leg. Never keeps time: the leg
//! says when a frame is due.

use super::dtmf::EventPacket;
use super::rtcp::Sent;
use super::rtp::Packet;
use super::srtp::Srtp;
use crate::adapters::clock;
use std::net::SocketAddr;
use tokio::net::UdpSocket;

/// Counters of our next packet.
pub struct Sender {
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    /// Whether anything was sent yet.
    begun: bool,
    /// Whether the packet before carried our voice.
    spoke: bool,
    sealing: Option<Srtp>,
    buffer: Vec<u8>,
    packets: u32,
    octets: u32,
}

impl Sender {
    /// Starts a stream with random counters (RFC 3550, 5.1), sealed when there is a key.
    pub fn new(sealing: Option<Srtp>) -> Self {
        let (sequence, timestamp, ssrc) = clock::random();
        Self {
            sequence,
            timestamp,
            ssrc,
            begun: false,
            spoke: false,
            sealing,
            buffer: Vec::new(),
            packets: 0,
            octets: 0,
        }
    }

    /// Sends one frame and tells whether it left; the first one after silence is marked (RFC 3551, 4.1).
    pub fn send(
        &mut self,
        socket: &UdpSocket,
        to: SocketAddr,
        payload_type: u8,
        payload: &[u8],
        spoke: bool,
    ) -> bool {
        let marker = !self.begun || (spoke && !self.spoke);
        (self.begun, self.spoke) = (true, spoke);
        self.send_as((marker, 0), socket, to, payload_type, payload)
    }

    /// Sends one packet of a key press with the timestamp of its beginning (RFC 4733, 2.5.1.2), in a stream whose clock
    /// runs `speed` times as fast as that of events.
    pub fn send_event(
        &mut self,
        socket: &UdpSocket,
        to: SocketAddr,
        (payload_type, speed): (u8, u32),
        packet: EventPacket,
    ) -> bool {
        self.pause();
        let kind = (packet.first, packet.since * speed);
        self.send_as(kind, socket, to, payload_type, &packet.payload)
    }

    fn send_as(
        &mut self,
        (marker, since): (bool, u32),
        socket: &UdpSocket,
        to: SocketAddr,
        payload_type: u8,
        payload: &[u8],
    ) -> bool {
        let (sequence, ssrc) = (self.sequence, self.ssrc);
        let timestamp = self.timestamp.wrapping_sub(since);
        Packet {
            marker,
            payload_type,
            sequence,
            timestamp,
            ssrc,
            payload,
        }
        .write(&mut self.buffer);
        self.sequence = self.sequence.wrapping_add(1);
        let sealed;
        let bytes = match &mut self.sealing {
            Some(srtp) => match srtp.protect(&self.buffer) {
                Ok(bytes) => {
                    sealed = bytes;
                    &sealed
                }
                Err(_) => return false,
            },
            None => &self.buffer,
        };
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(payload.len() as u32);
        // A full socket buffer or an unreachable port loses this frame, as the network may lose any.
        !to.ip().is_unspecified() && socket.try_send_to(bytes, to).is_ok()
    }

    /// Tells our source.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Tells what was sent, for a report at `ntp`.
    pub fn sent(&self, ntp: u64) -> Sent {
        Sent {
            ssrc: self.ssrc,
            ntp,
            timestamp: self.timestamp,
            packets: self.packets,
            octets: self.octets,
        }
    }

    /// Moves media time on by so many samples, whether a packet was sent or not.
    pub fn advance(&mut self, samples: u32) {
        self.timestamp = self.timestamp.wrapping_add(samples);
    }

    /// Says that the stream pauses: the next voice is marked.
    pub fn pause(&mut self) {
        self.spoke = false;
    }
}
