//! Owns the keypad as an answer: digits for what was asked for, `0` for a person. Called by `decide` with each key.

use super::conversation::Dialogue;
use super::phrases;
use super::reply::Reply;
use super::slots::PARTY_MAX;
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::Slot;
use crate::types::{PhoneNumber, Place};

impl Dialogue {
    /// Takes a key: `0` asks for a person; digits answer what was asked for, ended by `#`, by their number, or by a pause.
    pub fn key(&mut self, key: char) -> Option<Reply> {
        self.silences = 0;
        let digits = self.digits();
        if key == '0' && (digits.is_none() || self.keys.is_empty()) {
            self.turns += 1;
            let reply = self.person(Outcome::PersonWanted);
            return Some(self.finish(reply));
        }
        let digits = digits?;
        if key.is_ascii_digit() {
            self.keys.push(key);
        }
        let complete = key == '#' && !self.keys.is_empty() || self.keys.len() == digits;
        complete.then(|| self.keyed())
    }

    /// Takes what was typed once no more comes.
    pub(super) fn keys_end(&mut self) -> Option<Reply> {
        (!self.keys.is_empty()).then(|| self.keyed())
    }

    /// Tells how many digits what was asked for has at most, where it can be typed.
    fn digits(&self) -> Option<usize> {
        match self.stage {
            Stage::Asking(Slot::Phone) | Stage::MessageFrom(Slot::Phone) => Some(10),
            Stage::Asking(Slot::PartySize) => Some(3),
            Stage::Asking(Slot::Address) => Some(5),
            _ => None,
        }
    }

    fn keyed(&mut self) -> Reply {
        let keys = std::mem::take(&mut self.keys);
        self.turns += 1;
        let taken = self.take_keys(&keys);
        let reply = match (taken, &self.stage) {
            (false, _) => self.missed(Some(phrases::NOT_TYPED)),
            (true, Stage::MessageFrom(_)) => self.next_of_message(),
            (true, _) => self.go_on(),
        };
        self.finish(reply)
    }

    /// Takes digits for what was asked for; `false` if they cannot be that.
    fn take_keys(&mut self, keys: &str) -> bool {
        match self.stage {
            Stage::Asking(Slot::Phone) | Stage::MessageFrom(Slot::Phone) if keys.len() == 10 => {
                self.slots.phone = PhoneNumber::parse(keys);
                self.slots.phone.is_some()
            }
            Stage::Asking(Slot::PartySize) => {
                let size = keys.parse().ok().filter(|n| (1..=PARTY_MAX).contains(n));
                self.slots.party_size = size.or(self.slots.party_size);
                size.is_some()
            }
            Stage::Asking(Slot::Address) if keys.len() == 5 => {
                let address = self.slots.place.address.take();
                let zip = Some(keys.to_owned());
                self.slots.place = Place { address, zip };
                true
            }
            _ => false,
        }
    }
}
