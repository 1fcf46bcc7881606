//! Owns the knowledge which SIP dialog and which RingCentral session are the same call. Called by the switchboard.
//! Joined by `sipData.callId`, else by the caller's number and time.

use crate::call::PartyStatus;
use crate::ports::journal::OpenCall;
use crate::ports::telephony::Offer;
use crate::types::{CallId, PhoneNumber, SessionId, SipCallId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// How far apart the two views of one call may begin.
const JOIN_WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// How long after its dialling a call to a person may be reported for the first time.
const DIAL_WINDOW: SignedDuration = SignedDuration::from_secs(180);
/// How long a finished call is remembered, so that late reports do not begin it anew.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(600);

/// Which call a report belongs to.
#[derive(Default)]
pub struct Directory {
    live: HashMap<CallId, Known>,
    by_sip: HashMap<SipCallId, CallId>,
    by_session: HashMap<SessionId, CallId>,
    finished: HashMap<SessionId, Past>,
    /// Numbers that we call on behalf of callers, and since when.
    dialled: HashMap<PhoneNumber, Timestamp>,
}

/// A session whose call is over.
struct Past {
    since: Timestamp,
    parties: HashSet<String>,
}

struct Known {
    sip: Option<SipCallId>,
    /// Whether the dialog is still up, so that the call takes a place on the line.
    on_the_line: bool,
    parties: HashSet<String>,
    session: Option<SessionId>,
    from: Option<PhoneNumber>,
    since: Timestamp,
}

/// Where a report of RingCentral belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// To a call that is known.
    To(CallId),
    /// To a call that is over.
    ToThePast,
    /// To nobody yet.
    ToNobody,
}

impl Directory {
    /// Counts the calls that are live.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Counts the calls that take a place on the line; others are only followed in RingCentral's view.
    pub fn on_the_line(&self) -> usize {
        self.live.values().filter(|known| known.on_the_line).count()
    }

    /// Notes that a dialog has ended.
    pub fn dialog_over(&mut self, sip: &SipCallId) {
        if let Some(call) = self.by_sip.get(sip)
            && let Some(known) = self.live.get_mut(call)
            && known.sip.as_ref() == Some(sip)
        {
            known.on_the_line = false;
        }
    }

    /// Tells whether no call is live.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// Lists the live calls.
    pub fn calls(&self) -> impl Iterator<Item = &CallId> {
        self.live.keys()
    }

    /// Finds the call of a dialog.
    pub fn of_dialog(&self, sip: &SipCallId) -> Option<&CallId> {
        self.by_sip.get(sip)
    }

    /// Gives the dialog of a call.
    pub fn dialog_of(&self, call: &CallId) -> Option<SipCallId> {
        self.live.get(call)?.sip.clone()
    }

    /// Notes a call that has just begun.
    pub fn begin(&mut self, call: CallId, now: Timestamp) {
        let known = Known {
            sip: None,
            on_the_line: false,
            parties: HashSet::new(),
            session: None,
            from: None,
            since: now,
        };
        self.live.insert(call, known);
    }

    /// Notes that we call a number on behalf of a caller: RingCentral's reports of that are none of a call.
    pub fn dialling(&mut self, to: PhoneNumber, now: Timestamp) {
        self.dialled
            .retain(|_, since| now.duration_since(*since) < DIAL_WINDOW);
        self.dialled.insert(to, now);
    }

    /// Joins a dialog to a call.
    pub fn join_dialog(&mut self, call: &CallId, offer: &Offer) {
        if let Some(known) = self.live.get_mut(call) {
            known.sip = Some(offer.sip_call_id.clone());
            known.on_the_line = true;
            known.from = offer.from.clone().or_else(|| known.from.take());
            self.by_sip.insert(offer.sip_call_id.clone(), call.clone());
        }
    }

    /// Joins a session to a call.
    pub fn join_session(&mut self, call: &CallId, status: &PartyStatus) {
        if let Some(known) = self.live.get_mut(call) {
            known.session = Some(status.session.clone());
            known.parties.insert(status.party.clone());
            known.from = known.from.take().or_else(|| status.from.clone());
            self.by_session.insert(status.session.clone(), call.clone());
        }
    }

    /// Joins a call that an earlier process began.
    pub fn join_again(&mut self, open: &OpenCall) {
        let Some(known) = self.live.get_mut(&open.call) else {
            return;
        };
        known.from.clone_from(&open.from);
        if let Some(sip) = &open.sip_call_id {
            known.sip = Some(sip.clone());
            known.on_the_line = true;
            self.by_sip.insert(sip.clone(), open.call.clone());
        }
        if let Some(session) = &open.session {
            known.session = Some(session.clone());
            self.by_session.insert(session.clone(), open.call.clone());
        }
    }

    /// Finds the call of a dialog that begins: one that RingCentral reported and that has none yet, or one that
    /// RingCentral was asked to ring us with once more.
    pub fn find_for_offer(&self, offer: &Offer, now: Timestamp) -> Option<CallId> {
        let from = offer.from.as_ref()?;
        self.only_match(now, |known| {
            (known.sip.is_none() || offer.auto_answer || !known.on_the_line)
                && known.session.is_some()
                && known.from.as_ref() == Some(from)
        })
    }

    /// Finds where a report of RingCentral belongs.
    pub fn find_for_session(&mut self, status: &PartyStatus, now: Timestamp) -> Belongs {
        if let Some(call) = self.by_session.get(&status.session) {
            return Belongs::To(call.clone());
        }
        if let Some(past) = self.finished.get(&status.session) {
            // A queue may ring us again in the same session, as a party that was not there before.
            let is_new = !past.parties.contains(&status.party)
                && !status.is_over()
                && !self.is_ours_to_a_person(status, now);
            return if is_new {
                Belongs::ToNobody
            } else {
                Belongs::ToThePast
            };
        }
        let by_dialog = status.sip_call_id.as_deref().map(SipCallId::new);
        if let Some(call) = by_dialog.and_then(|sip| self.by_sip.get(&sip)) {
            return Belongs::To(call.clone());
        }
        let by_number = status.from.as_ref().and_then(|from| {
            self.only_match(now, |known| {
                known.sip.is_some() && known.session.is_none() && known.from.as_ref() == Some(from)
            })
        });
        if by_number.is_none() && self.is_ours_to_a_person(status, now) {
            let past = self.finished.entry(status.session.clone());
            let past = past.or_insert_with(|| Past {
                since: now,
                parties: HashSet::new(),
            });
            past.parties.insert(status.party.clone());
            return Belongs::ToThePast;
        }
        by_number.map_or(Belongs::ToNobody, Belongs::To)
    }

    fn is_ours_to_a_person(&self, status: &PartyStatus, now: Timestamp) -> bool {
        let to = status.to.as_deref().and_then(PhoneNumber::parse);
        to.and_then(|to| self.dialled.get(&to))
            .is_some_and(|since| now.duration_since(*since) < DIAL_WINDOW)
    }

    /// Forgets a call that is over; its session is remembered for a while.
    pub fn finish(&mut self, call: &CallId, now: Timestamp) {
        self.finished
            .retain(|_, past| now.duration_since(past.since) < REMEMBERED);
        let Some(known) = self.live.remove(call) else {
            return;
        };
        if let Some(sip) = known.sip {
            self.by_sip.remove(&sip);
        }
        if let Some(session) = known.session {
            self.by_session.remove(&session);
            let past = self.finished.entry(session).or_insert_with(|| Past {
                since: now,
                parties: HashSet::new(),
            });
            past.since = now;
            past.parties.extend(known.parties);
        }
    }

    /// Gives the one call that fits; several that fit are too uncertain to be joined.
    fn only_match(&self, now: Timestamp, fits: impl Fn(&Known) -> bool) -> Option<CallId> {
        let mut matches = self
            .live
            .iter()
            .filter(|(_, known)| fits(known) && now.duration_since(known.since) < JOIN_WINDOW);
        match (matches.next(), matches.next()) {
            (Some((call, _)), None) => Some(call.clone()),
            _ => None,
        }
    }
}
