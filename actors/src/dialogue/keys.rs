//! Owns the keys of the telephone as answers: digits for a phone number and for the number of guests, `#` when they are
//! whole, `*` to begin again, `0` for a person. Called by the policy and by `decide`.

use super::conversation::Dialogue;
use super::phrases;
use super::reply::Reply;
use super::slots::party_max;
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::Slot;
use crate::types::PhoneNumber;

/// Digits of a telephone number in North America, without the 1 before it.
const PHONE_DIGITS: usize = 10;
/// Digits of the greatest party.
const PARTY_DIGITS: usize = 3;

/// Digits of a ZIP.
const ZIP_DIGITS: usize = 5;

/// What digits answer.
#[derive(Clone, Copy)]
enum Keyed {
    Phone,
    PartySize,
    Zip,
}

impl Dialogue {
    /// Takes a key; `None` while more are to come, and where it means nothing.
    pub fn key(&mut self, key: char) -> Option<Reply> {
        if key == '0' && self.keys.is_empty() {
            self.turns += 1;
            let reply = self.person(Outcome::PersonWanted);
            return Some(self.finish(reply));
        }
        if key == '*' {
            self.keys.clear();
            return None;
        }
        let is_first = self.keys.is_empty();
        if key.is_ascii_digit() {
            self.keys.push(key);
        }
        match self.asked_for() {
            Some(asked) if !self.keys.is_empty() && (key == '#' || self.is_whole(asked)) => {
                Some(self.take_keys(asked))
            }
            None if is_first && key.is_ascii_digit() => {
                let reply = self.missed(Some(phrases::KEYS_MEAN_NOTHING));
                Some(self.remember(reply))
            }
            Some(_) | None => None,
        }
    }

    /// Takes keys anew where they meant nothing, once the caller was told so.
    pub(super) fn forget_stray_keys(&mut self) {
        if self.asked_for().is_none() {
            self.keys.clear();
        }
    }

    /// Tells whether some digits of an answer are there, and more may come.
    pub fn is_keying(&self) -> bool {
        !self.keys.is_empty() && self.asked_for().is_some()
    }

    /// Takes the digits that are there as the whole answer: no more came.
    pub(super) fn keys_are_over(&mut self) -> Option<Reply> {
        let asked = self.asked_for().filter(|_| !self.keys.is_empty());
        match asked {
            Some(asked) => Some(self.take_keys(asked)),
            None => {
                self.keys.clear();
                None
            }
        }
    }

    /// Tells what digits answer now.
    fn asked_for(&self) -> Option<Keyed> {
        match self.stage {
            Stage::Asking(Slot::Phone) | Stage::MessageFrom(Slot::Phone) | Stage::Finding => {
                Some(Keyed::Phone)
            }
            Stage::Asking(Slot::PartySize) => Some(Keyed::PartySize),
            Stage::Asking(Slot::Address) => Some(Keyed::Zip),
            _ => None,
        }
    }

    fn is_whole(&self, asked: Keyed) -> bool {
        let digits = match asked {
            Keyed::Phone => PHONE_DIGITS + usize::from(self.keys.starts_with('1')),
            Keyed::PartySize => PARTY_DIGITS,
            Keyed::Zip => ZIP_DIGITS,
        };
        self.keys.len() == digits
    }

    fn take_keys(&mut self, asked: Keyed) -> Reply {
        self.turns += 1;
        self.silences = 0;
        let whole = self.is_whole(asked);
        let keys = std::mem::take(&mut self.keys);
        let reply = match asked {
            Keyed::Phone => self.keyed_phone(PhoneNumber::parse(&keys).filter(|_| whole)),
            Keyed::Zip => self.keyed_zip(Some(keys).filter(|_| whole)),
            Keyed::PartySize => {
                let size = keys.parse().ok();
                self.keyed_party(size.filter(|size| (1..=party_max(&self.settings)).contains(size)))
            }
        };
        self.finish(reply)
    }

    fn keyed_phone(&mut self, phone: Option<PhoneNumber>) -> Reply {
        let Some(phone) = phone else {
            return self.missed(Some(phrases::WRONG_KEYS));
        };
        self.misses = 0;
        if self.stage == Stage::Finding {
            // A number that anybody may know is not enough to be told of a booking.
            self.sought.phone = Some(phone);
            return self.put(None);
        }
        if self.is_taking_a_message() {
            self.slots.phone = Some(phone);
            return self.next_of_message();
        }
        self.slots.phone = Some(phone);
        self.go_on()
    }

    fn keyed_party(&mut self, size: Option<u32>) -> Reply {
        let Some(size) = size else {
            return self.missed(Some(phrases::WRONG_KEYS));
        };
        self.misses = 0;
        self.slots.party_size = Some(size);
        self.go_on()
    }
    fn keyed_zip(&mut self, zip: Option<String>) -> Reply {
        if zip.is_none() {
            return self.missed(Some(phrases::WRONG_KEYS));
        }
        self.misses = 0;
        self.slots.place.zip = zip;
        self.go_on()
    }
}
