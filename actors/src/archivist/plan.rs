//! Owns when something that did not succeed is tried again, and when it is given up. Called by the archivist's work.
//! Pure: time is given to it, and chance is drawn from the name of what is tried.

use crate::ports::archive::Patience;
use jiff::{SignedDuration, Timestamp};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Waits in tenths of the first wait; with 20 s: 20, 30, 60, 120, 300 s (RingCentral dossier, 6).
const TENTHS: [i32; 5] = [10, 15, 30, 60, 150];
/// First waits after which the waits grow once more; with 20 s: an hour.
const LATE: i32 = 180;
/// Waits then, in tenths; with 20 s: 15 minutes.
const LATE_TENTHS: i32 = 450;
/// Part of a wait by which it may be longer, so that many who failed together do not come back together.
const SPREAD: f64 = 0.2;

impl Patience {
    /// Tells when a stage is tried again that was possible since then and has just failed for so many times; `None`
    /// when it is given up.
    pub(super) fn again(
        &self,
        name: &str,
        failures: u32,
        since: Timestamp,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let age = now.duration_since(since);
        if age >= self.longest {
            return None;
        }
        Some(later(now, self.wait(name, failures, age)))
    }

    /// Tells whether so much time has gone by that what comes by itself would have come: with 20 s, an hour.
    pub(super) fn is_late(&self, since: Timestamp, now: Timestamp) -> bool {
        now.duration_since(since) >= self.first_wait.saturating_mul(LATE)
    }

    /// Tells the wait after so many failures of something that is so old.
    fn wait(&self, name: &str, failures: u32, age: SignedDuration) -> SignedDuration {
        let tenths = if age >= self.first_wait.saturating_mul(LATE) {
            LATE_TENTHS
        } else {
            let place = usize::try_from(failures).unwrap_or(usize::MAX);
            TENTHS[place.min(TENTHS.len() - 1)]
        };
        let wait = self.first_wait.saturating_mul(tenths) / 10;
        let longer = wait.as_secs_f64() * SPREAD * chance(name, failures);
        wait.saturating_add(SignedDuration::from_millis((longer * 1000.0) as i64))
    }
}

/// Gives a moment so much later; the last moment there is where there is none.
pub(super) fn later(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Draws from 0 to 1, the same for the same name and number.
fn chance(name: &str, number: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (name, number).hash(&mut hasher);
    (hasher.finish() % 1000) as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn patience() -> Patience {
        Patience {
            first_wait: SignedDuration::from_secs(20),
            longest: SignedDuration::from_hours(6),
            kept_for: None,
        }
    }

    #[test]
    fn waits_follow_the_plan_and_are_spread_by_a_fifth() {
        let start = Timestamp::from_second(1_795_000_000).unwrap();
        for (failures, wanted) in [
            (0, 20.0),
            (1, 30.0),
            (2, 60.0),
            (3, 120.0),
            (4, 300.0),
            (99, 300.0),
        ] {
            for name in ["a", "b", "c"] {
                let again = patience().again(name, failures, start, start).unwrap();
                let wait = again.duration_since(start).as_secs_f64();
                assert!(
                    (wanted..=wanted * 1.2).contains(&wait),
                    "{failures}: {wait}"
                );
            }
        }
        let spread: std::collections::BTreeSet<_> = (0..50)
            .map(|name| patience().again(&name.to_string(), 4, start, start))
            .collect();
        assert!(spread.len() > 30, "they come back together");
    }

    #[test]
    fn after_an_hour_waits_are_long_and_after_the_patience_there_is_none() {
        let start = Timestamp::from_second(1_795_000_000).unwrap();
        let late = later(start, SignedDuration::from_hours(2));
        let wait = patience()
            .again("a", 20, start, late)
            .unwrap()
            .duration_since(late);
        assert!((900..=1080).contains(&wait.as_secs()), "{wait}");
        let over = later(start, SignedDuration::from_hours(6));
        assert_eq!(patience().again("a", 30, start, over), None);
    }
}
