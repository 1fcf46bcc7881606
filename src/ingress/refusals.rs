//! Owns how much is heard from sources that cannot prove who they are: answers by source, lines in the log by time.
//! Called by `webhooks`. Never touches a delivery that carries a proof.

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a source can send without proof. One does not use up what it may send of the other: behind a proxy all have
/// one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Unproven {
    Handshake,
    Delivery,
}

/// Requests of a kind that one source may send in a second before it is answered 429.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Lines in the log in a second, whatever comes from wherever.
const LINES_PER_SECOND: NonZeroU32 = NonZeroU32::new(1).unwrap();
/// Sources that are remembered before those long quiet are forgotten.
const SOURCES_MAX: usize = 10_000;

/// Sources without proof.
pub struct Refusals {
    sources: DefaultKeyedRateLimiter<(IpAddr, Unproven)>,
    lines: DefaultDirectRateLimiter,
    untold: AtomicU64,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            sources: RateLimiter::keyed(Quota::per_second(PER_SECOND)),
            lines: RateLimiter::direct(Quota::per_second(LINES_PER_SECOND)),
            untold: AtomicU64::new(0),
        }
    }
}

impl Refusals {
    /// Counts what a source sent without proof; `false` if it sends too much.
    pub(super) fn admit(&self, source: IpAddr, what: Unproven) -> bool {
        if self.sources.len() > SOURCES_MAX {
            self.sources.retain_recent();
        }
        self.sources.check_key(&(source, what)).is_ok()
    }

    /// Tells whether this refusal may be logged, and then how many were not since the last that was.
    pub(super) fn may_log(&self) -> Option<u64> {
        match self.lines.check() {
            Ok(()) => Some(self.untold.swap(0, Ordering::Relaxed)),
            Err(_) => {
                self.untold.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_heard_so_often_and_another_is_not_its_neighbour() {
        let refusals = Refusals::default();
        let [one, other] = [[127, 0, 0, 1], [127, 0, 0, 2]].map(IpAddr::from);
        let heard = (0..100)
            .filter(|_| refusals.admit(one, Unproven::Delivery))
            .count();
        assert!((20..30).contains(&heard), "{heard}");
        assert!(refusals.admit(other, Unproven::Delivery));
        assert!(refusals.admit(one, Unproven::Handshake));
    }

    #[test]
    fn the_log_has_few_lines_and_tells_how_many_are_missing() {
        let refusals = Refusals::default();
        let lines = (0..1000).filter_map(|_| refusals.may_log()).count();
        assert!((1..10).contains(&lines), "{lines}");
        assert!(refusals.untold.load(Ordering::Relaxed) > 900);
    }
}
