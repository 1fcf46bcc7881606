//! Owns the keys a caller presses (RFC 4733 telephone events): one report for each press. Called by the leg. Never
//! listens for tones in the audio.

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

#[cfg(test)]
mod tests {
    use super::Keys;
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
