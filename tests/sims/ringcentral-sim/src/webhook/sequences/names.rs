//! The sequences by name, for the command line and for tests that want all of them.
//!
//! Owns the list; the binary and tests call it. It never makes an event itself.

use super::{
    behind_menu, blind_transfer, conference, direct, forwarded, from_queue, missed, outbound,
    parked, picked_up, replied, supervised, taken_by_another_agent, voicemail, warm_transfer,
};
use crate::webhook::{Notification, Session};

/// Names a sequence of events.
#[derive(Debug, Clone, Copy)]
pub struct Sequence {
    /// Spells the name as on the command line.
    pub name: &'static str,
    tell: fn(&Session) -> Vec<Notification>,
}

impl Sequence {
    /// Lists all sequences.
    pub const ALL: [Self; 16] = [
        Self::new("menu", behind_menu),
        Self::new("direct", direct),
        Self::new("outbound", outbound),
        Self::new("queue", from_queue),
        Self::new("queue-taken-by-another", taken_by_another_agent),
        Self::new("warm-transfer", warm_transfer),
        Self::new("blind-transfer", blind_transfer),
        Self::new("forwarded", forwarded),
        Self::new("conference", conference),
        Self::new("parked", parked),
        Self::new("picked-up", picked_up),
        Self::new("missed", missed),
        Self::new("voicemail", |session| voicemail(session, "VoiceMail")),
        Self::new("voicemail-live", |session| voicemail(session, "Voicemail")),
        Self::new("supervised", supervised),
        Self::new("replied", replied),
    ];

    const fn new(name: &'static str, tell: fn(&Session) -> Vec<Notification>) -> Self {
        Self { name, tell }
    }

    /// Finds a sequence by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name == name)
    }

    /// Tells a session that way.
    pub fn events(&self, session: &Session) -> Vec<Notification> {
        (self.tell)(session)
    }
}
