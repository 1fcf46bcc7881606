//! Owns keys as telephone events (RFC 4733): one report for each press of the caller, and the packets of our own presses.
//! Called by the leg. Never listens for tones in the audio.

use std::collections::VecDeque;

const KEYS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D',
];
/// Presses remembered, so that a reordered end packet of an earlier one is not taken for a new press.
const REMEMBERED: usize = 8;

/// Turns event packets into presses. All packets of one press carry the same RTP timestamp (RFC 4733, 2.5.1.2), so
/// the first one of a timestamp counts, whichever of start, continuation and end it is; RingCentral's bare
/// `[event, 0x06, 0, 0]` is such a start.
#[derive(Debug, Default)]
pub struct Keys {
    seen: VecDeque<(u32, u32)>,
}

impl Keys {
    /// Takes one event packet and gives the key if this is a press not yet reported.
    pub fn push(&mut self, ssrc: u32, timestamp: u32, payload: &[u8]) -> Option<char> {
        let [event, ..] = *payload.first_chunk::<4>()?;
        let key = *KEYS.get(usize::from(event))?;
        if self.seen.contains(&(ssrc, timestamp)) {
            return None;
        }
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back((ssrc, timestamp));
        Some(key)
    }
}

/// Ticks of 20 ms for which a key is held: 100 ms, which every receiver takes.
const HELD_TICKS: u16 = 5;
/// Ticks of silence after a key.
const PAUSE_TICKS: u16 = 4;
/// Times that the end of a press is sent (RFC 4733, 2.5.1.4).
const ENDS: u16 = 3;
/// Units of an event's duration in one tick, at 8000 Hz.
const UNITS_PER_TICK: u16 = 160;
/// Volume of a key, in dBm0 below zero (RFC 4733, 2.3.3).
const VOLUME: u8 = 10;
const END: u8 = 0x80;

/// One packet of a press that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPacket {
    /// Whether it is the first of its press, which is marked.
    pub first: bool,
    /// How many samples ago, at 8000 Hz, the press began: all packets of it carry that timestamp.
    pub since: u32,
    /// Event, flags, volume, duration (RFC 4733, 2.3).
    pub payload: [u8; 4],
}

/// The keys that we press, one after the other; while one is held no audio is sent.
#[derive(Debug, Default)]
pub struct Presses {
    waiting: VecDeque<u8>,
    /// Ticks since the present press began.
    tick: u16,
}

impl Presses {
    /// Adds keys; what is no key is passed over.
    pub fn add(&mut self, keys: &str) {
        let events = keys.chars().filter_map(|key| {
            let at = KEYS
                .iter()
                .position(|one| *one == key.to_ascii_uppercase())?;
            u8::try_from(at).ok()
        });
        self.waiting.extend(events);
    }

    /// Tells whether a press is under way, its pause included.
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Gives the packet of this tick; none in the pause after a key.
    pub fn packet(&mut self) -> Option<EventPacket> {
        let event = *self.waiting.front()?;
        let tick = self.tick;
        self.tick += 1;
        if tick >= HELD_TICKS + ENDS + PAUSE_TICKS {
            self.waiting.pop_front();
            self.tick = 0;
            return None;
        }
        if tick >= HELD_TICKS + ENDS {
            return None;
        }
        let over = tick >= HELD_TICKS;
        let [high, low] = (UNITS_PER_TICK * (tick + 1).min(HELD_TICKS)).to_be_bytes();
        let flags = if over { END | VOLUME } else { VOLUME };
        Some(EventPacket {
            first: tick == 0,
            since: u32::from(tick) * u32::from(UNITS_PER_TICK),
            payload: [event, flags, high, low],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, Presses};
    use proptest::prelude::*;

    #[test]
    fn a_press_counts_once_however_many_packets_it_has() {
        let mut keys = Keys::default();
        let mut pressed = String::new();
        for (timestamp, payload) in [
            (100, [5, 0x0A, 0, 160]),
            (100, [5, 0x0A, 1, 64]),
            (100, [5, 0x8A, 1, 64]),
            (900, [11, 0x06, 0, 0]), // as RingCentral sends it
            (100, [5, 0x8A, 1, 64]), // late end of the first press
            (900, [11, 0x86, 3, 0]),
            (1700, [5, 0x8A, 1, 64]), // only the end of this one arrived
        ] {
            pressed.extend(keys.push(1, timestamp, &payload));
        }
        assert_eq!(pressed, "5#5");
    }

    #[test]
    fn what_we_press_is_what_is_read() {
        let (mut presses, mut keys) = (Presses::default(), Keys::default());
        presses.add("1#x9");
        let (mut read, mut clock, mut ends) = (String::new(), 0_u32, 0);
        while presses.is_busy() {
            if let Some(packet) = presses.packet() {
                read.extend(keys.push(7, clock - packet.since, &packet.payload));
                ends += u32::from(packet.payload[1] & 0x80 != 0);
            }
            clock += 160;
        }
        assert_eq!((read.as_str(), ends), ("1#9", 9));
    }

    #[test]
    fn flash_and_short_packets_are_no_keys() {
        let mut keys = Keys::default();
        assert_eq!(keys.push(1, 1, &[16, 0x0A, 0, 160]), None);
        assert_eq!(keys.push(1, 2, &[1, 0x0A, 0]), None);
    }

    proptest! {
        #[test]
        fn arbitrary_payloads_never_panic(
            packets in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..12)), 0..50),
        ) {
            let mut keys = Keys::default();
            for (timestamp, payload) in packets {
                keys.push(7, timestamp, &payload);
            }
        }
    }
}
