//! Owns the question whether a party can be taken: the business's rules, what stands in the book around it, and which
//! other starts would do. Called by the ledger with what it has read. Pure: no clock, no database.

use super::crews::{Job, fits, time_zone};
use jiff::civil::{Date, DateTime};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, ToSpan as _};
use maitred_actors::ports::booking::{Error, Refusal, Wanted};
use maitred_actors::types::Profile;
use std::sync::Arc;

/// Minutes between the starts that are offered.
const STEP_MINUTES: i64 = 30;
/// Free starts offered in place of a full one.
const ALTERNATIVES_MAX: usize = 3;
/// Days before and after the wanted one on which free starts are looked for.
pub(super) const DAYS_AROUND: i64 = 14;
/// Days that are looked through for free starts at most.
pub(super) const DAYS_MAX: i64 = 62;
/// Days within which parties can be in each other's way: the longest party, its set-up and its drive.
pub(super) const DAYS_NEAR: i64 = 2;

/// Something that keeps crews: a booking, or a place that a call holds.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Number of the booking: its own, or the one that would move here.
    pub booking: Option<String>,
    /// What it takes.
    pub job: Job,
}

/// The book around a day.
pub(super) struct Calendar {
    profile: Arc<Profile>,
    /// Local time of the business.
    now: DateTime,
    entries: Vec<Entry>,
}

impl Calendar {
    pub fn new(profile: Arc<Profile>, now: DateTime, entries: Vec<Entry>) -> Self {
        Self {
            profile,
            now,
            entries,
        }
    }

    /// Tells whether rules and crews allow the party.
    pub fn check(&self, wanted: &Wanted) -> Result<(), Error> {
        if let Some(why) = self.refusal(wanted, wanted.starts) {
            let elsewhen = matches!(why, Refusal::Closed | Refusal::TooSoon { .. });
            let alternatives = if elsewhen {
                self.alternatives(wanted)
            } else {
                Vec::new()
            };
            return Err(Error::Refused { why, alternatives });
        }
        self.check_crews(wanted)
    }

    /// Tells whether there are crews for the party, whatever the rules.
    pub fn check_crews(&self, wanted: &Wanted) -> Result<(), Error> {
        if self.is_free(wanted, wanted.starts) {
            return Ok(());
        }
        let alternatives = self.alternatives(wanted);
        match self.never(wanted) {
            Some(why @ Refusal::TooManyGuests { .. }) => Err(Error::Refused { why, alternatives }),
            Some(_) | None => Err(Error::Taken { alternatives }),
        }
    }

    /// Lists the starts of the wanted day or days that would do, earliest first.
    pub fn openings(&self, wanted: &Wanted) -> Result<Vec<DateTime>, Error> {
        if let Some(why) = self.never(wanted) {
            return Err(Error::Refused {
                why,
                alternatives: Vec::new(),
            });
        }
        let days = days_of(wanted);
        Ok(days.flat_map(|day| self.openings_on(wanted, day)).collect())
    }

    fn openings_on(&self, wanted: &Wanted, day: Date) -> Vec<DateTime> {
        let Some(opening) = self.profile.hours.on(day) else {
            return Vec::new();
        };
        let first = day.to_datetime(opening.from);
        let starts = (0..24 * 60 / STEP_MINUTES).map(|step| first.saturating_add(steps(step)));
        starts
            .filter(|start| start.date() == day && self.would_do(wanted, *start))
            .collect()
    }

    /// Finds what is in the way of such a party on any day.
    fn never(&self, wanted: &Wanted) -> Option<Refusal> {
        let zip = wanted.zip.as_deref();
        if zip.is_some_and(|zip| !self.profile.area.serves(zip)) {
            return Some(Refusal::OutOfArea);
        }
        let most = self.profile.capacity.guests_max();
        (wanted.guests > most).then_some(Refusal::TooManyGuests { most })
    }

    fn refusal(&self, wanted: &Wanted, starts: DateTime) -> Option<Refusal> {
        if let Some(why) = self.never(wanted) {
            return Some(why);
        }
        let earliest = self.earliest();
        if starts < earliest {
            return Some(Refusal::TooSoon { earliest });
        }
        let latest = self.latest();
        if starts.date() > latest {
            return Some(Refusal::TooFar { latest });
        }
        let never_comes = is_skipped(&self.profile, starts);
        let open = self.profile.hours.contain(starts) && !never_comes;
        (!open).then_some(Refusal::Closed)
    }

    fn earliest(&self) -> DateTime {
        let notice = i64::from(self.profile.capacity.notice_hours);
        let minute = self.now.with().second(0).subsec_nanosecond(0).build();
        let whole = minute.map_or(self.now, |minute| minute.saturating_add(1.minute()));
        whole.saturating_add(SignedDuration::from_hours(notice))
    }

    fn latest(&self) -> Date {
        let horizon = i64::from(self.profile.capacity.horizon_days);
        self.now.date().saturating_add(horizon.days())
    }

    pub fn would_do(&self, wanted: &Wanted, starts: DateTime) -> bool {
        self.refusal(wanted, starts).is_none() && self.is_free(wanted, starts)
    }

    pub fn is_free(&self, wanted: &Wanted, starts: DateTime) -> bool {
        let capacity = &self.profile.capacity;
        let new = Job::new(&self.profile, starts, wanted.guests, wanted.zip.as_deref());
        let mut groups: Vec<(Option<&str>, Vec<&Job>)> = Vec::new();
        for entry in &self.entries {
            let booking = entry.booking.as_deref();
            let moves_away = booking.is_some() && booking == wanted.replaces.as_deref();
            if moves_away || !entry.job.is_in_the_way_of(&new, capacity) {
                continue;
            }
            let group = groups
                .iter_mut()
                .find(|(of, _)| booking.is_some() && *of == booking);
            match group {
                Some((_, jobs)) => jobs.push(&entry.job),
                None => groups.push((booking, vec![&entry.job])),
            }
        }
        let in_the_way: Vec<Vec<&Job>> = groups.into_iter().map(|(_, jobs)| jobs).collect();
        fits(&in_the_way, &new, capacity)
    }

    /// Finds starts that would do: on the wanted day, nearest first; then on the days around, nearest first, one each.
    fn alternatives(&self, wanted: &Wanted) -> Vec<DateTime> {
        let mut found = self.nearest_on(wanted, wanted.starts.date(), ALTERNATIVES_MAX);
        for distance in 1..=DAYS_AROUND {
            for sign in [1, -1] {
                if found.len() >= ALTERNATIVES_MAX {
                    return found;
                }
                let day = wanted.starts.date().checked_add((sign * distance).days());
                let Ok(day) = day else { continue };
                found.extend(self.nearest_on(wanted, day, 1));
            }
        }
        found
    }

    /// Finds starts of a day that would do, those nearest to the wanted time first, in steps from it.
    fn nearest_on(&self, wanted: &Wanted, day: Date, most: usize) -> Vec<DateTime> {
        let around = day.to_datetime(wanted.starts.time());
        let distances = 0..24 * 60 / STEP_MINUTES;
        let starts = distances.flat_map(|distance| {
            let signs = if distance == 0 {
                &[1][..]
            } else {
                &[-1, 1][..]
            };
            signs
                .iter()
                .filter_map(move |sign| around.checked_add(steps(sign * distance)).ok())
        });
        starts
            .filter(|start| start.date() == day && *start != wanted.starts)
            .filter(|start| self.would_do(wanted, *start))
            .take(most)
            .collect()
    }
}

/// Tells whether the clocks jump over a start, as in the night in which summer time begins.
fn is_skipped(profile: &Profile, starts: DateTime) -> bool {
    let offset = time_zone(profile).to_ambiguous_timestamp(starts).offset();
    matches!(offset, AmbiguousOffset::Gap { .. })
}

/// Gives the days on which starts are wanted.
fn days_of(wanted: &Wanted) -> impl Iterator<Item = Date> {
    let first = wanted.starts.date();
    let until = wanted.until.unwrap_or(first);
    let weekday = wanted.weekday;
    let days = (0..DAYS_MAX).filter_map(move |ahead| first.checked_add(ahead.days()).ok());
    days.take_while(move |day| *day <= until)
        .filter(move |day| weekday.is_none_or(|one| day.weekday().to_monday_one_offset() == one))
}

fn steps(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count * STEP_MINUTES)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test may fail by panic"
    )]

    use super::*;
    use jiff::civil::{date, time};
    use maitred_actors::types::{Capacity, Hours};

    fn at(day: i8, hour: i8, minute: i8) -> DateTime {
        date(2026, 12, day).at(hour, minute, 0, 0)
    }

    /// One crew, two hours a party, 11:00 to 21:00, closed on Mondays, a day's notice, thirty days ahead.
    fn profile() -> Profile {
        let mut hours = Hours::daily(time(11, 0, 0, 0), time(21, 0, 0, 0));
        hours.week[0] = None;
        Profile {
            hours,
            capacity: Capacity {
                guests_per_grill: 20,
                notice_hours: 24,
                horizon_days: 30,
                ..Capacity::default()
            },
            ..Profile::default()
        }
    }

    fn calendar(now: DateTime, booked: &[DateTime]) -> Calendar {
        let profile = profile();
        let entry = |starts: &DateTime| Entry {
            booking: Some(starts.to_string()),
            job: Job::new(&profile, *starts, 10, None),
        };
        let entries = booked.iter().map(entry).collect();
        Calendar::new(Arc::new(profile), now, entries)
    }

    fn wanted(starts: DateTime) -> Wanted {
        Wanted {
            starts,
            guests: 10,
            ..Wanted::default()
        }
    }

    #[test]
    fn the_nearest_free_starts_of_the_day_come_first() {
        let calendar = calendar(at(1, 9, 0), &[at(5, 18, 0)]);
        let alternatives = vec![at(5, 16, 0), at(5, 20, 0), at(5, 15, 30)];
        assert_eq!(
            calendar.check(&wanted(at(5, 18, 0))),
            Err(Error::Taken { alternatives })
        );
        assert_eq!(calendar.check(&wanted(at(5, 20, 0))), Ok(()));
    }

    #[test]
    fn a_day_that_is_full_leads_to_the_days_around_it() {
        // Saturday the 5th is full, Monday the 7th is closed.
        let full = [
            at(5, 12, 0),
            at(5, 14, 0),
            at(5, 16, 0),
            at(5, 18, 0),
            at(5, 20, 0),
        ];
        let calendar = calendar(at(1, 9, 0), &full);
        let alternatives = vec![at(6, 18, 0), at(4, 18, 0), at(3, 18, 0)];
        assert_eq!(
            calendar.check(&wanted(at(5, 18, 0))),
            Err(Error::Taken { alternatives })
        );
        assert_eq!(calendar.openings(&wanted(at(5, 0, 0))), Ok(vec![]));
    }

    #[test]
    fn each_rule_is_told_and_nothing_against_it_is_offered() {
        let calendar = calendar(at(1, 9, 10), &[]);
        let why = |wanted: &Wanted| match calendar.check(wanted) {
            Err(Error::Refused { why, alternatives }) => (why, alternatives),
            other => panic!("{other:?}"),
        };
        let (refusal, offered) = why(&wanted(at(2, 9, 0)));
        let earliest = at(2, 9, 11);
        assert_eq!(refusal, Refusal::TooSoon { earliest });
        assert_eq!(offered, [at(2, 11, 0), at(2, 11, 30), at(2, 12, 0)]);
        let (refusal, offered) = why(&wanted(at(7, 18, 0)));
        assert_eq!(refusal, Refusal::Closed);
        assert_eq!(offered, [at(8, 18, 0), at(6, 18, 0), at(9, 18, 0)]);
        let (refusal, offered) = why(&wanted(date(2027, 2, 1).at(18, 0, 0, 0)));
        let latest = date(2026, 12, 31);
        assert_eq!((refusal, offered), (Refusal::TooFar { latest }, vec![]));
        let many = Wanted {
            guests: 21,
            ..wanted(at(5, 18, 0))
        };
        assert_eq!(why(&many), (Refusal::TooManyGuests { most: 20 }, vec![]));
    }

    #[test]
    fn a_place_outside_the_area_is_refused() {
        let mut profile = profile();
        profile.area.zones = vec![maitred_actors::types::Zone {
            name: "here".into(),
            zips: vec!["951".into()],
            miles: 1,
            travel_fee: None,
        }];
        let calendar = Calendar::new(Arc::new(profile), at(1, 9, 0), vec![]);
        let in_zip = |zip: &str| Wanted {
            zip: Some(zip.into()),
            ..wanted(at(5, 18, 0))
        };
        assert_eq!(calendar.check(&in_zip("95112")), Ok(()));
        let refused = Err(Error::Refused {
            why: Refusal::OutOfArea,
            alternatives: vec![],
        });
        assert_eq!(calendar.check(&in_zip("10001")), refused);
    }

    #[test]
    fn openings_are_what_is_free_on_the_day() {
        let calendar = calendar(at(4, 15, 0), &[at(5, 18, 0)]);
        let openings = calendar.openings(&wanted(at(5, 0, 0))).unwrap();
        assert_eq!(
            openings,
            [
                at(5, 15, 30),
                at(5, 16, 0),
                at(5, 20, 0),
                at(5, 20, 30),
                at(5, 21, 0)
            ]
        );
        assert_eq!(calendar.openings(&wanted(at(7, 0, 0))), Ok(vec![]));
    }

    #[test]
    fn openings_of_several_days_are_those_of_the_weekday_that_is_wanted() {
        let calendar = calendar(at(1, 9, 0), &[at(5, 18, 0)]);
        let saturdays = Wanted {
            until: Some(date(2026, 12, 18)),
            weekday: Some(6),
            ..wanted(at(3, 0, 0))
        };
        let openings = calendar.openings(&saturdays).unwrap();
        let mut days: Vec<Date> = openings.iter().map(|start| start.date()).collect();
        days.dedup();
        assert_eq!(days, [date(2026, 12, 5), date(2026, 12, 12)]);
        assert!(!openings.contains(&at(5, 18, 0)) && openings.contains(&at(12, 18, 0)));
    }

    #[test]
    fn moving_a_booking_frees_its_old_place() {
        let calendar = calendar(at(1, 9, 0), &[at(5, 18, 0)]);
        let moved = Wanted {
            replaces: Some(at(5, 18, 0).to_string()),
            ..wanted(at(5, 19, 0))
        };
        assert_eq!(calendar.check(&moved), Ok(()));
        assert!(calendar.check(&wanted(at(5, 19, 0))).is_err());
    }
}
