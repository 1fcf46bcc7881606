//! Owns the fold of RingCentral's reports of a call into one view. Called by `decide` through `LineFacts`.

use super::party::Party;
use super::standing::{self, Ending, Standing};
use crate::call::PartyStatus;
use crate::ports::carrier::PartyRef;
use crate::types::{PhoneNumber, SessionId};
use std::collections::BTreeMap;

/// What RingCentral has reported of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    id: Option<SessionId>,
    own_extension: Option<String>,
    parties: BTreeMap<String, Party>,
    /// Whether RingCentral no longer knows the session.
    pub(super) gone: bool,
}

impl Session {
    /// Begins without a report. With our own extension known, other extensions' legs are told from ours.
    pub fn new(own_extension: Option<String>) -> Self {
        Self {
            own_extension,
            ..Self::default()
        }
    }

    /// Gives the session, once there was a report.
    pub fn id(&self) -> Option<&SessionId> {
        self.id.as_ref()
    }

    /// Takes a notification.
    pub fn report(&mut self, status: &PartyStatus) {
        self.id.get_or_insert_with(|| status.session.clone());
        self.parties
            .entry(status.party.clone())
            .or_default()
            .take(status.sequence, status);
    }

    /// Takes the session as it was read over REST, which has no sequences: it stands as the latest of each party.
    pub fn read(&mut self, parties: &[PartyStatus]) {
        for status in parties {
            let party = self.parties.entry(status.party.clone()).or_default();
            let sequence = party.sequence();
            party.take(sequence, status);
        }
    }

    /// Notes that RingCentral no longer knows the session.
    pub fn vanished(&mut self) {
        self.gone = self.id.is_some();
    }

    /// Gives our own party: the live one, else the last; with no extension known, the inbound one counts as ours.
    pub fn ours(&self) -> Option<(&String, &Party)> {
        let wanted: [&dyn Fn(&Party) -> bool; 3] = [
            &|party| self.is_of_our_extension(party),
            &|party| party.is_inbound(),
            &|party| party.extension().is_some(),
        ];
        wanted.into_iter().find_map(|is_wanted| {
            self.parties
                .iter()
                .filter(|(_, party)| is_wanted(party))
                .max_by_key(|(id, party)| (!party.is_over(), party.sequence(), (*id).clone()))
        })
    }

    /// Tells whether the call rings for us, and not for another extension that we hear of.
    pub fn rings_for_us(&self) -> bool {
        self.standing() == Some(Standing::Ringing)
            && self.ours().is_some_and(|(_, party)| {
                self.own_extension.is_none() || self.is_of_our_extension(party)
            })
    }

    /// Addresses our own party for commands, with the state it is in.
    pub fn our_ref(&self) -> Option<(PartyRef, String)> {
        let (party, known) = self.ours()?;
        let session = self.id.clone()?;
        let reference = PartyRef {
            session,
            party: party.clone(),
        };
        Some((reference, known.code().to_owned()))
    }

    /// Tells where the call stands in RingCentral's view; `None` before the first report.
    pub fn standing(&self) -> Option<Standing> {
        standing::of(self)
    }

    /// Tells whether the caller is with somebody, or at the voicemail.
    pub fn is_with_somebody(&self) -> bool {
        matches!(
            self.standing(),
            Some(Standing::Talking | Standing::Held | Standing::Parked | Standing::Voicemail)
        )
    }

    /// Tells how the call ended in RingCentral's view, once it has.
    pub fn ending(&self) -> Option<Ending> {
        match self.standing()? {
            Standing::Over(ending) => Some(ending),
            _ => None,
        }
    }

    /// Tells whether the end of our own party was never reported, though RingCentral knows the session.
    pub fn end_is_missing(&self) -> bool {
        !self.gone && self.ours().is_some_and(|(_, party)| !party.is_over())
    }

    /// Gives `status.code` of the latest report of any party.
    pub fn last_code(&self) -> Option<&str> {
        self.parties
            .iter()
            .max_by_key(|(id, party)| (party.sequence(), *id))
            .map(|(_, party)| party.code())
    }

    /// Gives `Inbound` or `Outbound` as it is for us.
    pub fn direction(&self) -> Option<&str> {
        self.ours()
            .or_else(|| self.parties.iter().next())
            .and_then(|(_, party)| party.direction())
    }

    /// Gives the caller's number.
    pub fn from(&self) -> Option<&PhoneNumber> {
        self.preferring_ours(Party::from)
    }

    /// Gives the caller's name as RingCentral shows it.
    pub fn caller_name(&self) -> Option<&String> {
        self.preferring_ours(Party::caller_name)
    }

    /// Gives the number that was called.
    pub fn to(&self) -> Option<&String> {
        self.preferring_ours(Party::to)
    }

    /// Lists the ids of recordings that RingCentral made of any party.
    pub fn recordings(&self) -> impl Iterator<Item = &str> {
        self.parties.values().flat_map(Party::recordings)
    }

    /// Gives all parties by id.
    pub(super) fn parties(&self) -> &BTreeMap<String, Party> {
        &self.parties
    }

    /// Tells whether a party is certainly ours.
    pub(super) fn is_of_our_extension(&self, party: &Party) -> bool {
        self.own_extension.is_some() && party.extension() == self.own_extension.as_deref()
    }

    fn preferring_ours<T>(&self, field: impl Fn(&Party) -> Option<&T>) -> Option<&T> {
        self.ours()
            .and_then(|(_, party)| field(party))
            .or_else(|| self.parties.values().find_map(&field))
    }
}
