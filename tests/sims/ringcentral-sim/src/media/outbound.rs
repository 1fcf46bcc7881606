//! The sending half of a phone's media: what goes out at each tick of the 20 ms clock.
//!
//! Owns the outgoing stream and its queues; the session calls it. It never touches a socket or a clock.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rtc_srtp::context::Context;
use tokio::sync::oneshot;

use super::faults::{FaultLine, RtpFaults};
use super::rtp::{FRAME_SAMPLES, Packet};
use super::srtp::SrtpKey;
use super::{dtmf, g711};

const PCMU: u8 = 0;
/// Starts near the wrap, so that every call crosses it and SRTP's rollover counter moves.
const FIRST_SEQUENCE: u16 = 65_530;
const GAP_TICKS: u32 = 3;

struct Clip {
    samples: Vec<i16>,
    at: usize,
    done: oneshot::Sender<Instant>,
}

enum Keyed {
    Payload([u8; 4], bool),
    Gap,
}

/// Makes the packets of a stream.
pub(super) struct Mouth {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    key: Option<SrtpKey>,
    protector: Option<Context>,
    telephone_event: u8,
    clips: VecDeque<Clip>,
    keys: VecDeque<Keyed>,
    key_timestamp: u32,
    line: FaultLine,
}

/// Holds what one tick sends: bytes with their delays, and the samples that were in them.
pub(super) struct Tick {
    pub datagrams: Vec<(Duration, Vec<u8>)>,
    pub spoken: Vec<i16>,
}

impl Mouth {
    pub fn new() -> Self {
        Self {
            ssrc: rand::random(),
            sequence: FIRST_SEQUENCE,
            timestamp: rand::random(),
            key: None,
            protector: None,
            telephone_event: crate::sip::sdp::TELEPHONE_EVENT,
            clips: VecDeque::new(),
            keys: VecDeque::new(),
            key_timestamp: 0,
            line: FaultLine::new(RtpFaults::default()),
        }
    }

    /// Takes over the agreed key; an unchanged one keeps its rollover counter.
    pub fn aim(&mut self, key: Option<SrtpKey>, telephone_event: Option<u8>) {
        if let Some(payload_type) = telephone_event {
            self.telephone_event = payload_type;
        }
        if self.key != key {
            self.key = key;
            self.protector = key.and_then(SrtpKey::protector);
        }
    }

    pub fn set_faults(&mut self, faults: RtpFaults) {
        self.line = FaultLine::new(faults);
    }

    pub fn speak(&mut self, samples: Vec<i16>, done: oneshot::Sender<Instant>) {
        self.clips.push_back(Clip {
            samples,
            at: 0,
            done,
        });
    }

    pub fn stop(&mut self) {
        self.clips.clear();
    }

    pub fn press(&mut self, event: u8, steps: u16) {
        for (at, payload) in dtmf::payloads(event, steps).into_iter().enumerate() {
            self.keys.push_back(Keyed::Payload(payload, at == 0));
        }
        self.keys.extend((0..GAP_TICKS).map(|_| Keyed::Gap));
    }

    /// Makes the packets of this tick; `sending` is false while the stream is held.
    pub fn tick(&mut self, sending: bool, now: Instant) -> Tick {
        let mut tick = Tick {
            datagrams: Vec::new(),
            spoken: vec![0; FRAME_SAMPLES],
        };
        self.timestamp = self.timestamp.wrapping_add(FRAME_SAMPLES as u32);
        match self.keys.pop_front() {
            Some(Keyed::Payload(payload, first)) => {
                if first {
                    self.key_timestamp = self.timestamp;
                }
                let held_down = payload[1] & 0x80 == 0;
                self.emit(
                    self.telephone_event,
                    first,
                    self.key_timestamp,
                    &payload,
                    sending,
                    &mut tick,
                );
                if self.line.faults().odd_packets && held_down {
                    let odd = dtmf::odd_payload(payload[0]);
                    self.emit(PCMU, false, self.timestamp, &odd, sending, &mut tick);
                }
            }
            Some(Keyed::Gap) => {
                self.emit(
                    PCMU,
                    false,
                    self.timestamp,
                    &[g711::SILENCE; FRAME_SAMPLES],
                    sending,
                    &mut tick,
                );
            }
            None => {
                tick.spoken = self.next_frame(now);
                let codes: Vec<u8> = tick
                    .spoken
                    .iter()
                    .map(|sample| g711::encode(*sample))
                    .collect();
                self.emit(PCMU, false, self.timestamp, &codes, sending, &mut tick);
            }
        }
        tick
    }

    fn emit(
        &mut self,
        payload_type: u8,
        marker: bool,
        timestamp: u32,
        payload: &[u8],
        sending: bool,
        tick: &mut Tick,
    ) {
        if !sending {
            return;
        }
        let (sequence, ssrc) = (self.sequence, self.ssrc);
        let packet = Packet {
            payload_type,
            marker,
            sequence,
            timestamp,
            ssrc,
            payload: payload.to_vec(),
        };
        self.sequence = self.sequence.wrapping_add(1);
        let plain = packet.to_bytes();
        let bytes = match (&mut self.protector, self.key) {
            (Some(context), _) => context
                .encrypt_rtp(&plain)
                .map(|sealed| sealed.to_vec())
                .unwrap_or_default(),
            (None, None) => plain,
            (None, Some(_)) => return,
        };
        for delay in self.line.judge().delays {
            tick.datagrams.push((delay, bytes.clone()));
        }
    }

    fn next_frame(&mut self, now: Instant) -> Vec<i16> {
        let mut frame = Vec::with_capacity(FRAME_SAMPLES);
        while frame.len() < FRAME_SAMPLES {
            let Some(clip) = self.clips.front_mut() else {
                break;
            };
            let wanted = (FRAME_SAMPLES - frame.len()).min(clip.samples.len() - clip.at);
            frame.extend_from_slice(&clip.samples[clip.at..clip.at + wanted]);
            clip.at += wanted;
            if clip.at == clip.samples.len()
                && let Some(clip) = self.clips.pop_front()
            {
                let _ = clip.done.send(now);
            }
        }
        frame.resize(FRAME_SAMPLES, 0);
        frame
    }
}
