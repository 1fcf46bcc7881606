//! Owns the jitter buffer: packets in by their RTP timestamp, frames of 20 ms out at the leg's clock. Called by the
//! leg once a packet and once a tick. Never waits, never reads a clock.
//!
//! The buffer holds samples, not packets, so any packet length works and order does not matter. `play_at` is the
//! timestamp of the next sample to leave; it moves 160 samples a tick. A packet's *lead* is how far before its turn
//! it came. A recogniser would rather hear late than miss words, and rather hear nothing than a hole in a word: when the
//! buffer runs dry, nothing leaves and `play_at` waits, for the next packets may only be late. Where the next packet
//! shows that the sender really sent nothing, that time is skipped; a sender that does so at length suppresses silence
//! and is not waited for again. Delay that is not needed is given up where the caller is silent. Clock drift between
//! the two sides is the same thing and heals the same way.

use super::g711;
use maitred_actors::ports::audio::FRAME_BYTES;
use std::collections::VecDeque;

const FRAME: i64 = FRAME_BYTES as i64;
/// Least delay: 40 ms.
const LEAD_MIN: i64 = 2 * FRAME;
/// Most delay that packets out of order can cause: 120 ms.
const LEAD_MAX: i64 = 6 * FRAME;
/// Longest wait for packets that may only be late: 1 s.
const WAIT_MAX: i64 = 50 * FRAME;
/// A pause of the sender that is no loss of packets: 100 ms.
const PAUSE: i64 = 5 * FRAME;
/// A packet further off than this belongs to a stream that started anew: 1 s.
const RESTART: i64 = 8_000;
/// Ticks over which the least lead is taken before delay is given up: 1 s.
const CALM_TICKS: u32 = 50;
/// Level up to which a frame counts as silence, of 32,124.
const QUIET: i16 = 300;
/// Packets in a row that were too late before the stream is taken to have moved its clock.
const LATE_IN_A_ROW: u32 = 5;
/// Frames of concealment before silence.
const FADES: usize = 5;

/// What happened to the caller's packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitterStats {
    /// Packets that came after their turn and were dropped.
    pub late: u64,
    /// Frames of which at least one sample had to be made up.
    pub concealed: u64,
    /// Times the stream started anew (other source, or a jump in time).
    pub restarts: u64,
}

/// Adaptive buffer of 40 to 120 ms for 8000 Hz mu-law.
#[derive(Debug, Default)]
pub struct JitterBuffer {
    /// Samples from `play_at` on; `None` is a gap.
    samples: VecDeque<Option<u8>>,
    stream: Option<Stream>,
    /// Last frame that left, for concealment.
    last: Vec<u8>,
    /// Frames concealed in a row.
    fades: usize,
    stats: JitterStats,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    play_at: u32,
    /// Least lead since the window began.
    lead_min: i64,
    window_ticks: u32,
    /// Delay that packets out of order have asked for.
    delay: i64,
    /// Time in samples since the buffer ran dry, for which `play_at` has not moved.
    waited: i64,
    /// The sender sends nothing while its side is silent.
    suppresses_silence: bool,
    /// Delay that may be given up.
    spare: i64,
    /// Packets in a row that were too late.
    late: u32,
}

impl JitterBuffer {
    /// Takes one packet's samples.
    pub fn push(&mut self, ssrc: u32, timestamp: u32, payload: &[u8]) {
        let same = self.stream.as_ref().is_some_and(|s| s.ssrc == ssrc);
        let lead = self
            .stream
            .as_ref()
            .map_or(0, |s| distance(s.play_at, timestamp));
        let lost = self
            .stream
            .as_ref()
            .is_some_and(|s| s.late >= LATE_IN_A_ROW);
        if !same || lost || lead.abs() > RESTART {
            self.restart(ssrc, timestamp);
        }
        let Some(stream) = &mut self.stream else {
            return;
        };
        let mut lead = distance(stream.play_at, timestamp);
        // The time that was waited, as far as the sender sent nothing in it, is over.
        let gap = std::mem::take(&mut stream.waited).min(lead.max(0));
        stream.suppresses_silence |= gap >= PAUSE;
        stream.play_at = stream.play_at.wrapping_add(gap as u32);
        lead -= gap;
        if lead < 0 && stream.delay < LEAD_MAX {
            // Out of order: from now on everything plays 20 ms later.
            stream.delay += FRAME;
            stream.play_at = stream.play_at.wrapping_sub(FRAME as u32);
            (0..FRAME).for_each(|_| self.samples.push_front(None));
            lead += FRAME;
        }
        stream.lead_min = stream.lead_min.min(lead);
        let length = payload.len() as i64;
        if lead + length <= 0 {
            self.stats.late += 1;
            stream.late += 1;
            return;
        }
        stream.late = 0;
        let end = (lead + length) as usize;
        if self.samples.len() < end {
            self.samples.resize(end, None);
        }
        let skipped = (-lead).max(0) as usize;
        let start = lead.max(0) as usize;
        for (slot, byte) in self.samples.iter_mut().skip(start).zip(&payload[skipped..]) {
            *slot = Some(*byte);
        }
    }

    /// Gives the next 20 ms; silence before the first packet, and what is missing is made up from the frame before.
    /// `None` while packets are waited for that may only be late.
    pub fn pop(&mut self) -> Option<[u8; FRAME_BYTES]> {
        let mut frame = [g711::SILENCE; FRAME_BYTES];
        let Some(stream) = &mut self.stream else {
            return Some(frame);
        };
        stream.give_up_delay(&mut self.samples);
        if self.samples.is_empty() && stream.waited < WAIT_MAX && !stream.suppresses_silence {
            stream.waited += FRAME;
            return None;
        }
        stream.play_at = stream.play_at.wrapping_add(FRAME as u32);
        let taken = self.samples.len().min(FRAME_BYTES);
        let mut missing = FRAME_BYTES - taken;
        let mut slots: [Option<u8>; FRAME_BYTES] = [None; FRAME_BYTES];
        for (slot, sample) in slots.iter_mut().zip(self.samples.drain(..taken)) {
            missing += usize::from(sample.is_none());
            *slot = sample;
        }
        self.fades = if missing == FRAME_BYTES {
            self.fades + 1
        } else {
            0
        };
        for (index, (out, slot)) in frame.iter_mut().zip(slots).enumerate() {
            *out = slot.unwrap_or_else(|| faded(&self.last, index, self.fades));
        }
        if missing > 0 && !self.last.is_empty() {
            self.stats.concealed += 1;
        }
        if missing < FRAME_BYTES {
            self.last = frame.to_vec();
        }
        Some(frame)
    }

    /// Forgets the stream, for example when a hold ends.
    pub fn reset(&mut self) {
        self.samples.clear();
        self.stream = None;
        self.last.clear();
        self.fades = 0;
    }

    /// Tells what happened so far.
    pub fn stats(&self) -> JitterStats {
        self.stats
    }

    fn restart(&mut self, ssrc: u32, timestamp: u32) {
        if self.stream.is_some() {
            self.stats.restarts += 1;
        }
        self.samples.clear();
        self.stream = Some(Stream {
            ssrc,
            play_at: timestamp.wrapping_sub(LEAD_MIN as u32),
            lead_min: i64::MAX,
            window_ticks: 0,
            delay: LEAD_MIN,
            waited: 0,
            suppresses_silence: false,
            spare: 0,
            late: 0,
        });
    }
}

impl Stream {
    /// Finds out how much delay is not needed, and skips 20 ms of it where the caller is silent.
    fn give_up_delay(&mut self, samples: &mut VecDeque<Option<u8>>) {
        self.window_ticks += 1;
        if self.window_ticks >= CALM_TICKS {
            let lead = std::mem::replace(&mut self.lead_min, i64::MAX);
            self.window_ticks = 0;
            self.spare = if lead == i64::MAX { 0 } else { lead - LEAD_MIN };
        }
        if self.spare < FRAME || !is_silent(samples) {
            return;
        }
        self.spare -= FRAME;
        self.delay = (self.delay - FRAME).max(LEAD_MIN);
        self.lead_min = self.lead_min.saturating_sub(FRAME);
        self.play_at = self.play_at.wrapping_add(FRAME as u32);
        samples.drain(..FRAME_BYTES);
    }
}

/// Tells whether the next two frames are there and the first of them is silence.
fn is_silent(samples: &VecDeque<Option<u8>>) -> bool {
    let quiet = |slot: &Option<u8>| slot.is_none_or(|byte| g711::decode(byte).abs() <= QUIET);
    samples.len() >= 2 * FRAME_BYTES && samples.iter().take(FRAME_BYTES).all(quiet)
}

/// Samples from `from` to `to`, negative when `to` is earlier; right across the wrap of the 32-bit clock.
fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from) as i32)
}

/// Repeats the last frame, quieter each time, then falls silent.
fn faded(last: &[u8], index: usize, fades: usize) -> u8 {
    match last.get(index) {
        Some(byte) if fades <= FADES => {
            let kept = (FADES + 1 - fades) as i32;
            g711::encode((i32::from(g711::decode(*byte)) * kept / (FADES as i32 + 1)) as i16)
        }
        _ => g711::SILENCE,
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME_BYTES, JitterBuffer, g711};
    use proptest::prelude::*;

    fn packet(number: u32) -> [u8; FRAME_BYTES] {
        [number as u8; FRAME_BYTES]
    }

    /// Pops frames and gives the number of the packet in each; 255 is silence. What is waited for is left out.
    fn heard(buffer: &mut JitterBuffer, frames: usize) -> Vec<u8> {
        (0..frames).filter_map(|_| Some(buffer.pop()?[0])).collect()
    }

    #[test]
    fn frames_leave_in_order_40_ms_later() {
        let mut buffer = JitterBuffer::default();
        let mut out = Vec::new();
        for number in 0..10u32 {
            buffer.push(
                1,
                number.wrapping_mul(160).wrapping_sub(800),
                &packet(number),
            );
            out.extend(heard(&mut buffer, 1));
        }
        assert_eq!(out, [255, 255, 0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(buffer.stats().concealed, 0);
    }

    #[test]
    fn reordered_and_doubled_packets_change_nothing() {
        let mut buffer = JitterBuffer::default();
        for number in [0, 2, 1, 1, 3] {
            buffer.push(1, number * 160, &packet(number));
        }
        assert_eq!(heard(&mut buffer, 6), [255, 255, 0, 1, 2, 3]);
    }

    #[test]
    fn a_lost_frame_is_made_up_and_a_long_gap_is_silence() {
        let mut buffer = JitterBuffer::default();
        buffer.push(1, 0, &[g711::encode(6_000); FRAME_BYTES]);
        buffer.push(1, 12 * 160, &[g711::encode(6_000); FRAME_BYTES]);
        let frames = (0..10).filter_map(|_| buffer.pop());
        let levels: Vec<i16> = frames.map(|frame| g711::decode(frame[80])).collect();
        assert!(levels[2] > 5_800, "{levels:?}");
        assert!(levels[3] < levels[2] && levels[3] > 4_000, "{levels:?}");
        assert!(
            levels[3..8].windows(2).all(|pair| pair[1] < pair[0]),
            "{levels:?}"
        );
        assert_eq!(levels[9], 0);
        assert!(buffer.stats().concealed >= 5);
    }

    #[test]
    fn late_packets_raise_the_delay_and_calm_lowers_it() {
        let mut buffer = JitterBuffer::default();
        let mut number = 0;
        let mut push = |buffer: &mut JitterBuffer| {
            buffer.push(1, number * 160, &packet(number % 100));
            number += 1;
        };
        push(&mut buffer);
        heard(&mut buffer, 15); // 300 ms with one packet, then everything at once
        (0..14).for_each(|_| push(&mut buffer));
        let mut out = Vec::new();
        for _ in 0..20 {
            push(&mut buffer);
            out.extend(heard(&mut buffer, 1));
        }
        assert_eq!(
            out,
            (1..21).collect::<Vec<u8>>(),
            "what was only late is heard whole"
        );
        assert_eq!(buffer.stats().late, 0);
        for number in 35..235 {
            buffer.push(1, number * 160, &[g711::SILENCE; FRAME_BYTES]);
            heard(&mut buffer, 1);
        }
        assert!(
            buffer.samples.len() <= 4 * FRAME_BYTES,
            "{}",
            buffer.samples.len()
        );
    }

    #[test]
    fn a_sender_that_is_silent_for_a_while_comes_back_without_delay() {
        let mut buffer = JitterBuffer::default();
        buffer.push(1, 0, &packet(1));
        heard(&mut buffer, 13); // 200 ms in which the sender sends nothing, but its clock goes on
        buffer.push(1, 12 * 160, &packet(2));
        assert!(
            buffer.samples.len() <= 4 * FRAME_BYTES,
            "{}",
            buffer.samples.len()
        );
        let out = heard(&mut buffer, 4);
        assert!(out.contains(&2), "{out:?}");
    }

    #[test]
    fn a_new_source_or_a_jump_in_time_starts_anew() {
        let mut buffer = JitterBuffer::default();
        buffer.push(1, 0, &packet(1));
        heard(&mut buffer, 3);
        buffer.push(2, 4_000_000_000, &packet(2));
        assert_eq!(heard(&mut buffer, 3)[2], 2);
        buffer.push(2, 5, &packet(3));
        assert_eq!(heard(&mut buffer, 3)[2], 3);
        assert_eq!(buffer.stats().restarts, 2);
    }

    #[test]
    fn a_sender_whose_clock_stood_still_is_heard_again() {
        let mut buffer = JitterBuffer::default();
        buffer.push(1, 0, &packet(1));
        heard(&mut buffer, 40); // 800 ms without a packet, and its clock did not move
        let mut out = Vec::new();
        for number in 2..12u32 {
            buffer.push(1, (number - 1) * 160, &packet(number));
            out.extend(heard(&mut buffer, 1));
        }
        assert_eq!(out, (2..12).collect::<Vec<u8>>(), "nothing of it is lost");
    }

    #[test]
    fn packets_of_10_and_30_ms_play_whole() {
        let mut buffer = JitterBuffer::default();
        buffer.push(1, 0, &[1; 80]);
        buffer.push(1, 80, &[2; 240]);
        heard(&mut buffer, 2);
        let frame = buffer.pop();
        assert_eq!(frame.map(|frame| (frame[79], frame[80])), Some((1, 2)));
        assert_eq!(heard(&mut buffer, 1), [2]);
    }

    proptest! {
        #[test]
        fn arbitrary_packets_never_panic_and_memory_stays_bounded(
            steps in prop::collection::vec(
                (0..3u32, any::<u32>(), prop::collection::vec(any::<u8>(), 0..400), 0..4usize), 0..200),
            near: bool,
        ) {
            let mut buffer = JitterBuffer::default();
            for (ssrc, timestamp, payload, pops) in steps {
                let timestamp = if near { timestamp % 3_000 } else { timestamp };
                buffer.push(ssrc, timestamp, &payload);
                heard(&mut buffer, pops);
                prop_assert!(buffer.samples.len() <= 10_000);
            }
        }
    }
}
