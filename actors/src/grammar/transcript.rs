//! Follows a whole conversation, both sides as text, and keeps what stands agreed after each turn.
//!
//! Owns what an answer does to what was proposed before it: taken on a yes, dropped on a no, corrected by what is said
//! anew. Called by `maitred understand --dialogue` and by the measuring example. Never asks or proposes anything.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::context::{Context, Standing};
use super::proposal::{self, Proposal};
use super::reading::{
    Address, DateReading, Found, Intent, PartySize, PersonName, Slot, TimeReading, Understanding,
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
    /// What was said about other things than the booking, to which "the same day" may go back.
    others: Agreed,
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
            others: Agreed::default(),
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
            // Who books for others and says no number means those of what was arranged before.
            if self.agreed.party_size.is_none() {
                self.agreed.party_size = self.others.party_size.clone();
            }
        }
        self.proposal.ask(said);
    }

    /// Takes one turn of the caller and gives what stands after it.
    pub fn caller(&mut self, text: &str) -> &Agreed {
        self.elsewhere = topic::elsewhere(text).unwrap_or(self.elsewhere);
        let question = std::mem::take(&mut self.question);
        let mut context = Context::new(self.reference).after(&question);
        context.confirming |= self.proposal.is_open();
        let size = self.agreed.party_size.as_ref();
        context.standing = Standing {
            day: self.agreed.date,
            start: self.agreed.time,
            guests: size.map(|size| size.total),
            children: size.and_then(|size| size.children),
        };
        let mut reading = understand(text, &[], &context);
        let open_question =
            question.contains('?') && context.asked.is_none() && !context.confirming;
        if open_question
            && reading
                .party_size
                .as_ref()
                .is_some_and(|size| is_bare(text, size))
        {
            reading.party_size = None;
        }
        self.leave_out(&mut reading, text);
        if topic::asks_something_else(&question) {
            leave_answer_out(&mut reading, text);
        }
        if self.elsewhere {
            take(&mut self.others, &reading, context.asked);
            self.know_caller();
            return self.agreed();
        }
        if self.is_about_the_booking(&reading, text, context.asked) {
            self.booked = false;
            let before = self.agreed.clone();
            take(&mut self.agreed, &reading, context.asked);
            self.refer(text, &before);
            self.proposal.outweigh(&reading);
        }
        if reading.has(Intent::Affirm) {
            self.accept();
        } else if reading.has(Intent::Deny) {
            self.proposal.refuse();
        }
        self.agreed()
    }

    /// Leaves out the days that are no days of a booking: "that's all for today", "will it rain on Friday".
    fn leave_out(&self, reading: &mut Understanding, text: &str) {
        let parting = reading.has(Intent::Goodbye)
            && reading.time.is_none()
            && day(reading) == Some(self.reference.date());
        if parting || topic::is_weather(text) {
            reading.date = None;
        }
        // "I can't say right now": the very moment is no time of a booking.
        let now = start(reading) == Some(self.reference.time())
            && day(reading) == Some(self.reference.date());
        if now {
            reading.date = None;
            reading.time = None;
        }
    }

    /// Once booked, days and times are small talk unless the caller wants something else.
    fn is_about_the_booking(
        &self,
        reading: &Understanding,
        text: &str,
        asked: Option<Slot>,
    ) -> bool {
        let wording = Wording::new(&tokens::tokenise(text));
        let terse = wording.count() <= 3 && (reading.date.is_some() || reading.time.is_some());
        !self.booked
            || asked.is_some()
            || terse
            || wording.any(CHANGES)
            || wording.begins("no|sorry|wait|actually")
    }

    /// Gives what stands. Where nothing of ours was ever named, what was arranged beside it counts.
    #[must_use]
    pub fn agreed(&self) -> &Agreed {
        let named = self.agreed.date.is_some()
            || self.agreed.time.is_some()
            || self.agreed.party_size.is_some();
        if named { &self.agreed } else { &self.others }
    }

    /// Who calls and how to reach them holds whatever was being arranged when they said it.
    fn know_caller(&mut self) {
        let (agreed, others) = (&mut self.agreed, &self.others);
        agreed.name = agreed.name.take().or_else(|| others.name.clone());
        agreed.phone = agreed.phone.take().or_else(|| others.phone.clone());
        agreed.email = agreed.email.take().or_else(|| others.email.clone());
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

    /// Takes what the caller says by going back to what was said: "the same day", "the day after that".
    fn refer(&mut self, text: &str, before: &Agreed) {
        let wording = Wording::new(&tokens::tokenise(text));
        if wording.any("same day|same date") {
            self.agreed.date = self.agreed.date.or(self.others.date);
        }
        if wording.any("same time") {
            self.agreed.time = self.agreed.time.or(self.others.time);
        }
        if wording.any(SAME_PARTY) && self.agreed.party_size.is_none() {
            self.agreed.party_size = self.others.party_size.clone();
        }
        if let (Some(days), Some(date)) = (days_on(&wording), before.date) {
            self.agreed.date = date.checked_add(days.days()).ok().or(self.agreed.date);
        }
    }
}

const SAME_PARTY: &str =
    "same group|same people|same number of people|same party|same amount of people";

/// Takes over what a turn says; what is said later wins.
fn take(agreed: &mut Agreed, reading: &Understanding, asked: Option<Slot>) {
    agreed.date = day(reading).or(agreed.date);
    agreed.time = start(reading).or(agreed.time);
    if let Some(size) = &reading.party_size {
        agreed.party_size = Some(size.value.clone());
    }
    if let Some(name) = &reading.name
        && (agreed.name.is_none() || asked == Some(Slot::Name) || name.confidence >= INTRODUCED)
    {
        agreed.name = Some(name.value.clone());
    }
    let value = |found: &Option<Found<String>>| found.as_ref().map(|found| found.value.clone());
    agreed.phone = value(&reading.phone).or(agreed.phone.take());
    agreed.email = value(&reading.email).or(agreed.email.take());
    if let Some(address) = &reading.address {
        agreed.address = Some(address.value.clone());
    }
}

/// Leaves out what answers a question about something else than the booking: an account, a room, who the caller is.
fn leave_answer_out(reading: &mut Understanding, text: &str) {
    let short = Wording::new(&tokens::tokenise(text)).count() <= 5;
    if short {
        reading.time = None;
        reading.party_size = None;
        reading.name = None;
        reading.address = None;
    }
    let birth =
        |date: &Found<DateReading>| matches!(date.value, DateReading::On(on) if on.year() < 2015);
    if short || reading.date.as_ref().is_some_and(birth) {
        reading.date = None;
    }
}

/// Whether the number of people is a number and nothing else, which may count anything.
fn is_bare(text: &str, size: &Found<PartySize>) -> bool {
    let said = text.trim_end_matches(['.', '!', '?', ' ']);
    size.start == 0 && size.end >= said.len() && !said.contains(' ')
}

/// How sure a name is that was introduced as the caller's own.
const INTRODUCED: f32 = 0.9;
/// Words with which a caller opens anew what was booked.
const CHANGES: &str = "change|move|reschedule|switch|make it|instead|actually|can we|could we|could you|can you|how about|\
    what about|another|available|book|booking|reserve|reservation|table|try|need to|want|would like";

/// "The next day", "the day before that": days from the one agreed.
fn days_on(wording: &Wording) -> Option<i64> {
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
        // Of a day and a weekday that disagree, people are surer of the weekday.
        DateReading::Conflict { date, weekday } => {
            let ahead = i64::from(weekday - date.weekday().to_monday_one_offset()).rem_euclid(7);
            date.checked_add(ahead.days()).ok()
        }
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
