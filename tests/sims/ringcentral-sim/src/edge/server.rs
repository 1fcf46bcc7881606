//! The handle of the edge: start, addresses, faults, waiting for a registration, calls to the device.
//!
//! Owns the shared state; listeners and router work on it. It never interprets a message.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use super::outbound::{Announce, Directory};
use super::registrar::{Binding, EdgeFault, Registrar};
use super::{listen, routing};
use crate::phone::CallError;
use crate::phone::{Link, Opening};
use crate::sip::flow::{Inbox, read_datagrams};
use crate::sip::tls::Identity;
use crate::sip::{Message, Transport};

/// Describes the device that may register, as the portal would show it.
#[derive(Debug, Clone)]
pub struct EdgeConfig {
    /// Holds the SIP domain, which is also the digest realm.
    pub domain: String,
    /// Holds the SIP user, normally the number without its plus.
    pub user_name: String,
    /// Holds the digest user.
    pub authorization_id: String,
    /// Holds the digest password.
    pub password: String,
    /// Limits the registration time that is granted.
    pub granted: Duration,
    /// Asks for credentials; the service sometimes skips that.
    pub challenge: bool,
}

impl Default for EdgeConfig {
    fn default() -> Self {
        Self {
            domain: "sip.ringcentral.com".to_owned(),
            user_name: "15551230001".to_owned(),
            authorization_id: "802512345678".to_owned(),
            password: "sim-password".to_owned(),
            granted: Duration::from_secs(120),
            challenge: true,
        }
    }
}

pub(super) struct State {
    pub registrar: Registrar,
    pub fault: Option<EdgeFault>,
    pub calls: HashMap<String, Inbox>,
    pub connections: HashMap<SocketAddr, AbortHandle>,
    pub registers: Vec<Message>,
    pub directory: Directory,
}

pub(super) struct Shared {
    pub config: EdgeConfig,
    pub binding: watch::Sender<Option<Binding>>,
    state: Mutex<State>,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is a running edge; clones share it and the last one dropped stops it.
#[derive(Clone)]
pub struct SipEdge {
    shared: Arc<Shared>,
    pem: Arc<str>,
    udp: SocketAddr,
    tcp: SocketAddr,
    tls: SocketAddr,
    _tasks: Arc<JoinSet<()>>,
}

impl std::fmt::Debug for SipEdge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SipEdge")
            .field("udp", &self.udp)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl SipEdge {
    /// Listens on three ports of 127.0.0.1: UDP, TCP, and TLS with a certificate made now.
    ///
    /// # Errors
    /// Fails when a port cannot be bound or no certificate can be made.
    pub async fn start(config: EdgeConfig) -> io::Result<Self> {
        let any = (Ipv4Addr::LOCALHOST, 0);
        let identity = Identity::generate()?;
        let pem = identity.pem().into();
        let socket = Arc::new(UdpSocket::bind(any).await?);
        let (plain, secure) = (TcpListener::bind(any).await?, TcpListener::bind(any).await?);
        let (udp, tcp, tls) = (
            socket.local_addr()?,
            plain.local_addr()?,
            secure.local_addr()?,
        );
        let state = State {
            registrar: Registrar::default(),
            fault: None,
            calls: HashMap::new(),
            connections: HashMap::new(),
            registers: Vec::new(),
            directory: Directory::default(),
        };
        let shared = Shared {
            config,
            binding: watch::Sender::new(None),
            state: Mutex::new(state),
        };
        let shared = Arc::new(shared);
        let (to_inbox, inbox) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(read_datagrams(socket, to_inbox.clone()));
        tasks.spawn(listen::accept(
            plain,
            None,
            to_inbox.clone(),
            Arc::clone(&shared),
        ));
        tasks.spawn(listen::accept(
            secure,
            Some(identity),
            to_inbox,
            Arc::clone(&shared),
        ));
        tasks.spawn(routing::route(inbox, Arc::clone(&shared)));
        Ok(Self {
            shared,
            pem,
            udp,
            tcp,
            tls,
            _tasks: Arc::new(tasks),
        })
    }

    /// Tells where to register over that transport.
    pub fn address(&self, transport: Transport) -> SocketAddr {
        match transport {
            Transport::Udp => self.udp,
            Transport::Tcp => self.tcp,
            Transport::Tls => self.tls,
        }
    }

    /// Shows the certificate that clients have to trust, as PEM.
    pub fn tls_pem(&self) -> &str {
        &self.pem
    }

    /// Tells what the device must know to register.
    pub fn config(&self) -> &EdgeConfig {
        &self.shared.config
    }

    /// Lets REGISTER requests fail from now on, or succeed again with `None`.
    pub fn set_fault(&self, fault: Option<EdgeFault>) {
        self.shared.state().fault = fault;
    }

    /// Closes every TCP and TLS connection, as a failing edge does; registrations over them die.
    pub fn drop_connections(&self) {
        for (_, connection) in self.shared.state().connections.drain() {
            connection.abort();
        }
    }

    /// Lists every REGISTER that came, in order.
    pub fn registers(&self) -> Vec<Message> {
        self.shared.state().registers.clone()
    }

    /// Tells who is registered now.
    pub fn binding(&self) -> Option<Binding> {
        self.shared
            .binding
            .borrow()
            .clone()
            .filter(Binding::is_live)
    }

    /// Waits until somebody is registered.
    ///
    /// # Errors
    /// Fails when nobody is in time.
    pub async fn until_registered(&self, within: Duration) -> Result<Binding, CallError> {
        let live = |binding: &Option<Binding>| binding.as_ref().is_some_and(Binding::is_live);
        let mut watch = self.shared.binding.subscribe();
        let found = timeout(within, watch.wait_for(live)).await;
        let binding = found
            .ok()
            .and_then(Result::ok)
            .and_then(|binding| binding.clone());
        binding.ok_or(CallError::Deadline(within))
    }

    /// Waits until nobody is registered any more by de-registration.
    ///
    /// # Errors
    /// Fails when somebody still is after that time.
    pub async fn until_removed(&self, within: Duration) -> Result<(), CallError> {
        let mut watch = self.shared.binding.subscribe();
        let gone = timeout(within, watch.wait_for(Option::is_none)).await;
        gone.map(|_| ()).map_err(|_| CallError::Deadline(within))
    }

    /// Lets the device call this phone under a number; all other numbers reach the strangers' phone, if there is one.
    pub(crate) fn list_phone(&self, number: Option<&str>, phone: Inbox) {
        let mut state = self.shared.state();
        match number {
            Some(number) => state.directory.list(number, phone),
            None => state.directory.list_strangers(Some(phone)),
        }
    }

    /// Has every call of the device announced before a phone rings.
    pub(crate) fn announce_with(&self, announce: Announce) {
        self.shared.state().directory.announce_with(announce);
    }

    /// Opens the way of a call to the registered device, with the headers the service sets.
    pub(crate) fn open_call(&self, call_id: &str) -> Option<Opening> {
        let binding = self.binding()?;
        let (to_call, inbox) = mpsc::unbounded_channel();
        self.shared
            .state()
            .calls
            .insert(call_id.to_owned(), to_call);
        let guard = Listed {
            shared: Arc::clone(&self.shared),
            call_id: call_id.to_owned(),
        };
        let link = Link {
            flow: binding.flow,
            inbox,
            _tasks: JoinSet::new(),
            _guard: Some(Box::new(guard)),
        };
        Some(Opening {
            link,
            uri: binding.contact,
            headers: headers(),
        })
    }
}

/// Takes a call off the router's list when it is over.
struct Listed {
    shared: Arc<Shared>,
    call_id: String,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.shared.state().calls.remove(&self.call_id);
    }
}

/// Lists what RingCentral puts into an INVITE to an Existing Phone.
fn headers() -> Vec<(String, String)> {
    let pairs = [
        ("User-Agent", "RC_SIPWRP_10.13.0.1"),
        ("Call-Info", "<906014000_10000000@10.13.0.1>;purpose=info"),
        ("Supported", "replaces,timer,diversion,histinfo"),
        ("Session-Expires", "14400;refresher=uac"),
        ("Min-SE", "90"),
    ];
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}
