//! Follows a whole conversation, both sides as text, and keeps what stands agreed after each turn.
//!
//! Owns what an answer does to what was proposed before it: taken on a yes, dropped on a no, corrected by what is said
//! anew. Called by `maitred understand --dialogue` and by the measuring example. Never asks or proposes anything.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::proposal::{self, Proposal};
use super::reading::{
    Address, Context, DateReading, Found, Intent, PartySize, PersonName, Slot, TimeReading,
    Understanding,
};
use super::tokens;
use super::topic;
use super::understand::understand;
use super::wording::Wording;

/// What both sides agree on so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreed {
    /// The day.
    pub date: Option<Date>,
    /// The start.
    pub time: Option<Time>,
    /// How many people.
    pub party_size: Option<PartySize>,
    /// Who is calling.
    pub name: Option<PersonName>,
    /// Digits of a telephone number.
    pub phone: Option<String>,
    /// An e-mail address, lower case.
    pub email: Option<String>,
    /// Where.
    pub address: Option<Address>,
}

/// A conversation as far as it was followed.
#[derive(Clone, Debug)]
pub struct Transcript {
    reference: DateTime,
    agreed: Agreed,
    proposal: Proposal,
    question: String,
    elsewhere: bool,
    booked: bool,
}

impl Transcript {
    /// Begins before the first turn, at the local time `reference`.
    #[must_use]
    pub fn new(reference: DateTime) -> Self {
        Self {
            reference,
            agreed: Agreed::default(),
            proposal: Proposal::default(),
            question: String::new(),
            elsewhere: false,
            booked: false,
        }
    }

    /// Takes what our side said.
    pub fn system(&mut self, text: &str) {
        self.elsewhere = topic::elsewhere(text).unwrap_or(self.elsewhere);
        self.question.push_str(text);
        self.question.push(' ');
        if self.elsewhere {
            return;
        }
        let said = proposal::read(text, self.reference);
        self.proposal.follow(&said);
        if said.done {
            self.accept();
            self.booked = true;
        }
    }

    /// Takes one turn of the caller and gives what stands after it.
    pub fn caller(&mut self, text: &str) -> &Agreed {
        self.elsewhere = topic::elsewhere(text).unwrap_or(self.elsewhere);
        let mut context = Context::new(self.reference).after(&std::mem::take(&mut self.question));
        context.confirming |= self.proposal.is_open();
        if self.elsewhere {
            return &self.agreed;
        }
        let reading = understand(text, &[], &context);
        if self.is_about_the_booking(&reading, text, context.asked) {
            self.booked = false;
            self.take(&reading, text, context.asked);
        }
        if reading.has(Intent::Affirm) {
            self.accept();
        } else if reading.has(Intent::Deny) {
            self.proposal.refuse();
        }
        &self.agreed
    }

    /// Once booked, days and times are small talk unless the caller wants something else; so they are in a goodbye.
    fn is_about_the_booking(
        &self,
        reading: &Understanding,
        text: &str,
        asked: Option<Slot>,
    ) -> bool {
        let wording = Wording::new(&tokens::tokenise(text));
        if wording.any("for today|all today|it today|everything today")
            && reading.has(Intent::Goodbye)
        {
            return false;
        }
        !self.booked || asked.is_some() || wording.any(CHANGES)
    }

    /// Gives what stands.
    #[must_use]
    pub fn agreed(&self) -> &Agreed {
        &self.agreed
    }

    fn accept(&mut self) {
        let taken = std::mem::take(&mut self.proposal);
        self.agreed.date = taken.date.or(self.agreed.date);
        self.agreed.time = taken.time.or(self.agreed.time);
        if let Some(size) = taken.party_size
            && self.agreed.party_size.as_ref().map(|size| size.total) != Some(size.total)
        {
            self.agreed.party_size = Some(size);
        }
    }

    /// Takes what the caller said; it outweighs what was proposed.
    fn take(&mut self, reading: &Understanding, text: &str, asked: Option<Slot>) {
        let day_after =
            relation(text).and_then(|days| self.agreed.date?.checked_add(days.days()).ok());
        if let Some(date) = day_after.or_else(|| day(reading)) {
            self.agreed.date = Some(date);
            self.proposal.date = None;
        }
        if let Some(time) = start(reading) {
            self.agreed.time = Some(time);
            self.proposal.time = None;
        }
        if let Some(size) = &reading.party_size {
            self.agreed.party_size = Some(size.value.clone());
            self.proposal.party_size = None;
        }
        if let Some(name) = &reading.name
            && (self.agreed.name.is_none()
                || asked == Some(Slot::Name)
                || name.confidence >= INTRODUCED)
        {
            self.agreed.name = Some(name.value.clone());
        }
        let value = |found: &Option<Found<String>>| found.as_ref().map(|found| found.value.clone());
        self.agreed.phone = value(&reading.phone).or(self.agreed.phone.take());
        self.agreed.email = value(&reading.email).or(self.agreed.email.take());
        if let Some(address) = &reading.address {
            self.agreed.address = Some(address.value.clone());
        }
    }
}

/// How sure a name is that was introduced as the caller's own.
const INTRODUCED: f32 = 0.9;
/// Words with which a caller opens anew what was booked.
const CHANGES: &str = "change|move|reschedule|switch|make it|instead|actually|can we|could we|could you|can you|how about|\
    what about|another|available|book|booking|reserve|reservation|table|try|need|want|would like|wait|sorry|no";

/// "The next day", "the day before": days from the one agreed.
fn relation(text: &str) -> Option<i64> {
    let wording = Wording::new(&tokens::tokenise(text));
    if wording.any("the next day|the following day|the day after that|a day later|one day later") {
        Some(1)
    } else if wording.any("the day before that|a day earlier|one day earlier|the previous day") {
        Some(-1)
    } else {
        None
    }
}

/// The one day that a reading names.
pub(super) fn day(reading: &Understanding) -> Option<Date> {
    match &reading.date.as_ref()?.value {
        DateReading::On(date) => Some(*date),
        DateReading::Between { from, to } if from == to => Some(*from),
        _ => None,
    }
}

/// The one start that a reading names.
pub(super) fn start(reading: &Understanding) -> Option<Time> {
    match &reading.time.as_ref()?.value {
        TimeReading::At { time, .. } => Some(*time),
        TimeReading::Between { from, .. } => Some(*from),
        TimeReading::After(time) | TimeReading::Before(time) => Some(*time),
        TimeReading::PartOfDay(_) => None,
    }
}
