//! Whether a carrier is present, and from which sample to which.
//!
//! Owns the carrier's thresholds. Called by the decoder with one matched-filter output a sample; it
//! never reads symbols.

use crate::keying::{AMPLITUDE, Point, SYMBOL, power};

/// Samples without carrier after which it counts as ended (50 ms): longer than two lost packets of
/// 20 ms, so that those do not split an utterance.
pub const CARRIER_HANG_SAMPLES: u64 = 400;

/// Samples that must be loud before a carrier counts as started, so that a click does not start one.
const CONFIRM: u32 = 40;

/// Quiet samples that void an unconfirmed start.
const CONFIRM_GAP: u64 = 40;

/// Share of full output that counts as loud is one fifth, which lies at -32 dBFS: far above comfort
/// noise, far below the carrier.
const LOUD: i64 = {
    let full = AMPLITUDE as i64 * SYMBOL as i64 / 2;
    2 * (full / 5) * (full / 5)
};

/// What a sample changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Started(u64),
    Ended(u64),
}

/// Follows the carrier, sample by sample.
#[derive(Debug, Default)]
pub(crate) struct Carrier {
    present: bool,
    started: u64,
    loud: u32,
    last_loud: u64,
}

/// Whether a matched-filter output is as loud as a carrier.
pub(crate) fn is_loud(output: Point) -> bool {
    power(output) > LOUD
}

impl Carrier {
    /// Takes whether the symbol-long window that ends before sample `index` is loud.
    pub(crate) fn follow(&mut self, index: u64, loud: bool) -> Option<Change> {
        let quiet = index.saturating_sub(self.last_loud);
        if self.present {
            if loud {
                self.last_loud = index;
            } else if quiet >= CARRIER_HANG_SAMPLES {
                self.present = false;
                self.loud = 0;
                return Some(Change::Ended(self.end()));
            }
            return None;
        }
        if !loud {
            return None;
        }
        if self.loud == 0 || quiet > CONFIRM_GAP {
            // A window becomes loud when it holds its first two samples of carrier.
            self.started = index.saturating_sub(2);
            self.loud = 0;
        }
        self.loud += 1;
        self.last_loud = index;
        self.present = self.loud >= CONFIRM;
        self.present.then_some(Change::Started(self.started))
    }

    /// The sample after the last one of the carrier: the last loud window held two of it.
    fn end(&self) -> u64 {
        (self.last_loud + 2).saturating_sub(SYMBOL as u64)
    }
}
