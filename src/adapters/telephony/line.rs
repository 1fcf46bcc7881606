//! Owns the open line: what its tasks share, and the port that the heart calls. Opened by `app`. Never handles a SIP
//! message itself.

use super::answer;
use super::call::{Call, Phase};
use super::config::{OpenError, SipConfig};
use super::dialog::abilities;
use super::incoming;
use super::net;
use super::outgoing;
use super::register;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::telephony::{
    AnsweredCall, Dialled, Dialog, Error, Line, LineEvent, Refusal,
};
use maitred_actors::types::{PhoneNumber, SipCallId};
use rsipstack::dialog::authenticate::Credential;
use rsipstack::sip::{StatusCode, Transport as StackTransport};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::{SipAddr, SipConnection};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Calls that may ring or be up at once; more are answered 486 before anybody is asked.
const CALLS_MAX: usize = 2_000;

/// Counts since the line was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineStats {
    /// Calls answered.
    pub answered: u64,
    /// Calls turned away, by us or by the heart.
    pub refused: u64,
    /// SIP messages that could not be used.
    pub malformed: u64,
}

/// The live side of `LineStats`.
#[derive(Debug, Default)]
pub(super) struct Counters {
    answered: AtomicU64,
    refused: AtomicU64,
    malformed: AtomicU64,
}

impl Counters {
    pub fn answered(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub fn malformed(&self) {
        self.malformed.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the tasks of the line share.
pub(super) struct Shared {
    pub config: SipConfig,
    pub endpoint: EndpointInnerRef,
    pub counters: Arc<Counters>,
    /// Address that we tell others to send media to.
    pub media_ip: IpAddr,
    pub credential: Option<Credential>,
    calls: Mutex<HashMap<String, Arc<Call>>>,
    registered: Mutex<Option<Registered>>,
    events: mpsc::UnboundedSender<LineEvent>,
}

/// The registration that holds now.
#[derive(Clone)]
pub(super) struct Registered {
    /// Address of our end of its connection; for datagrams the one we listen on.
    pub local: SipAddr,
    /// `Contact` that was registered.
    pub contact: String,
}

impl Shared {
    /// Finds a call by its `Call-ID`.
    pub fn call_by_text(&self, id: &str) -> Option<Arc<Call>> {
        lock(&self.calls).get(id).cloned()
    }

    /// Adds a call; refuses when there are too many.
    pub fn remember(&self, call: &Arc<Call>) -> bool {
        let mut calls = lock(&self.calls);
        let room = calls.len() < CALLS_MAX;
        if room {
            calls.insert(call.id.as_str().to_owned(), call.clone());
        }
        room
    }

    pub fn forget(&self, id: &SipCallId) {
        lock(&self.calls).remove(id.as_str());
    }

    pub fn calls(&self) -> Vec<Arc<Call>> {
        lock(&self.calls).values().cloned().collect()
    }

    pub fn report(&self, event: LineEvent) {
        // Once the line is closed nobody needs reports.
        let _ = self.events.send(event);
    }

    pub fn set_registered(&self, registered: Option<Registered>) {
        *lock(&self.registered) = registered;
    }

    /// Gives the `Contact` for a dialog that began on `connection`, and whether the account's connection is meant.
    pub fn contact_for(&self, connection: &SipConnection) -> (String, bool) {
        let local = connection.get_addr();
        let registered = lock(&self.registered).clone();
        match registered.filter(|registered| registered.local == *local) {
            Some(registered) => (registered.contact, true),
            None => (contact("maitred", local), false),
        }
    }

    fn call(&self, id: &SipCallId) -> Result<Arc<Call>, Error> {
        self.call_by_text(id.as_str()).ok_or(Error::NoSuchCall)
    }
}

/// Writes a `Contact` for `user` at one of our addresses.
pub(super) fn contact(user: &str, addr: &SipAddr) -> String {
    let host = &addr.addr;
    match addr.r#type {
        Some(StackTransport::Tcp) => format!("<sip:{user}@{host};transport=tcp>"),
        Some(StackTransport::Tls) => format!("<sip:{user}@{host};transport=tls>"),
        _ => format!("<sip:{user}@{host}>"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An open SIP line. Dropping it closes its sockets.
pub struct SipLine {
    pub(super) shared: Arc<Shared>,
    events: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<LineEvent>>>,
    addr: SocketAddr,
    tls_addr: Option<SocketAddr>,
    stop: CancellationToken,
    /// Ended by `close` first, so that the account is given back while there are still sockets.
    stop_registration: CancellationToken,
    registration: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl SipLine {
    /// Opens the sockets, starts to listen and, with an account, to register.
    pub async fn open(config: SipConfig) -> Result<Self, OpenError> {
        let stop = CancellationToken::new();
        let counters = Arc::new(Counters::default());
        let network = net::open(&config, counters.clone(), &stop).await?;
        let net::Network {
            endpoint,
            mut incoming,
            closed,
            addr,
            tls_addr,
        } = network;
        let (events, event_receiver) = mpsc::unbounded_channel();
        let media_ip = config
            .advertise
            .unwrap_or_else(|| SipConnection::resolve_bind_address(addr).ip());
        let shared = Arc::new(Shared {
            credential: config.account.as_ref().map(register::credential),
            config,
            endpoint,
            counters,
            media_ip,
            calls: Mutex::default(),
            registered: Mutex::default(),
            events,
        });
        let serving = shared.clone();
        let stopped = stop.clone();
        tokio::spawn(async move {
            while let Some(Some(transaction)) = stopped.run_until_cancelled(incoming.recv()).await {
                incoming::take_note(&serving, &transaction.original);
                tokio::spawn(incoming::handle(serving.clone(), transaction));
            }
        });
        let stop_registration = stop.child_token();
        let registration = match shared.config.account.clone() {
            Some(account) => {
                let task = register::Registrar::new(shared.clone(), account, closed)?;
                Some(tokio::spawn(task.run(stop_registration.clone())))
            }
            None => None,
        };
        Ok(Self {
            shared,
            events: Arc::new(tokio::sync::Mutex::new(event_receiver)),
            addr,
            tls_addr,
            stop,
            stop_registration,
            registration: Mutex::new(registration),
        })
    }

    /// Tells where SIP over UDP and TCP is listened on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Tells where SIP over TLS is listened on.
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.tls_addr
    }

    /// Tells the counts so far.
    pub fn stats(&self) -> LineStats {
        let counters = &self.shared.counters;
        LineStats {
            answered: counters.answered.load(Ordering::Relaxed),
            refused: counters.refused.load(Ordering::Relaxed),
            malformed: counters.malformed.load(Ordering::Relaxed),
        }
    }

    /// Tells how many calls ring or are up.
    pub fn calls(&self) -> usize {
        self.shared.calls().len()
    }

    /// Hangs up every call, gives the account back and closes the sockets.
    pub async fn close(&self) {
        for call in self.shared.calls() {
            let _ = self.refuse(&call.id, Refusal::Unavailable).await;
            let _ = self.hang_up(&call.id).await;
        }
        self.stop_registration.cancel();
        let registration = lock(&self.registration).take();
        if let Some(task) = registration {
            let _ = task.await;
        }
        self.stop.cancel();
    }
}

impl Drop for SipLine {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Line for SipLine {
    fn next_event(&self) -> PortFuture<Option<LineEvent>> {
        let (events, stop) = (self.events.clone(), self.stop.clone());
        Box::pin(async move {
            let mut events = events.lock().await;
            match stop.run_until_cancelled(events.recv()).await {
                Some(event) => event,
                None => events.try_recv().ok(),
            }
        })
    }

    fn answer(&self, call: &SipCallId) -> PortFuture<Result<AnsweredCall, Error>> {
        let (shared, call) = (self.shared.clone(), self.shared.call(call));
        Box::pin(async move {
            // On a task of its own: whoever asked may go away, the dialog must not be left half made.
            let task = tokio::spawn(answer::answer(shared, call?));
            task.await
                .unwrap_or_else(|error| Err(Error::Failed(error.to_string())))
        })
    }

    fn refuse(&self, call: &SipCallId, how: Refusal) -> PortFuture<Result<(), Error>> {
        let (shared, call) = (self.shared.clone(), self.shared.call(call));
        Box::pin(async move {
            let call = call?;
            let ringing = call.end_if(&shared, |phase| matches!(phase, Phase::Ringing));
            ringing.ok_or(Error::NoSuchCall)?;
            shared.counters.refused();
            let status = match how {
                Refusal::Busy => StatusCode::BusyHere,
                Refusal::Unavailable => StatusCode::ServiceUnavailable,
                Refusal::Declined => StatusCode::Decline,
            };
            let invite = &call.invite;
            let response =
                call.state()
                    .dialog
                    .response(&shared.endpoint, invite, status, abilities(), None);
            call.respond(response);
            Ok(())
        })
    }

    fn hang_up(&self, call: &SipCallId) -> PortFuture<Result<(), Error>> {
        let (shared, call) = (self.shared.clone(), self.shared.call(call));
        Box::pin(async move { outgoing::hang_up(shared, call?).await })
    }

    fn resume(&self, _: &Dialog) -> PortFuture<Result<AnsweredCall, Error>> {
        Box::pin(async { Err(Error::NoSuchCall) })
    }

    fn dial(&self, _: &PhoneNumber, _: Option<&SipCallId>) -> PortFuture<Result<Dialled, Error>> {
        Box::pin(async { Err(Error::Failed("no account to call through".to_owned())) })
    }

    fn connect(&self, caller: &SipCallId, _: &SipCallId) -> PortFuture<Result<(), Error>> {
        let call = self.shared.call(caller);
        Box::pin(async move { call.and(Err(Error::NoSuchCall)) })
    }

    fn transfer(&self, call: &SipCallId, to: &PhoneNumber) -> PortFuture<Result<(), Error>> {
        let (shared, call, to) = (self.shared.clone(), self.shared.call(call), to.clone());
        Box::pin(async move { outgoing::transfer(shared, call?, to).await })
    }
}
