//! Owns the keypad as an answer: digits for what was asked for, `0` for a person. Called by `decide` with each key.

use super::conversation::Dialogue;
use super::reply::Reply;
use super::slots::PARTY_MAX;
use super::stage::Stage;
use crate::call::Outcome;
use crate::grammar::Slot;
use crate::types::PhoneNumber;

impl Dialogue {
    /// Takes a key: `0` asks for a person; digits answer what was asked for, ended by `#` or by their number.
    pub fn key(&mut self, key: char) -> Option<Reply> {
        let Stage::Asking(slot) = self.stage else {
            return (key == '0').then(|| self.person(Outcome::PersonWanted));
        };
        if key.is_ascii_digit() {
            self.keys.push(key);
        }
        let complete = match slot {
            Slot::Phone => self.keys.len() == 10 || key == '#',
            Slot::PartySize => key == '#' || self.keys.len() == 3,
            Slot::Date | Slot::Time | Slot::Name | Slot::Email | Slot::Address => {
                return (key == '0').then(|| self.person(Outcome::PersonWanted));
            }
        };
        if key == '0' && self.keys == "0" {
            return Some(self.person(Outcome::PersonWanted));
        }
        complete.then(|| self.keyed(slot))
    }

    fn keyed(&mut self, slot: Slot) -> Reply {
        let keys = std::mem::take(&mut self.keys);
        match slot {
            Slot::Phone => self.slots.phone = PhoneNumber::parse(&keys),
            Slot::PartySize => {
                self.slots.party_size = keys.parse().ok().filter(|n| (1..=PARTY_MAX).contains(n));
            }
            Slot::Date | Slot::Time | Slot::Name | Slot::Email | Slot::Address => {}
        }
        self.turns += 1;
        let reply = self.go_on();
        self.remember(reply)
    }
}
