//! Audio to words, as it arrives.
//!
//! Owns the search for packets and the account of what was damaged. Called by simulated recognisers
//! and by simulated callers that listen; it never guesses: a word is reported only when its checksum
//! agrees and each of its symbols is clear.

use std::collections::VecDeque;

use crate::carrier::{Carrier, Change, is_loud};
use crate::keying::{Point, SYMBOL, SYMBOLS_PER_OCTET, against, mix, point, power, symbols};
use crate::packet::{HEADER, SYNC, body_length, unpack};

const SYNC_SYMBOLS: usize = SYNC.len() * SYMBOLS_PER_OCTET;
const SYNC_SAMPLES: usize = SYNC_SYMBOLS * SYMBOL;
const HEADER_SAMPLES: usize = HEADER * SYMBOLS_PER_OCTET * SYMBOL;

/// Carrier that no packet explains, in samples, beyond which it counts as damage.
const UNEXPLAINED: u64 = 40;

/// Samples handled at once; small against `CARRIER_HANG_SAMPLES`, so that items come out in order.
const BLOCK: usize = 80;

/// What the decoder found. Samples are counted from the first one ever pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A carrier, thus speech, began.
    CarrierStarted {
        /// First sample of the carrier.
        at_sample: u64,
    },
    /// A word arrived whole.
    Word {
        /// The word.
        text: String,
        /// First sample of its packet.
        from_sample: u64,
        /// Sample after its packet.
        to_sample: u64,
    },
    /// A stretch of carrier could not be read: at least one word is lost.
    Damaged {
        /// First sample of the stretch.
        from_sample: u64,
    },
    /// The carrier ended; reported after 50 ms without it.
    CarrierEnded {
        /// Sample after the last one of the carrier.
        at_sample: u64,
    },
}

/// A packet whose header was read and whose body is awaited.
#[derive(Debug, Clone, Copy)]
struct Packet {
    from: u64,
    body: usize,
    reference: Point,
}

/// Decodes a stream of 8 kHz samples that may start anywhere and lose any part.
///
/// ```
/// use voice_modem::{Decoder, Item, encode};
/// let mut decoder = Decoder::new();
/// let mut words = Vec::new();
/// for packet in encode("good evening").chunks(160) {
///     for item in decoder.push(packet) {
///         if let Item::Word { text, .. } = item {
///             words.push(text);
///         }
///     }
/// }
/// assert_eq!(words, ["good", "evening"]);
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    /// Mixed samples of the window that the next output sums.
    window: VecDeque<(i32, i32)>,
    sum: (i32, i32),
    pushed: u64,
    /// Matched-filter outputs; the first is of the window starting at `base`.
    outputs: VecDeque<Point>,
    base: u64,
    /// Where the search goes on.
    position: u64,
    carrier: Carrier,
    in_carrier: bool,
    /// Sample up to which the carrier is accounted for.
    explained: u64,
    packet: Option<Packet>,
}

impl Decoder {
    /// Makes a decoder that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next samples, any number of them, and gives what they completed, in order.
    pub fn push(&mut self, samples: &[i16]) -> Vec<Item> {
        let mut items = Vec::new();
        for block in samples.chunks(BLOCK) {
            let mut ended = None;
            for &sample in block {
                match self.filter(sample) {
                    Some(Change::Started(at_sample)) => {
                        self.in_carrier = true;
                        self.explained = self.explained.max(at_sample);
                        items.push(Item::CarrierStarted { at_sample });
                    }
                    Some(Change::Ended(at_sample)) => ended = Some(at_sample),
                    None => {}
                }
            }
            while self.search(&mut items) {}
            if let Some(at_sample) = ended {
                self.close(at_sample, &mut items);
            }
            self.forget();
        }
        items
    }

    /// Samples pushed so far: the time of this decoder.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.pushed
    }

    /// Drops the outputs that the search has passed.
    fn forget(&mut self) {
        let needed = self.packet.map_or(self.position, |packet| packet.from);
        let passed = (needed.saturating_sub(self.base) as usize).min(self.outputs.len());
        self.outputs.drain(..passed);
        self.base += passed as u64;
    }

    fn filter(&mut self, sample: i16) -> Option<Change> {
        let mixed = mix(sample, self.pushed);
        self.pushed += 1;
        self.window.push_back(mixed);
        self.sum = (self.sum.0 + mixed.0, self.sum.1 + mixed.1);
        let output = (i64::from(self.sum.0), i64::from(self.sum.1));
        if self.window.len() == SYMBOL {
            self.outputs.push_back(output);
            let first = self.window.pop_front().unwrap_or_default();
            self.sum = (self.sum.0 - first.0, self.sum.1 - first.1);
        }
        self.carrier.follow(self.pushed, is_loud(output))
    }

    /// Makes one step of the search; false when more samples are needed.
    fn search(&mut self, items: &mut Vec<Item>) -> bool {
        if let Some(packet) = self.packet {
            return self.read_body(packet, items);
        }
        while self.has(self.position, SYNC_SAMPLES + SYMBOL) {
            if !self.output(self.position).is_some_and(is_loud)
                || self.sync(self.position).is_none()
            {
                self.position += 1;
                continue;
            }
            let best = (self.position..self.position + SYMBOL as u64)
                .filter_map(|at| Some((at, self.sync(at)?)))
                .max_by_key(|&(at, reference)| (power(reference), std::cmp::Reverse(at)));
            let Some((from, reference)) = best else {
                return false;
            };
            let header_at = from + SYNC_SAMPLES as u64;
            if !self.has(header_at, HEADER_SAMPLES) {
                return false;
            }
            let body = self
                .read(header_at, HEADER, reference)
                .and_then(|header| body_length([header[0], header[1]]));
            let Some(body) = body else {
                self.position = from + 1;
                continue;
            };
            if from > self.explained + UNEXPLAINED && self.in_carrier {
                items.push(Item::Damaged {
                    from_sample: self.explained,
                });
            }
            self.packet = Some(Packet {
                from,
                body,
                reference,
            });
            return true;
        }
        false
    }

    fn read_body(&mut self, packet: Packet, items: &mut Vec<Item>) -> bool {
        let body_at = packet.from + (SYNC_SAMPLES + HEADER_SAMPLES) as u64;
        let body_samples = packet.body * SYMBOLS_PER_OCTET * SYMBOL;
        if !self.has(body_at, body_samples) {
            return false;
        }
        self.packet = None;
        self.explained = body_at + body_samples as u64;
        let body = self.read(body_at, packet.body, packet.reference);
        if let Some(text) = body.and_then(|octets| unpack(&octets)) {
            self.position = self.explained;
            items.push(Item::Word {
                text,
                from_sample: packet.from,
                to_sample: self.explained,
            });
        } else {
            // The next packet may have moved into this one's place, so look from its header on.
            self.position = body_at;
            items.push(Item::Damaged {
                from_sample: packet.from,
            });
        }
        true
    }

    fn close(&mut self, at_sample: u64, items: &mut Vec<Item>) {
        self.in_carrier = false;
        if let Some(packet) = self.packet.take() {
            self.position = packet.from + SYNC_SAMPLES as u64;
            items.push(Item::Damaged {
                from_sample: packet.from,
            });
        } else if at_sample > self.explained + UNEXPLAINED {
            items.push(Item::Damaged {
                from_sample: self.explained,
            });
        }
        self.explained = self.explained.max(at_sample);
        items.push(Item::CarrierEnded { at_sample });
    }

    fn has(&self, from: u64, samples: usize) -> bool {
        // The outputs of whole symbols in a stretch end one symbol before it does.
        self.base + self.outputs.len() as u64 > from + (samples - SYMBOL) as u64
    }

    fn output(&self, at: u64) -> Option<Point> {
        self.outputs
            .get(at.checked_sub(self.base)? as usize)
            .copied()
    }

    /// Correlates with the synchronising pattern; the answer, if it is there, is the reference that
    /// the phases of the packet are measured against.
    fn sync(&self, from: u64) -> Option<Point> {
        let (mut reference, mut energy) = ((0, 0), 0);
        for (n, symbol) in symbols(&SYNC).enumerate() {
            let output = self.output(from + (n * SYMBOL) as u64)?;
            let turned = against(output, point(symbol));
            reference = (reference.0 + turned.0, reference.1 + turned.1);
            energy += power(output);
        }
        // By Cauchy and Schwarz the quotient is 1 for the pattern itself; 0.85 admits noise.
        let most = energy * 2 * SYNC_SYMBOLS as i64;
        (energy > 0 && power(reference) * 100 >= most * 85).then_some(reference)
    }

    /// Reads octets; `None` when a symbol is too weak or too near to its neighbours.
    fn read(&self, from: u64, octets: usize, reference: Point) -> Option<Vec<u8>> {
        // The reference sums the pattern's eight symbols, each twice as strong as a unit point.
        let expected = power(reference) / (2 * SYNC_SYMBOLS as i64);
        let mut read = Vec::with_capacity(octets);
        for n in 0..octets {
            let mut octet = 0;
            for s in 0..SYMBOLS_PER_OCTET {
                let at = from + ((n * SYMBOLS_PER_OCTET + s) * SYMBOL) as u64;
                let (i, q) = against(self.output(at)?, reference);
                if i.abs().min(q.abs()) * 4 < expected {
                    return None;
                }
                octet = octet << 2 | u8::from(i < 0) << 1 | u8::from(q < 0);
            }
            read.push(octet);
        }
        Some(read)
    }
}

/// Decodes a whole recording: its words, and how many stretches of it were damaged.
#[must_use]
pub fn decode_all(samples: &[i16]) -> (Vec<String>, usize) {
    let mut decoder = Decoder::new();
    let mut items = decoder.push(samples);
    items.extend(decoder.push(&[0; 640]));
    let (mut words, mut damaged) = (Vec::new(), 0);
    for item in items {
        match item {
            Item::Word { text, .. } => words.push(text),
            Item::Damaged { .. } => damaged += 1,
            Item::CarrierStarted { .. } | Item::CarrierEnded { .. } => {}
        }
    }
    (words, damaged)
}
