//! A simple reorder buffer: packets in any order go in, frames in playout order come out, losses marked.
//!
//! Owns the order of what was heard; the media session calls it. It never waits: time is given by its caller.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Holds 20 ms of what the phone heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardFrame {
    /// Holds the 160 samples at 8 kHz; zeros where the packet was lost.
    pub samples: Vec<i16>,
    /// Says whether the packet never came.
    pub lost: bool,
    /// Tells when the packet came, or when it was given up.
    pub at: Instant,
}

/// Says what a packet carried, once it is its turn.
#[derive(Debug)]
pub enum Content {
    /// Carried audio.
    Audio(Vec<i16>),
    /// Carried something else and takes up a sequence number only.
    Other,
}

const DEPTH_PACKETS: usize = 8;
const PATIENCE: Duration = Duration::from_millis(120);
const JUMP_PACKETS: u64 = 500;

/// Puts packets of one stream into order.
#[derive(Debug, Default)]
pub struct Reorder {
    ssrc: Option<u32>,
    next: u64,
    waiting: BTreeMap<u64, (Content, Instant)>,
}

impl Reorder {
    /// Takes a packet and hands out every frame whose turn has come.
    pub fn push(
        &mut self,
        ssrc: u32,
        sequence: u16,
        content: Content,
        now: Instant,
    ) -> Vec<HeardFrame> {
        let extended = self.extend(sequence);
        if self.ssrc != Some(ssrc) || extended.abs_diff(self.next) > JUMP_PACKETS {
            self.ssrc = Some(ssrc);
            self.waiting.clear();
            self.next = (1 << 32) | u64::from(sequence);
            self.waiting.insert(self.next, (content, now));
        } else if extended >= self.next {
            self.waiting.entry(extended).or_insert((content, now));
        }
        self.release(now)
    }

    /// Hands out what has waited too long for a packet that did not come.
    pub fn release(&mut self, now: Instant) -> Vec<HeardFrame> {
        let mut frames = Vec::new();
        while let Some((first, (_, since))) = self.waiting.first_key_value() {
            let overdue =
                self.waiting.len() > DEPTH_PACKETS || now.duration_since(*since) > PATIENCE;
            if *first != self.next && !overdue {
                break;
            }
            if *first != self.next {
                frames.push(HeardFrame {
                    samples: vec![0; super::rtp::FRAME_SAMPLES],
                    lost: true,
                    at: now,
                });
            } else if let Some((_, (Content::Audio(samples), at))) = self.waiting.pop_first() {
                frames.push(HeardFrame {
                    samples,
                    lost: false,
                    at,
                });
            }
            self.next += 1;
        }
        frames
    }

    fn extend(&self, sequence: u16) -> u64 {
        let ahead = sequence.wrapping_sub(self.next as u16);
        if ahead < 0x8000 {
            self.next + u64::from(ahead)
        } else {
            self.next.saturating_sub(u64::from(ahead.wrapping_neg()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(order: &[u16]) -> Vec<(i16, bool)> {
        let (mut reorder, now) = (Reorder::default(), Instant::now());
        let mut out = Vec::new();
        for sequence in order {
            out.extend(reorder.push(1, *sequence, Content::Audio(vec![*sequence as i16]), now));
        }
        out.extend(reorder.release(now + PATIENCE * 2));
        out.into_iter()
            .map(|frame| (frame.samples[0], frame.lost))
            .collect()
    }

    #[test]
    fn order_is_restored_across_the_wrap() {
        assert_eq!(
            heard(&[65_534, 0, 65_535, 1]),
            [(-2, false), (-1, false), (0, false), (1, false)]
        );
    }

    #[test]
    fn repeats_are_dropped_and_losses_marked() {
        assert_eq!(
            heard(&[1, 1, 2, 4, 2]),
            [(1, false), (2, false), (0, true), (4, false)]
        );
    }

    #[test]
    fn a_packet_that_comes_after_it_was_given_up_is_dropped() {
        let order: Vec<u16> = [1].into_iter().chain(3..=12).chain([2]).collect();
        let heard = heard(&order);
        assert_eq!(heard.len(), 12);
        assert_eq!(heard.iter().filter(|(_, lost)| *lost).count(), 1);
    }
}
