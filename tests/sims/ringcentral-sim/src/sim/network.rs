//! What the threads of the simulation share: the exchange, the lines of live calls, the phones that can be rung.
//!
//! Owns the two lists; followers and the service work on them. It keeps no call alive, nor the edge.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::mpsc;

use crate::edge::{SipEdge, bare};
use crate::phone::{DialPlan, Line};
use crate::rest::{Effect, Exchange};
use crate::sip::Transport;

/// Leads from a call to its session and to what REST does to it.
pub(super) type Announced = (String, mpsc::UnboundedReceiver<Effect>);

#[derive(Default)]
struct Lists {
    /// Leads from sessions to the outside end of their calls.
    lines: HashMap<String, Line>,
    /// Leads from the Call-IDs of the device's dialogs to sessions.
    dialogs: HashMap<String, String>,
    phones: HashMap<String, (SocketAddr, Transport)>,
    strangers: Option<(SocketAddr, Transport)>,
    /// Holds outbound calls between the INVITE and the ringing phone.
    announced: HashMap<String, Announced>,
}

#[derive(Clone)]
pub(super) struct Network {
    pub exchange: Exchange,
    edge: Weak<SipEdge>,
    lists: Arc<Mutex<Lists>>,
}

impl Network {
    pub fn new(exchange: Exchange, edge: &Arc<SipEdge>) -> Self {
        Self {
            exchange,
            edge: Arc::downgrade(edge),
            lists: Arc::default(),
        }
    }

    /// Plans a call to the registered device, while there is an edge.
    pub fn to_device(&self) -> Option<DialPlan> {
        self.edge.upgrade().map(|edge| DialPlan::through(&edge))
    }

    /// Plans a call to a phone that is listed.
    pub fn to_phone(&self, number: &str) -> Option<DialPlan> {
        let (address, transport) = {
            let lists = self.lists();
            let found = lists.phones.get(bare(number)).copied();
            found.or(lists.strangers)?
        };
        Some(DialPlan {
            to_user: number.to_owned(),
            ..DialPlan::to_address(address, transport)
        })
    }

    /// Lists a phone under a number, or for all numbers that are nobody's.
    pub fn list_phone(&self, number: Option<&str>, address: SocketAddr, transport: Transport) {
        let mut lists = self.lists();
        match number {
            Some(number) => {
                let number = bare(number).to_owned();
                lists.phones.insert(number, (address, transport));
            }
            None => lists.strangers = Some((address, transport)),
        }
    }

    pub fn remember(&self, session: &str, line: Line, call_id: &str) {
        let mut lists = self.lists();
        lists.lines.insert(session.to_owned(), line);
        lists.dialogs.insert(call_id.to_owned(), session.to_owned());
    }

    pub fn forget(&self, session: &str) {
        let mut lists = self.lists();
        lists.lines.remove(session);
        lists.dialogs.retain(|_, of| of != session);
    }

    pub fn line(&self, session: &str) -> Option<Line> {
        self.lists().lines.get(session).cloned()
    }

    pub fn session_of(&self, call_id: &str) -> Option<String> {
        self.lists().dialogs.get(call_id).cloned()
    }

    pub fn announce(&self, call_id: &str, announced: Announced) {
        self.lists().announced.insert(call_id.to_owned(), announced);
    }

    pub fn announced(&self, call_id: &str) -> Option<Announced> {
        self.lists().announced.remove(call_id)
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
