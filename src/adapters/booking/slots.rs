//! Owns the arithmetic of a day: how many parties run at once, and which starts near a wanted one are free. Called by
//! the ledger. Pure: no clock, no database.

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};

/// Minutes between the starts that are offered.
const STEP_MINUTES: i64 = 30;
/// Free starts offered in place of a full one.
pub(super) const ALTERNATIVES_MAX: usize = 3;

/// Opening hours and what fits into them.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// Parties that can run at the same time.
    pub capacity: u32,
    /// How long one party keeps its place.
    pub party_length: SignedDuration,
    /// First hour at which a party may start.
    pub opens: Time,
    /// Hour by which a party must have started.
    pub closes: Time,
}

impl Slots {
    /// Tells whether one more party can start then, given when the others start.
    pub fn fits(&self, taken: &[DateTime], wanted: DateTime) -> bool {
        self.busiest(taken, wanted) < self.capacity
    }

    /// Finds free starts on the same day within opening hours and after `now`, nearest to the wanted one first.
    pub fn alternatives(
        &self,
        taken: &[DateTime],
        wanted: DateTime,
        now: DateTime,
    ) -> Vec<DateTime> {
        let mut steps = i64::from(24 * 60) / STEP_MINUTES;
        let mut found = Vec::new();
        let mut distance = 1;
        while steps > 0 && found.len() < ALTERNATIVES_MAX {
            for sign in [-1, 1] {
                let shift = SignedDuration::from_mins(sign * distance * STEP_MINUTES);
                let Ok(start) = wanted.checked_add(shift) else {
                    continue;
                };
                let open = start.date() == wanted.date()
                    && (self.opens..=self.closes).contains(&start.time());
                if open && start > now && self.fits(taken, start) {
                    found.push(start);
                }
            }
            distance += 1;
            steps -= 1;
        }
        found.truncate(ALTERNATIVES_MAX);
        found
    }

    /// Counts the parties that run at the busiest moment of one that starts then. That moment is a start: the
    /// number only rises where a party begins.
    fn busiest(&self, taken: &[DateTime], wanted: DateTime) -> u32 {
        let within = |start: DateTime, from: DateTime| {
            let since = start.duration_since(from);
            since >= SignedDuration::ZERO && since < self.party_length
        };
        let moments = taken.iter().copied().filter(|start| within(*start, wanted));
        let running_at = |moment: DateTime| {
            let running = taken.iter().filter(|start| within(moment, **start)).count();
            u32::try_from(running).unwrap_or(u32::MAX)
        };
        moments.chain([wanted]).map(running_at).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn at(hour: i8, minute: i8) -> DateTime {
        date(2026, 12, 5).at(hour, minute, 0, 0)
    }

    fn slots(capacity: u32) -> Slots {
        Slots {
            capacity,
            party_length: SignedDuration::from_mins(120),
            opens: time(11, 0, 0, 0),
            closes: time(21, 0, 0, 0),
        }
    }

    const LONG_AGO: DateTime = date(2020, 1, 1).at(0, 0, 0, 0);

    #[test]
    fn a_party_is_in_the_way_for_its_whole_length_and_no_longer() {
        let one = slots(1);
        assert!(!one.fits(&[at(18, 0)], at(18, 0)));
        assert!(!one.fits(&[at(18, 0)], at(19, 30)));
        assert!(!one.fits(&[at(18, 0)], at(16, 30)));
        assert!(one.fits(&[at(18, 0)], at(20, 0)));
        assert!(one.fits(&[at(18, 0)], at(16, 0)));
    }

    #[test]
    fn parties_that_do_not_meet_share_a_place() {
        let two = slots(2);
        assert!(two.fits(&[at(16, 30), at(19, 0)], at(18, 0)));
        assert!(!two.fits(&[at(17, 0), at(18, 30)], at(18, 0)));
    }

    #[test]
    fn the_nearest_free_starts_come_first() {
        let offered = slots(1).alternatives(&[at(18, 0)], at(18, 0), LONG_AGO);
        assert_eq!(offered, [at(16, 0), at(20, 0), at(15, 30)]);
    }

    #[test]
    fn nothing_is_offered_outside_hours_or_in_the_past() {
        let offered = slots(1).alternatives(&[at(20, 30)], at(20, 30), at(17, 45));
        assert_eq!(offered, [at(18, 30), at(18, 0)]);
        assert!(slots(0).alternatives(&[], at(18, 0), LONG_AGO).is_empty());
    }
}
