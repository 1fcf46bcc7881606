//! Reads what our own side puts to the caller: an offer, a read-back, a booking that was made.
//!
//! Owns how an offer is told from a refusal. Called by `transcript`. Never reads what the caller said.

use jiff::civil::{Date, DateTime, Time};

use super::context::Context;
use super::reading::{PartySize, Understanding};
use super::tokens;
use super::topic;
use super::transcript::{day, start};
use super::understand::understand;
use super::wording::Wording;

/// What was put to the caller and not answered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Proposal {
    pub date: Option<Date>,
    pub time: Option<Time>,
    pub party_size: Option<PartySize>,
    /// Whether it is a read-back of the whole booking, of which a no rejects only what is then corrected.
    read_back: bool,
}

/// What our side said in one turn.
pub(super) struct Said {
    offer: Proposal,
    /// What is asked beside a booking that was made.
    beside: Proposal,
    /// Whether the booking was made as said.
    pub done: bool,
}

impl Proposal {
    /// Whether an answer is awaited.
    pub fn is_open(&self) -> bool {
        self.date.is_some() || self.time.is_some() || self.party_size.is_some()
    }

    /// Adds what was said; a question about something else ends an offer that was not answered.
    pub fn follow(&mut self, said: &Said) {
        let offer = &said.offer;
        if !offer.is_open() && !offer.read_back && !said.done && !self.read_back {
            *self = Self::default();
        }
        self.date = offer.date.or(self.date);
        self.time = offer.time.or(self.time);
        self.party_size = offer.party_size.clone().or(self.party_size.take());
        self.read_back |= offer.read_back;
    }

    /// Takes what was asked beside a booking that was made: it awaits its own answer.
    pub fn ask(&mut self, said: Said) {
        if said.beside.is_open() {
            *self = said.beside;
        }
    }

    /// Leaves out what the caller said anew.
    pub fn outweigh(&mut self, reading: &Understanding) {
        self.date = self.date.filter(|_| day(reading).is_none());
        self.time = self.time.filter(|_| start(reading).is_none());
        if reading.party_size.is_some() {
            self.party_size = None;
        }
    }

    /// Takes a no.
    pub fn refuse(&mut self) {
        if !self.read_back {
            *self = Self::default();
        }
    }
}

/// Reads one turn of our side.
pub(super) fn read(text: &str, reference: DateTime) -> Said {
    let mut said = Said {
        offer: Proposal::default(),
        beside: Proposal::default(),
        done: false,
    };
    let sentences: Vec<(&str, Wording)> = sentences(text)
        .into_iter()
        .filter_map(without_refusal)
        .map(|sentence| (sentence, Wording::new(&tokens::tokenise(sentence))))
        .filter(|(sentence, wording)| !wording.any(COURTESIES) && !topic::is_weather(sentence))
        .collect();
    let asks = |sentence: &str| sentence.contains('?');
    said.done = sentences
        .iter()
        .any(|(sentence, wording)| !asks(sentence) && wording.any(DONE));
    for (sentence, wording) in sentences {
        let reading = understand(sentence, &[], &Context::new(reference));
        let offer = if said.done && asks(sentence) {
            &mut said.beside
        } else {
            &mut said.offer
        };
        offer.date = day(&reading).or(offer.date);
        offer.time = start(&reading).or(offer.time);
        if let Some(size) = reading.party_size {
            offer.party_size = Some(size.value);
        }
        offer.read_back |= wording.any(READ_BACKS);
    }
    // Who names several things at once reads the booking back.
    let offer = &mut said.offer;
    let named = [
        offer.date.is_some(),
        offer.time.is_some(),
        offer.party_size.is_some(),
    ];
    offer.read_back |= named.into_iter().filter(|named| *named).count() > 1;
    said
}

const REFUSALS: &str = "unable|sorry|unfortunately|not available|unavailable|booked out|fully booked|too small|\
    could not|can not|no tables|not possible|not able|no availability|failed|did not|do not have|is full|agenda is full";
const READ_BACKS: &str = "confirm|confirming|correct|is that right|to be clear|double check|you want|you would like|you wish|book it|book that|go ahead|\
    make sure|making sure|verify|i will book|i will reserve|shall i book|is that okay|should i book|check";
const DONE: &str = "booked|reserved|confirmed|scheduled|successful|successfully|has been made|all set|is made|was made|able to book|able to reserve|is done|made your";
/// Phrases of the end of a call, in which "today" is no day of a booking.
const COURTESIES: &str = "anything else|anything more|something else|help you with|help you further|assist you|have a good|\
    have a great|have a nice|have a wonderful|have a lovely|thank you for|help with";
/// What begins an offer after a refusal in one sentence.
const OFFERS: [&str; 9] = [
    "would you",
    "would ",
    "shall i",
    "how about",
    "if you want",
    "can i",
    "do you want",
    "may i",
    "but ",
];

/// What remains of a sentence without a refusal: all of it, or the offer that follows.
fn without_refusal(sentence: &str) -> Option<&str> {
    if !Wording::new(&tokens::tokenise(sentence)).any(REFUSALS) {
        return Some(sentence);
    }
    let lower = sentence.to_ascii_lowercase();
    let at = OFFERS.iter().filter_map(|offer| lower.find(offer)).min()?;
    let rest = &sentence[at..];
    (!Wording::new(&tokens::tokenise(rest)).any(REFUSALS)).then_some(rest)
}

/// The sentences of a text; a dot within a number or an abbreviation ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut begin = 0;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let ends = matches!(c, '.' | '?' | '!');
        let spaced = bytes
            .get(at + 1)
            .is_none_or(|next| next.is_ascii_whitespace() || next.is_ascii_uppercase());
        let half = text[begin..at].to_lowercase();
        let abbreviated = c == '.'
            && ["a.m", "p.m", " a", " p", "mr", "mrs", "dr", "st"]
                .iter()
                .any(|end| half.ends_with(end));
        if ends && spaced && !abbreviated {
            sentences.push(&text[begin..=at]);
            begin = at + 1;
        }
    }
    sentences.push(&text[begin..]);
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}
