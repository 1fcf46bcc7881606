//! Owns what has been agreed for a booking. Called by the policy. Never asks for anything itself.

use crate::grammar::{
    DateReading, DietaryNeed, Found, PartOfDay, PersonName, Slot, TimeReading, Understanding,
};
use crate::ports::booking::Wanted;
use crate::types::{
    BookingDetails, CallSettings, Cents, Choice, NoQuote, PhoneNumber, Place, Profile, Quote, quote,
};
use jiff::civil::{Date, DateTime, Time};

/// More guests than anybody means.
const PARTY_MAX: u32 = 300;

/// Most guests that one party of this business may have.
pub fn party_max(settings: &CallSettings) -> u32 {
    settings.profile.capacity.guests_max().min(PARTY_MAX)
}

/// Words that answer something, and are nobody's name.
const NO_NAMES: [&str; 22] = [
    "son",
    "daughter",
    "wife",
    "husband",
    "mother",
    "father",
    "mom",
    "dad",
    "kid",
    "kids",
    "baby",
    "allergic",
    "allergy",
    "allergies",
    "vegetarian",
    "vegan",
    "vegetarians",
    "peanut",
    "peanuts",
    "shellfish",
    "gluten",
    "guests",
];

/// Letters between a word and a diet that belongs to it: "son is allergic to".
const NEAR: usize = 16;

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
    /// How many of the guests are children, where it was told.
    pub children: Option<u32>,
    /// Where the party is, as far as it was told.
    pub place: Place,
    /// What is celebrated.
    pub occasion: Option<String>,
    /// Proteins and upgrades that were named.
    pub choices: Vec<Choice>,
    /// Diets and allergies that were named.
    pub dietary: Vec<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Total that the caller was told, in cents.
    pub quoted: Option<Cents>,
    /// Whether the caller will tell the address later.
    pub address_later: bool,
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
    /// Outside the hours in which parties start, on the day where that is known; the start within them that is nearest.
    Closed(Option<Date>, Time),
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
            self.take_party_size(reading, settings),
        ];
        // "My son is allergic to peanuts" has no name in it.
        let of_a_need = |name: &Found<PersonName>| {
            let near =
                |need: &Found<DietaryNeed>| need.start <= name.end + NEAR && name.start <= need.end;
            reading.dietary.iter().any(near)
        };
        if let Some(name) = reading.name.as_ref().filter(|name| !of_a_need(name)) {
            let parts = [name.value.first.as_deref(), name.value.last.as_deref()];
            let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let none = NO_NAMES.iter().any(|word| full.eq_ignore_ascii_case(word));
            if !full.is_empty() && !none {
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
        self.take_wishes(reading);
        self.take_dishes(reading, &settings.profile);
        let mut problem = problems.into_iter().flatten().next();
        if let (Some(date), Some(time)) = (self.date, self.time)
            && date.to_datetime(time) <= now
        {
            self.time = None;
            problem = problem.or(Some(Problem::Past));
        }
        (*self != before, problem)
    }

    /// Begins with what a booking says, to change it.
    pub fn of(details: &BookingDetails) -> Self {
        Self {
            date: Some(details.starts.date()),
            time: Some(details.starts.time()),
            party_size: Some(details.party_size),
            name: Some(details.name.clone()),
            phone: details.phone.clone(),
            children: details.children,
            place: details.place.clone().unwrap_or_default(),
            occasion: details.occasion.clone(),
            choices: details.choices.clone(),
            dietary: details.dietary.clone(),
            email: details.email.clone(),
            quoted: details.quoted,
            // Who books without it is not asked again for another change.
            address_later: true,
        }
    }

    /// Gives the start, if day and time are known.
    pub fn starts(&self) -> Option<DateTime> {
        Some(self.date?.to_datetime(self.time?))
    }

    /// Gives what a booking cannot do without, to tell whether a turn brought any of it.
    pub fn needed(&self) -> impl PartialEq {
        (
            (self.date, self.time, self.party_size),
            (self.name.clone(), self.phone.clone()),
            self.place.zip.clone(),
        )
    }

    /// Gives what is known of the party itself, beside who has it.
    pub fn of_the_party(&self) -> impl PartialEq {
        (
            (self.date, self.time, self.party_size, self.children),
            (self.place.clone(), self.occasion.clone()),
            (self.choices.clone(), self.dietary.clone()),
        )
    }

    /// Gives the place in the book that is wanted, if day and time are known.
    pub fn wanted(&self, replaces: Option<String>) -> Option<Wanted> {
        Some(Wanted {
            starts: self.starts()?,
            guests: self.party_size.unwrap_or(1),
            zip: self.place.zip.clone(),
            replaces,
            ..Wanted::default()
        })
    }

    /// Gives what is to be asked for next. The place is asked for where it decides anything.
    pub fn missing(&self, settings: &CallSettings) -> Option<Slot> {
        let area = &settings.profile.area;
        let place_matters = !area.zones.is_empty();
        let address = area.asks_address && self.place.address.is_none() && !self.address_later;
        let missing = [
            (self.date.is_none(), Slot::Date),
            (self.time.is_none(), Slot::Time),
            (self.party_size.is_none(), Slot::PartySize),
            (
                place_matters && self.place.zip.is_none() || address,
                Slot::Address,
            ),
            (self.name.is_none(), Slot::Name),
            (self.phone.is_none(), Slot::Phone),
        ];
        missing
            .into_iter()
            .find(|(is_missing, _)| *is_missing)
            .map(|(_, slot)| slot)
    }

    /// Gives the booking, if everything is known that it cannot be made without.
    pub fn complete(&self) -> Option<BookingDetails> {
        Some(BookingDetails {
            starts: self.starts()?,
            party_size: self.party_size?,
            name: self.name.clone()?,
            phone: self.phone.clone(),
            children: self.children,
            place: (self.place != Place::default()).then(|| self.place.clone()),
            occasion: self.occasion.clone(),
            choices: self.choices.clone(),
            dietary: self.dietary.clone(),
            email: self.email.clone(),
            quoted: self.quoted,
        })
    }

    /// Tells what the party costs, as far as is known.
    pub fn quote(&self, profile: &Profile) -> Option<Result<Quote, NoQuote>> {
        let guests = self.party_size?;
        let children = self.children.unwrap_or(0).min(guests);
        let zip = self.place.zip.as_deref();
        Some(quote(
            profile,
            guests - children,
            children,
            zip,
            &self.choices,
        ))
    }

    /// Takes what is nice to know and never asked for.
    fn take_wishes(&mut self, reading: &Understanding) {
        if let Some(address) = &reading.address {
            let found = &address.value;
            let street = [&found.house_number, &found.street, &found.city];
            let words: Vec<&str> = street.into_iter().flatten().map(String::as_str).collect();
            if found.street.is_some() {
                self.place.address = Some(words.join(" "));
            }
            if found.zip.is_some() {
                self.place.zip.clone_from(&found.zip);
            }
        }
        if let Some(children) = reading
            .party_size
            .as_ref()
            .and_then(|size| size.value.children)
        {
            self.children = Some(children);
        }
        if let Some(email) = &reading.email {
            self.email = Some(email.value.clone());
        }
        if let Some(occasion) = &reading.occasion {
            self.occasion = Some(occasion.value.clone());
        }
        for need in &reading.dietary {
            let said = match need.value.allergy {
                true => format!("{} allergy", need.value.name),
                false => need.value.name.clone(),
            };
            if !self.dietary.contains(&said) {
                self.dietary.push(said);
            }
        }
    }

    /// Takes dishes by the names that the profile has for them; the last word on each counts.
    fn take_dishes(&mut self, reading: &Understanding, profile: &Profile) {
        for dish in &reading.menu {
            let said = &dish.value.name;
            let name = profile.menu.dish(said).map_or(said, |dish| &dish.name);
            let (name, guests) = (name.clone(), dish.value.count);
            self.choices.retain(|choice| choice.name != name);
            if !dish.value.declined {
                self.choices.push(Choice { name, guests });
            }
        }
    }

    /// Takes the day. One that cannot be is asked about, and the day before it does not hold any more.
    fn take_date(&mut self, reading: &Understanding, now: DateTime) -> Option<Problem> {
        let (date, problem) = match &reading.date.as_ref()?.value {
            DateReading::On(date) if *date < now.date() => (None, Some(Problem::Past)),
            DateReading::On(date) => (Some(*date), None),
            DateReading::Between { from, to } if from == to => (Some(*from), None),
            DateReading::Between { from, to } => self.within(*from, *to),
            DateReading::From(from) => self.within(*from, Date::MAX),
            DateReading::Until(to) => self.within(Date::MIN, *to),
            DateReading::Impossible { .. } => (None, Some(Problem::NoSuchDay)),
            DateReading::Conflict { date, weekday } => {
                (None, Some(Problem::WeekdayDisagrees(*date, *weekday)))
            }
        };
        self.date = date;
        problem
    }

    /// Keeps a day that lies among those that were said; else one of them is asked for.
    fn within(&self, from: Date, to: Date) -> (Option<Date>, Option<Problem>) {
        match self.date.filter(|date| (from..=to).contains(date)) {
            Some(date) => (Some(date), None),
            None => (None, Some(Problem::WhichDay)),
        }
    }

    /// Takes the start. One that cannot be is asked about, and the start before it does not hold any more.
    fn take_time(&mut self, reading: &Understanding, settings: &CallSettings) -> Option<Problem> {
        let said = &reading.time.as_ref()?.value;
        if let TimeReading::At { time, .. } = said {
            let (from, to) = hours_on(self.date, settings);
            let open = (from..=to).contains(time);
            self.time = Some(*time).filter(|_| open);
            let nearest = if *time < from { from } else { to };
            return (!open).then_some(Problem::Closed(self.date, nearest));
        }
        let (from, to) = stretch_of(said);
        self.time = self.time.filter(|time| (from..=to).contains(time));
        self.time.is_none().then_some(Problem::WhichTime)
    }

    fn take_party_size(
        &mut self,
        reading: &Understanding,
        settings: &CallSettings,
    ) -> Option<Problem> {
        let told = &reading.party_size.as_ref()?.value;
        let size = told.total;
        // "No kids": who else comes was told before.
        if size == 0 && told.children == Some(0) && self.party_size.is_some() {
            return None;
        }
        self.party_size = Some(size).filter(|size| (1..=party_max(settings)).contains(size));
        let all = self.party_size.unwrap_or(0);
        self.children.take_if(|children| *children > all);
        self.party_size.is_none().then_some(Problem::PartySize)
    }
}

/// Gives the first and the last time that words for a time may mean.
pub(super) fn stretch_of(said: &TimeReading) -> (Time, Time) {
    match said {
        TimeReading::At { time, .. } => (*time, *time),
        TimeReading::Between { from, to } => (*from, *to),
        TimeReading::After(from) => (*from, Time::MAX),
        TimeReading::Before(to) => (Time::MIN, *to),
        TimeReading::PartOfDay(part) => hours_of(*part),
    }
}

/// Gives the hours that a stretch of the day is made of.
fn hours_of(part: PartOfDay) -> (Time, Time) {
    let hour = |hour| Time::constant(hour, 0, 0, 0);
    match part {
        PartOfDay::Morning => (Time::MIN, hour(12)),
        PartOfDay::Afternoon => (hour(12), hour(18)),
        PartOfDay::Evening => (hour(16), Time::MAX),
        PartOfDay::Night => (hour(18), Time::MAX),
    }
}

/// Gives the first and the last start: by the hours of the day where it is known, else of any day. Calls older than profiles
/// have only the hours of their settings.
pub(super) fn hours_on(day: Option<Date>, settings: &CallSettings) -> (Time, Time) {
    let opening = day.and_then(|day| settings.profile.hours.on(day));
    let (from, to) = opening.map_or((settings.opens, settings.closes), |one| (one.from, one.to));
    (from.max(settings.opens), to.min(settings.closes))
}
