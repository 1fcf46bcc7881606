//! The ways by which a call comes to the extension: directly, by a menu, by a queue.
//!
//! Owns the parties that each way adds; the exchange and the sequences call it. It never changes a state.

use super::party::{Endpoint, PartyState};
use super::session::{Party, Session};

/// Says by which way a call comes to the extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Was dialled directly.
    Direct,
    /// Was chosen in a menu, which has a leg of its own and is done.
    Menu {
        /// Names the menu.
        name: String,
        /// Holds the menu's extension id.
        extension_id: String,
    },
    /// Is offered by a queue: our leg's first event is Proceeding, and it is called like the queue.
    Queue {
        /// Names the queue.
        name: String,
        /// Holds the queue's number.
        number: String,
        /// Holds the queue's extension id.
        extension_id: String,
    },
}

impl Route {
    /// Names a menu that is in nobody's way.
    pub fn menu() -> Self {
        Self::Menu {
            name: "Main Menu".to_owned(),
            extension_id: "700900".to_owned(),
        }
    }

    /// Names a queue.
    pub fn queue() -> Self {
        Self::Queue {
            name: "Reservations".to_owned(),
            number: "+15551230009".to_owned(),
            extension_id: "700901".to_owned(),
        }
    }

    fn machine(&self, session: &Session) -> Option<Endpoint> {
        let dialled = Endpoint::number(&session.to);
        match self {
            Self::Direct => None,
            Self::Menu { name, extension_id } => Some(dialled.named(name).at(extension_id)),
            Self::Queue {
                name,
                number,
                extension_id,
            } => Some(Endpoint::number(number).named(name).at(extension_id)),
        }
    }

    /// Lists the parties of a call that comes this way, ours last.
    pub fn parties(&self, session: &mut Session) -> Vec<PartyState> {
        let Some(machine) = self.machine(session) else {
            return vec![
                session.party(Party::Caller),
                session.party(Party::Extension),
            ];
        };
        session.extension_party = 3;
        let caller = session.party(Party::Caller);
        let leg = PartyState {
            number: 2,
            extension_id: machine.extension_id.clone(),
            inbound: true,
            from: caller.from.clone(),
            to: machine.clone(),
            ..PartyState::default()
        };
        let mut ours = session.party(Party::Extension);
        if let Self::Queue { name, .. } = self {
            ours.queue = Some(name.clone());
            ours.from.name = Some(format!("{name} - {}", session.from_name));
            ours.to = machine;
        }
        vec![caller, leg, ours]
    }
}
