//! Owns the open line: what its tasks share, and the port that the heart calls. Opened by `app`. Never handles a SIP
//! message itself.

use super::accounts::{Accounts, keep_registered};
use super::answer;
use super::call::{Call, Phase};
use super::config::{Account, OpenError, SipConfig};
use super::dialog::{Way, abilities};
use super::flow::Flow;
use super::incoming;
use super::net;
use super::outgoing;
use super::transfer;
use super::{dial, recorded, resume};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::telephony::{
    AnsweredCall, Dialled, Dialog, Error, Line, LineEvent, Refusal,
};
use maitred_actors::types::{PhoneNumber, SipCallId};
use rsipstack::sip::{StatusCode, Transport as StackTransport};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::{SipAddr, SipConnection};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Calls that may ring or be up at once; more are answered 486 before anybody is asked.
const CALLS_MAX: usize = 2_000;

/// How long a call that needs the account waits for its registration.
const REGISTRATION_WAIT: Duration = Duration::from_secs(20);

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
    /// The account, which can be given later and replaced.
    pub accounts: Accounts,
    calls: Mutex<HashMap<String, Arc<Call>>>,
    /// The way to the account's server while it is registered.
    registered: watch::Sender<Option<Flow>>,
    events: mpsc::UnboundedSender<LineEvent>,
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

    pub fn set_registered(&self, flow: Option<Flow>) {
        self.registered.send_replace(flow);
    }

    /// Waits until an account is registered, for a bounded time.
    pub async fn registered(&self) -> Result<Flow, Error> {
        let mut registered = self.registered.subscribe();
        let works = |flow: &Option<Flow>| flow.as_ref().is_some_and(|flow| !flow.broken());
        let waiting = timeout(REGISTRATION_WAIT, registered.wait_for(works)).await;
        let flow = waiting
            .ok()
            .and_then(Result::ok)
            .and_then(|flow| flow.clone());
        flow.ok_or_else(|| Error::Failed("the account is not registered".to_owned()))
    }

    /// Gives the way back for a dialog that began on `connection`.
    pub fn way_back(&self, connection: &SipConnection) -> Way {
        let flow = self.registered.borrow().clone();
        match flow.filter(|flow| flow.brings(connection)) {
            Some(flow) => Way {
                connection: connection.clone(),
                ..flow.way()
            },
            None => Way {
                connection: connection.clone(),
                hop: connection.get_remote_addr().cloned(),
                contact: contact("maitred", connection.get_addr()),
                of_account: false,
            },
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
            accounts: Accounts::new(config.account.clone())?,
            config,
            endpoint,
            counters,
            media_ip,
            calls: Mutex::default(),
            registered: watch::Sender::default(),
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
        let registration = keep_registered(shared.clone(), closed, stop_registration.clone());
        let registration = Some(tokio::spawn(registration));
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

    /// Registers with this account from now on; `false` if it is the one that the line has. Fails, and changes
    /// nothing, when its certificates cannot be read.
    pub fn use_account(&self, account: Account) -> Result<bool, OpenError> {
        self.shared.accounts.replace(account)
    }

    /// Waits until the server does not take the account's credentials; once that was before counts.
    pub async fn account_refused(&self) {
        self.shared.accounts.refused().await;
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
            call.respond(&shared, status, abilities(), None);
            Ok(())
        })
    }

    fn hang_up(&self, call: &SipCallId) -> PortFuture<Result<(), Error>> {
        let (shared, call) = (self.shared.clone(), self.shared.call(call));
        Box::pin(async move { outgoing::hang_up(shared, call?).await })
    }

    fn press(&self, call: &SipCallId, keys: &str) -> PortFuture<Result<(), Error>> {
        let (call, keys) = (self.shared.call(call), keys.to_owned());
        Box::pin(async move { call?.press(&keys) })
    }

    fn start_recording(&self, call: &SipCallId, file: &str) -> PortFuture<Result<(), Error>> {
        let (call, file) = (self.shared.call(call), file.to_owned());
        let folder = self.shared.config.recordings.clone();
        Box::pin(async move { recorded::start(&*call?, folder, &file).await })
    }

    fn stop_recording(&self, call: &SipCallId) -> PortFuture<Result<(), Error>> {
        let call = self.shared.call(call);
        Box::pin(async move { recorded::stop(&*call?) })
    }

    fn resume(&self, dialog: &Dialog) -> PortFuture<Result<AnsweredCall, Error>> {
        let (shared, dialog) = (self.shared.clone(), dialog.clone());
        Box::pin(async move {
            let task = tokio::spawn(resume::resume(shared, dialog));
            task.await
                .unwrap_or_else(|error| Err(Error::Failed(error.to_string())))
        })
    }

    fn dial(
        &self,
        to: &PhoneNumber,
        from_call: Option<&SipCallId>,
    ) -> PortFuture<Result<Dialled, Error>> {
        let caller = from_call.and_then(|id| self.shared.call_by_text(id.as_str()));
        dial::dial(self.shared.clone(), to.clone(), caller)
    }

    fn connect(&self, caller: &SipCallId, with: &SipCallId) -> PortFuture<Result<(), Error>> {
        let (caller, with) = (self.shared.call(caller), self.shared.call(with));
        let shared = self.shared.clone();
        Box::pin(async move { transfer::connect(shared, caller?, &*with?).await })
    }

    fn transfer(&self, call: &SipCallId, to: &PhoneNumber) -> PortFuture<Result<(), Error>> {
        let (shared, call, to) = (self.shared.clone(), self.shared.call(call), to.clone());
        Box::pin(async move { transfer::transfer(shared, call?, to).await })
    }
}
