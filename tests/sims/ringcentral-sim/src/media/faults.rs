//! Faults of the outgoing RTP stream.
//!
//! Owns the choice of which packet suffers what; the media session calls it. It never touches a socket.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Says what goes wrong with the packets a phone sends; the default is nothing.
#[derive(Debug, Clone, Default)]
pub struct RtpFaults {
    /// Drops this share of the packets, 0.0 to 1.0.
    pub loss: f64,
    /// Drops the packets with these ordinals, counted from zero since the faults were set.
    pub drop: BTreeSet<u64>,
    /// Delays every packet by a random time up to this; beyond 20 ms packets overtake each other.
    pub jitter: Duration,
    /// Holds back every n-th packet so that it arrives after its successor.
    pub reorder_every: Option<u64>,
    /// Sends every n-th packet twice.
    pub duplicate_every: Option<u64>,
    /// Sends odd 4-byte packets of the audio type while a key is pressed.
    pub odd_packets: bool,
    /// Sends from a second socket, as if a NAT had given out another port.
    pub other_source_port: bool,
    /// Seeds the random choices, so that a run can be repeated.
    pub seed: u64,
}

/// Says what to do with one packet.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Tells how long to hold each copy back; empty when the packet is dropped.
    pub delays: Vec<Duration>,
}

/// Applies faults to a stream.
#[derive(Debug)]
pub struct FaultLine {
    faults: RtpFaults,
    random: StdRng,
    ordinal: u64,
}

const OVERTAKEN: Duration = Duration::from_millis(30);

impl FaultLine {
    /// Starts counting packets for these faults.
    pub fn new(faults: RtpFaults) -> Self {
        let random = StdRng::seed_from_u64(faults.seed);
        Self {
            faults,
            random,
            ordinal: 0,
        }
    }

    /// Tells the faults in force.
    pub fn faults(&self) -> &RtpFaults {
        &self.faults
    }

    /// Decides about the next packet.
    pub fn judge(&mut self) -> Verdict {
        let ordinal = self.ordinal;
        self.ordinal += 1;
        let lost = self.faults.loss > 0.0 && self.random.random_bool(self.faults.loss.min(1.0));
        if lost || self.faults.drop.contains(&ordinal) {
            return Verdict { delays: Vec::new() };
        }
        let hits = |every: Option<u64>| {
            every.is_some_and(|every| every > 0 && ordinal % every == every - 1)
        };
        let mut delay = Duration::ZERO;
        if !self.faults.jitter.is_zero() {
            delay = self.faults.jitter.mul_f64(self.random.random());
        }
        if hits(self.faults.reorder_every) {
            delay += OVERTAKEN;
        }
        let copies = if hits(self.faults.duplicate_every) {
            2
        } else {
            1
        };
        Verdict {
            delays: vec![delay; copies],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_loses_the_same_packets() {
        let run = |seed| {
            let mut line = FaultLine::new(RtpFaults {
                loss: 0.2,
                seed,
                ..RtpFaults::default()
            });
            (0..500)
                .map(|_| line.judge().delays.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let kept: usize = run(1).iter().sum();
        assert!((350..450).contains(&kept), "{kept}");
    }

    #[test]
    fn listed_packets_are_dropped_and_chosen_ones_doubled() {
        let faults = RtpFaults {
            drop: BTreeSet::from([1]),
            duplicate_every: Some(3),
            ..RtpFaults::default()
        };
        let mut line = FaultLine::new(faults);
        let copies: Vec<usize> = (0..4).map(|_| line.judge().delays.len()).collect();
        assert_eq!(copies, [1, 0, 2, 1]);
    }
}
