//! Owns the parts of a reply's latency. Called by the narrator and by the report. Never measures anything itself.

use jiff::Timestamp;
use std::fmt;

/// Milliseconds from the end of the caller's speech to the first sound of the reply, and their parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Latency {
    /// All together.
    pub total: f64,
    /// The parts, in the order of `NAMES`.
    pub parts: [f64; 4],
}

/// What the parts are: until the turn was known to be over and in words; until it was read; until what was read, and
/// the book's answer if it was asked, was in the journal; until the first sound left.
const NAMES: [&str; 4] = [
    "recognition",
    "understanding",
    "decision and journal",
    "voice",
];

impl Latency {
    /// Takes the moments at which the parts began, and the last one's end.
    pub fn between(moments: [Timestamp; 5]) -> Self {
        let ms = |from: usize, to: usize| moments[to].duration_since(moments[from]).as_millis_f64();
        Self {
            total: ms(0, 4),
            parts: [ms(0, 1), ms(1, 2), ms(2, 3), ms(3, 4)],
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMES.iter().zip(self.parts);
        let parts: Vec<String> = named.map(|(name, ms)| format!("{name} {ms:.0}")).collect();
        write!(
            formatter,
            "reply after {:.0} ms: {}",
            self.total,
            parts.join(", ")
        )
    }
}

/// Sums up the latencies of a call in one line.
pub(super) fn summary(latencies: &[Latency]) -> String {
    let mut totals: Vec<f64> = latencies.iter().map(|latency| latency.total).collect();
    totals.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (totals.first(), totals.last()) else {
        return "no replies".to_owned();
    };
    let median = totals[totals.len() / 2];
    format!(
        "{} replies, after {least:.0} to {most:.0} ms, median {median:.0} ms",
        totals.len()
    )
}
