//! Owns opening hours: when parties may start, when somebody may be called. Called by the profile, the dialogue and
//! the book. Never reads the clock.

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

/// A stretch of one day, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// First minute.
    pub from: Time,
    /// Last minute.
    pub to: Time,
}

/// Hours by weekday, with days that are closed whatever their weekday.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Monday to Sunday; `None` is closed.
    pub week: [Option<Opening>; 7],
    /// Days that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_on: Vec<Date>,
}

impl Hours {
    /// Gives the same hours on every day.
    #[must_use]
    pub fn daily(from: Time, to: Time) -> Self {
        Self {
            week: [Some(Opening { from, to }); 7],
            closed_on: Vec::new(),
        }
    }

    /// Gives the hours of a weekday.
    #[must_use]
    pub fn weekday(&self, day: Weekday) -> Option<Opening> {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        self.week[index]
    }

    /// Gives the hours of a day; `None` is closed.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Opening> {
        self.weekday(day.weekday())
            .filter(|_| !self.closed_on.contains(&day))
    }

    /// Tells whether a moment falls into the hours of its day.
    #[must_use]
    pub fn contain(&self, moment: DateTime) -> bool {
        self.on(moment.date())
            .is_some_and(|opening| (opening.from..=opening.to).contains(&moment.time()))
    }

    /// Gives the earliest begin and the latest end over the week; `None` if every day is closed.
    #[must_use]
    pub fn widest(&self) -> Option<Opening> {
        let open = || self.week.iter().flatten();
        Some(Opening {
            from: open().map(|one| one.from).min()?,
            to: open().map(|one| one.to).max()?,
        })
    }
}
