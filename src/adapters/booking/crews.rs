//! Owns the arithmetic of crews: how long a party keeps whom, and whether one more can be served beside the others. Called
//! by the calendar. Pure: no clock, no database.
//!
//! A crew can go from one party to another if it gets there in time for the set-up. As no way is shorter over a third
//! party, "can go from one to the other" is an order, and the fewest crews that serve some parties are as many as the
//! largest set of which none can follow another (Dilworth, 1950). A new party can only enlarge the sets it is in; so it fits
//! if it and those that are in its way can be served by the crews there are.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maitred_actors::types::{Capacity, Profile};

/// A party as crews see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// When its crews must be there to set up.
    pub from: Timestamp,
    /// When they may leave.
    pub until: Timestamp,
    /// How many crews it takes.
    pub crews: u32,
    /// Zone it is in, where that is known.
    pub zone: Option<String>,
}

impl Job {
    /// Plans a party.
    pub fn new(profile: &Profile, starts: DateTime, guests: u32, zip: Option<&str>) -> Self {
        let capacity = &profile.capacity;
        let zone = zip.and_then(|zip| profile.area.zone(zip));
        // Minutes pass by the sun, also in a night in which the clocks are changed.
        let starts = time_zone(profile)
            .to_ambiguous_timestamp(starts)
            .compatible();
        let starts = starts.unwrap_or(Timestamp::MAX);
        Self {
            from: later(starts, -minutes(capacity.setup_minutes)),
            until: later(starts, minutes(capacity.minutes_for(guests))),
            crews: capacity.crews_for(guests),
            zone: zone.map(|zone| zone.name.clone()),
        }
    }

    /// Tells whether a crew can go from this party to the other.
    fn comes_before(&self, other: &Self, capacity: &Capacity) -> bool {
        let same_zone = self.zone.is_some() && self.zone == other.zone;
        let drive = if same_zone {
            capacity.drive_minutes_same_zone
        } else {
            capacity.drive_minutes
        };
        later(self.until, minutes(drive)) <= other.from
    }

    /// Tells whether no crew can serve both.
    pub fn is_in_the_way_of(&self, other: &Self, capacity: &Capacity) -> bool {
        !self.comes_before(other, capacity) && !other.comes_before(self, capacity)
    }
}

/// Tells whether a new party can be served beside those in its way, of which every group counts with one of its jobs only:
/// a booking and the places it may move to.
pub(super) fn fits(in_the_way: &[Vec<&Job>], new: &Job, capacity: &Capacity) -> bool {
    let Some(left) = capacity.crews.checked_sub(new.crews) else {
        return false;
    };
    // Beyond a few groups that can move, all their places count: too careful, never too many parties.
    let ways: usize = in_the_way
        .iter()
        .map(Vec::len)
        .fold(1, usize::saturating_mul);
    if ways > WAYS_MAX {
        let all: Vec<&Job> = in_the_way.iter().flatten().copied().collect();
        return can_serve(left, &all, capacity);
    }
    (0..ways).all(|way| can_serve(left, &chosen(in_the_way, way), capacity))
}

/// Ways of moving bookings that are looked at one by one.
const WAYS_MAX: usize = 16;

/// Chooses one job of each group, as the digits of the number say.
fn chosen<'j>(groups: &[Vec<&'j Job>], mut way: usize) -> Vec<&'j Job> {
    let choose = |group: &Vec<&'j Job>| {
        let index = way % group.len();
        way /= group.len();
        group[index]
    };
    groups.iter().map(choose).collect()
}

/// Tells whether so many crews can serve these parties: a crew is saved wherever one can go on to another party.
fn can_serve(crews: u32, jobs: &[&Job], capacity: &Capacity) -> bool {
    let wanted: u64 = jobs.iter().map(|job| u64::from(job.crews)).sum();
    if wanted <= u64::from(crews) {
        return true;
    }
    if jobs.iter().any(|job| job.crews > crews) {
        return false;
    }
    // Each crew of each party, by the party it belongs to.
    let seats: Vec<usize> = (0..jobs.len())
        .flat_map(|index| std::iter::repeat_n(index, jobs[index].crews as usize))
        .collect();
    let goes_on =
        |from: usize, to: usize| jobs[seats[from]].comes_before(jobs[seats[to]], capacity);
    let saved = matching(seats.len(), goes_on);
    seats.len() - saved <= crews as usize
}

/// Finds how many can be paired with a follower of their own, each follower once (augmenting paths; Kuhn, 1955).
fn matching(count: usize, goes_on: impl Fn(usize, usize) -> bool) -> usize {
    let mut follows: Vec<Option<usize>> = vec![None; count];
    let mut paired = 0;
    for start in 0..count {
        // A path of tries from `start`, and by whom each follower was reached.
        let mut reached: Vec<Option<usize>> = vec![None; count];
        let mut waiting = vec![start];
        let mut end = None;
        'search: while let Some(from) = waiting.pop() {
            for to in 0..count {
                if reached[to].is_some() || !goes_on(from, to) {
                    continue;
                }
                reached[to] = Some(from);
                match follows[to] {
                    Some(other) => waiting.push(other),
                    None => {
                        end = Some(to);
                        break 'search;
                    }
                }
            }
        }
        let Some(mut to) = end else { continue };
        paired += 1;
        // Back along the path: each takes its new follower and gives its old one to the one before.
        while let Some(from) = reached[to] {
            let given = follows.iter().position(|one| *one == Some(from));
            follows[to] = Some(from);
            match given {
                Some(given) => to = given,
                None => break,
            }
        }
    }
    paired
}

/// Gives the time zone of the business; the reading of the profile has checked its name.
pub(super) fn time_zone(profile: &Profile) -> TimeZone {
    TimeZone::get(&profile.time_zone).unwrap_or(TimeZone::UTC)
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn minutes(count: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn capacity(crews: u32) -> Capacity {
        Capacity {
            crews,
            drive_minutes: 60,
            drive_minutes_same_zone: 20,
            ..Capacity::default()
        }
    }

    /// A party from one minute of a day to another.
    fn job(from: i64, length: i64, crews: u32, zone: Option<&str>) -> Job {
        let at = |minute: i64| later(Timestamp::UNIX_EPOCH, SignedDuration::from_mins(minute));
        Job {
            from: at(from),
            until: at(from + length),
            crews,
            zone: zone.map(str::to_owned),
        }
    }

    fn fits_beside(jobs: &[Job], new: &Job, capacity: &Capacity) -> bool {
        let in_the_way = jobs
            .iter()
            .filter(|job| job.is_in_the_way_of(new, capacity))
            .map(|job| vec![job]);
        fits(&in_the_way.collect::<Vec<_>>(), new, capacity)
    }

    #[test]
    fn the_drive_between_two_parties_counts() {
        let one = capacity(1);
        let noon = job(720, 120, 1, Some("north"));
        for (from, zone, free) in [
            (859, Some("north"), false),
            (860, Some("north"), true),
            (899, Some("south"), false),
            (900, Some("south"), true),
            (899, None, false),
            (900, None, true),
        ] {
            let new = job(from, 60, 1, zone);
            assert_eq!(
                fits_beside(std::slice::from_ref(&noon), &new, &one),
                free,
                "{from} {zone:?}"
            );
        }
    }

    #[test]
    fn a_large_party_takes_several_crews() {
        let two = capacity(2);
        let noon = job(720, 120, 1, None);
        assert!(!fits_beside(
            std::slice::from_ref(&noon),
            &job(750, 60, 2, None),
            &two
        ));
        assert!(fits_beside(&[noon], &job(750, 60, 1, None), &two));
        assert!(!fits_beside(&[], &job(750, 60, 3, None), &two));
    }

    /// Parties of which no two run at once, but between which one crew cannot go in time.
    #[test]
    fn counting_what_runs_at_once_is_not_enough() {
        let one = capacity(1);
        let morning = job(600, 60, 1, Some("north"));
        let noon = job(720, 60, 1, Some("south"));
        assert!(fits_beside(std::slice::from_ref(&morning), &noon, &one));
        let between = job(680, 20, 1, Some("north"));
        assert!(!fits_beside(&[morning, noon], &between, &one));
    }

    #[test]
    fn a_booking_that_may_move_counts_once_wherever_it_ends() {
        let two = capacity(2);
        let (old, place) = (job(600, 120, 1, None), job(700, 120, 1, None));
        let new = job(650, 60, 1, None);
        assert!(fits(&[vec![&old, &place]], &new, &two));
        let other = job(640, 60, 1, None);
        assert!(!fits(&[vec![&old, &place], vec![&other]], &new, &two));
    }

    /// Tries every way of sending crews out: an answer that shares nothing with the one under test but the drive.
    fn can_be_planned(jobs: &[Job], capacity: &Capacity) -> bool {
        let mut jobs: Vec<&Job> = jobs.iter().collect();
        jobs.sort_by_key(|job| job.from);
        plan(&jobs, &vec![None; capacity.crews as usize], capacity)
    }

    fn plan<'j>(jobs: &[&'j Job], last: &[Option<&'j Job>], capacity: &Capacity) -> bool {
        let Some((job, rest)) = jobs.split_first() else {
            return true;
        };
        (0_u32..1 << last.len()).any(|team| {
            let members = |crew: &usize| team & (1 << crew) != 0;
            let can_come =
                |crew: usize| last[crew].is_none_or(|before| before.comes_before(job, capacity));
            let sent: Vec<usize> = (0..last.len()).filter(members).collect();
            if team.count_ones() != job.crews || !sent.iter().all(|crew| can_come(*crew)) {
                return false;
            }
            let mut next = last.to_vec();
            sent.iter().for_each(|crew| next[*crew] = Some(job));
            plan(rest, &next, capacity)
        })
    }

    fn any_job() -> impl Strategy<Value = Job> {
        let zone = prop::option::of(prop::sample::select(vec!["north", "south"]));
        (0_i64..30, 1_i64..10, 1_u32..3, zone)
            .prop_map(|(from, length, crews, zone)| job(from * 30, length * 30, crews, zone))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Parties are taken one by one as long as they fit. What was taken can always be planned, and what was refused
        /// could not have been.
        #[test]
        fn a_party_fits_just_when_the_crews_can_be_sent(
            crews in 1_u32..4,
            wanted in prop::collection::vec(any_job(), 1..9),
        ) {
            let capacity = capacity(crews);
            let mut taken: Vec<Job> = Vec::new();
            for new in wanted {
                let mut with = taken.clone();
                with.push(new.clone());
                let free = fits_beside(&taken, &new, &capacity);
                prop_assert_eq!(free, can_be_planned(&with, &capacity), "{:?}", with);
                if free {
                    taken = with;
                }
            }
        }
    }
}
