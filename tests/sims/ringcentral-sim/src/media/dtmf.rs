//! Keys pressed, as telephone events (RFC 4733 section 2.5), in the form RingCentral's service sends them.
//!
//! Owns the payloads of a key press; the media session calls it. It never keeps a clock.

/// Holds the volume octet RingCentral sends in every start packet.
const VOLUME: u8 = 0x06;
const END: u8 = 0x80;
const STEP_SAMPLES: u16 = 160;
const END_PACKETS: usize = 3;

/// Finds the event number of a key: 0-9, `*`, `#`, A-D.
pub fn event_of(key: char) -> Option<u8> {
    "0123456789*#ABCD"
        .find(key.to_ascii_uppercase())
        .and_then(|at| u8::try_from(at).ok())
}

/// Finds the key of an event number.
pub fn key_of(event: u8) -> Option<char> {
    "0123456789*#ABCD".chars().nth(usize::from(event))
}

/// Lists the payloads of one press: `[event, 6, 0, 0]` first, growing durations, three with the end bit.
pub fn payloads(event: u8, steps: u16) -> Vec<[u8; 4]> {
    let payload = |flags: u8, duration: u16| {
        let [high, low] = duration.to_be_bytes();
        [event, flags | VOLUME, high, low]
    };
    let mut all: Vec<[u8; 4]> = (0..=steps)
        .map(|step| payload(0, step * STEP_SAMPLES))
        .collect();
    all.extend([payload(END, (steps + 1) * STEP_SAMPLES); END_PACKETS]);
    all
}

/// Makes the odd audio-typed payload seen from the service while a key is held.
pub fn odd_payload(event: u8) -> [u8; 4] {
    [event, 0x8a, 0x03, 0xc0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_starts_in_the_known_form_and_ends_three_times() {
        let all = payloads(5, 2);
        assert_eq!(all[0], [5, 6, 0, 0]);
        assert_eq!(all[2], [5, 6, 1, 64]);
        assert_eq!(all[3..], [[5, 0x86, 1, 224]; 3]);
        assert_eq!((event_of('#'), key_of(11)), (Some(11), Some('#')));
    }
}
