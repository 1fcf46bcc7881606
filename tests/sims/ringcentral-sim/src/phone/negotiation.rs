//! Offer and answer from one phone's side (RFC 3264).
//!
//! Owns this side's description and what the other side said last; the agent calls it. It never sends.

use std::net::SocketAddr;

use super::plan::Media;
use crate::media::session::Aim;
use crate::media::srtp::SrtpKey;
use crate::sip::sdp::{Description, Direction, TELEPHONE_EVENT};

const PCMU: u8 = 0;

/// Says what changed by an offer of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub held: Option<bool>,
    pub moved: Option<SocketAddr>,
}

/// Holds the state of the session's description.
#[derive(Debug)]
pub(super) struct Negotiation {
    origin: u64,
    version: u64,
    key: Option<SrtpKey>,
    crypto_tag: u32,
    payload_types: Vec<u8>,
    pub direction: Direction,
    theirs: Option<Description>,
}

impl Negotiation {
    pub fn new(media: Media, payload_types: Vec<u8>) -> Self {
        Self {
            origin: u64::from(rand::random::<u32>()),
            version: 0,
            key: (media == Media::Srtp).then(SrtpKey::random),
            crypto_tag: 1,
            payload_types,
            direction: Direction::SendRecv,
            theirs: None,
        }
    }

    /// Draws a new key for the next offer, where media is encrypted.
    pub fn renew_key(&mut self) {
        self.key = self.key.map(|_| SrtpKey::random());
    }

    /// Writes an offer for this media address.
    pub fn offer(&mut self, address: SocketAddr) -> String {
        self.version += 1;
        self.describe(
            address,
            self.direction,
            self.payload_types.clone(),
            Some(TELEPHONE_EVENT),
        )
    }

    /// Takes the answer to an offer; gives nothing if it cannot be used.
    pub fn accept(&mut self, body: &[u8]) -> Option<Aim> {
        let theirs = Description::parse(body)?;
        let usable =
            theirs.payload_types.contains(&PCMU) && theirs.key.is_some() == self.key.is_some();
        usable.then(|| self.aim(theirs))
    }

    /// Answers an offer; gives nothing if it cannot be used.
    pub fn answer(&mut self, body: &[u8], address: SocketAddr) -> Option<(String, Aim, Change)> {
        let theirs = Description::parse(body)?;
        if !theirs.payload_types.contains(&PCMU) {
            return None;
        }
        let before = self.theirs.take();
        let rekeyed = before.as_ref().map(|before| before.key) != Some(theirs.key);
        if rekeyed {
            // Whoever comes with a new key has no rollover counter for the old stream.
            self.key = theirs.key.map(|_| SrtpKey::random());
            self.crypto_tag = theirs.crypto_tag;
        }
        let was_held = before
            .as_ref()
            .is_some_and(|before| !before.direction.receives());
        let is_held = !theirs.direction.receives();
        let change = Change {
            held: (was_held != is_held).then_some(is_held),
            moved: before
                .filter(|before| before.address != theirs.address)
                .map(|_| theirs.address),
        };
        self.direction = theirs.direction.answered();
        self.version += 1;
        let events = theirs.telephone_event;
        let text = self.describe(address, self.direction, vec![PCMU], events);
        Some((text, self.aim(theirs), change))
    }

    fn aim(&mut self, theirs: Description) -> Aim {
        let aim = Aim {
            address: theirs.address,
            own_key: self.key,
            their_key: theirs.key,
            telephone_event: theirs.telephone_event,
            sending: self.direction.sends() && theirs.direction.receives(),
        };
        self.theirs = Some(theirs);
        aim
    }

    fn describe(
        &self,
        address: SocketAddr,
        direction: Direction,
        payload_types: Vec<u8>,
        events: Option<u8>,
    ) -> String {
        Description {
            address,
            version: self.version,
            direction,
            payload_types,
            telephone_event: events,
            key: self.key,
            crypto_tag: self.crypto_tag,
        }
        .write(self.origin)
    }
}
