//! Tells a session as a row of events: who changes how, and when.
//!
//! Owns numbering and the parties' states; the sequences call it. It never sends.

use crate::webhook::{Notification, Party, PartyState, Session};

/// Is the sequence of the first notification of a call in every capture.
const FIRST_SEQUENCE: u32 = 2;

pub(super) struct Tale<'a> {
    session: &'a Session,
    sequence: u32,
    parties: Vec<PartyState>,
    events: Vec<(i64, Notification)>,
}

impl<'a> Tale<'a> {
    /// Begins with the two parties of a direct call.
    pub fn of(session: &'a Session) -> Self {
        let parties = vec![
            session.party(Party::Caller),
            session.party(Party::Extension),
        ];
        Self::with(session, parties)
    }

    pub fn with(session: &'a Session, parties: Vec<PartyState>) -> Self {
        Self {
            session,
            sequence: FIRST_SEQUENCE,
            parties,
            events: Vec::new(),
        }
    }

    /// Adds a party that has not been heard of yet.
    pub fn add(mut self, party: PartyState) -> Self {
        self.parties.push(party);
        self
    }

    /// Shows a party as it is now.
    pub fn party(&self, number: u32) -> PartyState {
        let found = self.parties.iter().find(|one| one.number == number);
        found.cloned().unwrap_or_default()
    }

    /// Lets a party change its state so many milliseconds after the beginning.
    pub fn at(self, after_ms: i64, number: u32, code: &str) -> Self {
        self.change(after_ms, number, code, |_| {})
    }

    /// Lets a party change its state for a reason.
    pub fn because(self, after_ms: i64, number: u32, code: &str, reason: &str) -> Self {
        self.change(after_ms, number, code, |party| {
            party.reason = Some(reason.to_owned());
        })
    }

    /// Lets a party change its state, and more of it.
    pub fn change(
        mut self,
        after_ms: i64,
        number: u32,
        code: &str,
        change: impl FnOnce(&mut PartyState),
    ) -> Self {
        let found = self.parties.iter_mut().find(|one| one.number == number);
        if let Some(party) = found {
            code.clone_into(&mut party.code);
            party.reason = None;
            match code {
                "Proceeding" => {
                    party.mobile_pickup = party.inbound && party.extension_id.is_some();
                }
                "Hold" => party.mobile_pickup = false,
                _ => {}
            }
            change(party);
            let event = self.session.notify(self.sequence, party, after_ms);
            self.events.push((after_ms, event));
            self.sequence += 1;
        }
        self
    }

    pub fn told(self) -> Vec<Notification> {
        self.events.into_iter().map(|(_, event)| event).collect()
    }

    /// Tells two sessions as one row, in the order of their times.
    pub fn beside(self, other: Tale) -> Vec<Notification> {
        let mut both = self.events;
        both.extend(other.events);
        both.sort_by_key(|(at, _)| *at);
        both.into_iter().map(|(_, event)| event).collect()
    }
}
