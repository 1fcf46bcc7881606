//! Owns what has been agreed for a booking. Called by the policy. Never asks for anything itself.

use crate::grammar::{DateReading, Slot, TimeReading, Understanding};
use crate::types::{BookingDetails, CallSettings, PhoneNumber};
use jiff::civil::{Date, DateTime, Time};

/// Most guests that one party may have.
pub const PARTY_MAX: u32 = 300;

/// What is known of the booking that the caller wants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slots {
    /// The day.
    pub date: Option<Date>,
    /// The start.
    pub time: Option<Time>,
    /// Guests, adults and children together.
    pub party_size: Option<u32>,
    /// Name the booking goes under.
    pub name: Option<String>,
    /// Number to call back.
    pub phone: Option<PhoneNumber>,
}

/// Why something that was said could not be taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// There is no such day.
    NoSuchDay,
    /// Weekday and date do not agree; the day by its number, and the weekday said, 1 for Monday.
    WeekdayDisagrees(Date, i8),
    /// The day or the start has passed.
    Past,
    /// Several days are possible.
    WhichDay,
    /// Several starts are possible.
    WhichTime,
    /// Outside the hours in which parties start.
    Closed,
    /// More guests than can be served, or none.
    PartySize,
}

impl Slots {
    /// Takes what was said. Gives whether anything is new, and the first thing that could not be taken.
    pub fn take(
        &mut self,
        reading: &Understanding,
        now: DateTime,
        settings: &CallSettings,
    ) -> (bool, Option<Problem>) {
        let before = self.clone();
        let problems = [
            self.take_date(reading, now),
            self.take_time(reading, settings),
            self.take_party_size(reading),
        ];
        if let Some(name) = &reading.name {
            let parts = [name.value.first.as_deref(), name.value.last.as_deref()];
            let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            if !full.is_empty() {
                self.name = Some(full);
            }
        }
        if let Some(phone) = reading
            .phone
            .as_ref()
            .and_then(|found| PhoneNumber::parse(&found.value))
        {
            self.phone = Some(phone);
        }
        let mut problem = problems.into_iter().flatten().next();
        if let (Some(date), Some(time)) = (self.date, self.time)
            && date.to_datetime(time) <= now
        {
            self.time = None;
            problem = problem.or(Some(Problem::Past));
        }
        (*self != before, problem)
    }

    /// Gives the start, if day and time are known.
    pub fn starts(&self) -> Option<DateTime> {
        Some(self.date?.to_datetime(self.time?))
    }

    /// Gives the next thing to ask for, in the order that callers expect.
    pub fn missing(&self) -> Option<Slot> {
        if self.date.is_none() {
            Some(Slot::Date)
        } else if self.time.is_none() {
            Some(Slot::Time)
        } else if self.party_size.is_none() {
            Some(Slot::PartySize)
        } else if self.name.is_none() {
            Some(Slot::Name)
        } else if self.phone.is_none() {
            Some(Slot::Phone)
        } else {
            None
        }
    }

    /// Gives the booking, if everything is known.
    pub fn complete(&self) -> Option<BookingDetails> {
        Some(BookingDetails {
            starts: self.starts()?,
            party_size: self.party_size?,
            name: self.name.clone()?,
            phone: self.phone.clone(),
            ..BookingDetails::default()
        })
    }

    fn take_date(&mut self, reading: &Understanding, now: DateTime) -> Option<Problem> {
        match &reading.date.as_ref()?.value {
            DateReading::On(date) if *date < now.date() => Some(Problem::Past),
            DateReading::On(date) => {
                self.date = Some(*date);
                None
            }
            DateReading::Between { from, to } if from == to => {
                self.date = Some(*from);
                None
            }
            DateReading::Between { .. } | DateReading::From(_) | DateReading::Until(_) => {
                Some(Problem::WhichDay)
            }
            DateReading::Impossible { .. } => Some(Problem::NoSuchDay),
            DateReading::Conflict { date, weekday } => {
                Some(Problem::WeekdayDisagrees(*date, *weekday))
            }
        }
    }

    fn take_time(&mut self, reading: &Understanding, settings: &CallSettings) -> Option<Problem> {
        match &reading.time.as_ref()?.value {
            TimeReading::At { time, .. } if *time < settings.opens || *time > settings.closes => {
                Some(Problem::Closed)
            }
            TimeReading::At { time, .. } => {
                self.time = Some(*time);
                None
            }
            TimeReading::Between { .. }
            | TimeReading::After(_)
            | TimeReading::Before(_)
            | TimeReading::PartOfDay(_) => self.time.is_none().then_some(Problem::WhichTime),
        }
    }

    fn take_party_size(&mut self, reading: &Understanding) -> Option<Problem> {
        let size = reading.party_size.as_ref()?.value.total;
        if !(1..=PARTY_MAX).contains(&size) {
            return Some(Problem::PartySize);
        }
        self.party_size = Some(size);
        None
    }
}
