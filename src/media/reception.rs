//! Owns what RFC 3550 (6.4.1, A.3, A.8) asks to know of a stream that is received: how many packets came, how many never
//! did, and how unevenly they came. Called by the leg once a packet. Never reads a clock: the leg says when.

/// A jump in sequence numbers that is a new beginning and no loss (RFC 3550, A.1: `MAX_DROPOUT`).
const JUMP_MAX: i32 = 3_000;

/// The account of one source after another.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    source: Option<Source>,
    /// Packets that sources before the present one owe.
    lost_before: u64,
    /// Greatest jitter of sources before the present one, in milliseconds.
    jitter_before_ms: u32,
}

#[derive(Clone, Debug)]
struct Source {
    ssrc: u32,
    /// First and highest sequence number, the latter with its wraps counted.
    base: u32,
    highest: u32,
    received: u64,
    /// Arrival less timestamp of the last packet, in clock ticks.
    transit: Option<i64>,
    /// Jitter in sixteenths of a clock tick.
    jitter: i64,
    clock_hz: u32,
    /// What was expected and received when last reported.
    told: (u64, u64),
}

/// One report block on a source (RFC 3550, 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The source.
    pub ssrc: u32,
    /// Share lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Packets lost since the beginning.
    pub lost: u32,
    /// Highest sequence number with its wraps.
    pub highest: u32,
    /// Jitter in clock ticks.
    pub jitter: u32,
}

impl Reception {
    /// Takes note of a packet that came `arrived_ms` after some fixed moment.
    pub fn note(
        &mut self,
        ssrc: u32,
        sequence: u16,
        timestamp: u32,
        arrived_ms: u64,
        clock_hz: u32,
    ) {
        let known = self.source.as_ref().is_some_and(|source| {
            source.ssrc == ssrc
                && source.clock_hz == clock_hz
                && source.step(sequence).abs() < JUMP_MAX
        });
        if !known {
            self.lost_before = self.lost();
            self.jitter_before_ms = self.jitter_ms();
            self.source = None;
        }
        let source = self.source.get_or_insert(Source {
            ssrc,
            base: u32::from(sequence),
            highest: u32::from(sequence),
            received: 0,
            transit: None,
            jitter: 0,
            clock_hz,
            told: (0, 0),
        });
        let step = source.step(sequence);
        if step > 0 {
            source.highest = source.highest.wrapping_add_signed(step);
        }
        source.received += 1;
        let arrived = (arrived_ms * u64::from(clock_hz) / 1_000) as u32;
        let transit = i64::from(arrived.wrapping_sub(timestamp) as i32);
        // Packets of one key press share a timestamp and say nothing of the network.
        if let Some(before) = source.transit.replace(transit).filter(|_| step > 0) {
            let difference = (transit - before).abs().min(i64::from(clock_hz));
            source.jitter += difference - ((source.jitter + 8) >> 4);
        }
    }

    /// Says that the stream pauses, for example on hold: what comes next says nothing of unevenness.
    pub fn pause(&mut self) {
        if let Some(source) = &mut self.source {
            source.transit = None;
        }
    }

    /// Tells how many packets never came; repeated ones count as came.
    pub fn lost(&self) -> u64 {
        let owed = |source: &Source| source.expected().saturating_sub(source.received);
        self.lost_before + self.source.as_ref().map_or(0, owed)
    }

    /// Tells the jitter in milliseconds, the greatest of any source.
    pub fn jitter_ms(&self) -> u32 {
        let of = |source: &Source| (source.jitter / 16 * 1_000 / i64::from(source.clock_hz)) as u32;
        self.jitter_before_ms
            .max(self.source.as_ref().map_or(0, of))
    }

    /// Makes the next report on the present source.
    pub fn report(&mut self) -> Option<Report> {
        let source = self.source.as_mut()?;
        let now = (source.expected(), source.received);
        let (expected, received) = (now.0 - source.told.0, now.1 - source.told.1);
        source.told = now;
        let missing = expected.saturating_sub(received);
        Some(Report {
            ssrc: source.ssrc,
            fraction_lost: (missing * 256)
                .checked_div(expected)
                .unwrap_or_default()
                .min(255) as u8,
            lost: now.0.saturating_sub(now.1).min(0x7F_FFFF) as u32,
            highest: source.highest,
            jitter: (source.jitter / 16) as u32,
        })
    }
}

impl Source {
    /// Gives how far a sequence number is ahead of the highest one.
    fn step(&self, sequence: u16) -> i32 {
        i32::from(sequence.wrapping_sub(self.highest as u16) as i16)
    }

    fn expected(&self) -> u64 {
        u64::from(self.highest - self.base) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::Reception;
    use proptest::prelude::*;

    /// Packets every 20 ms at 8000 Hz, with what `late_ms` says of each number; none where it says none.
    fn heard(numbers: std::ops::Range<u32>, late_ms: impl Fn(u32) -> Option<u64>) -> Reception {
        let mut reception = Reception::default();
        for number in numbers {
            if let Some(late_ms) = late_ms(number) {
                let at = u64::from(number) * 20 + late_ms;
                reception.note(1, number as u16, number * 160, at, 8_000);
            }
        }
        reception
    }

    #[test]
    fn what_never_came_is_counted_across_the_wrap_and_what_came_out_of_order_is_not() {
        let mut reception = heard(65_500..65_600, |number| (number % 10 != 3).then_some(0));
        assert_eq!(reception.lost(), 10);
        let report = reception.report();
        assert_eq!(
            report.map(|report| (report.lost, report.fraction_lost, report.highest)),
            Some((10, 25, 65_599))
        );
        assert_eq!(
            reception.report().map(|report| report.fraction_lost),
            Some(0)
        );
        let mut reordered = Reception::default();
        for number in [0u16, 2, 1, 4, 3, 5] {
            reordered.note(1, number, u32::from(number) * 160, 0, 8_000);
        }
        assert_eq!(reordered.lost(), 0);
    }

    #[test]
    fn an_even_stream_has_no_jitter_and_an_uneven_one_has() {
        assert_eq!(heard(0..500, |_| Some(3)).jitter_ms(), 0);
        let uneven = heard(0..500, |number| Some(u64::from(number % 2) * 20));
        assert!(
            (18..=20).contains(&uneven.jitter_ms()),
            "{}",
            uneven.jitter_ms()
        );
    }

    #[test]
    fn another_source_begins_anew_and_the_debt_of_the_first_stays() {
        let mut reception = heard(0..10, |number| (number != 5).then_some(0));
        reception.note(2, 40_000, 7, 0, 8_000);
        reception.note(2, 40_003, 487, 60, 8_000);
        assert_eq!(reception.lost(), 3);
    }

    proptest! {
        #[test]
        fn arbitrary_packets_never_panic(
            packets in prop::collection::vec((0..2u32, any::<u16>(), any::<u32>(), 0..1u64 << 40), 0..100),
        ) {
            let mut reception = Reception::default();
            for (ssrc, sequence, timestamp, at) in packets {
                reception.note(ssrc, sequence, timestamp, at, 48_000);
                reception.report();
                reception.jitter_ms();
            }
        }
    }
}
