//! The whole of RingCentral in one value: edge, REST, webhooks and callers that belong together.
//!
//! Owns the parts and the thread between them; tests and `serve` hold it. Dropping it stops everything.

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;

use tokio::sync::mpsc;

use crate::edge::{EdgeConfig, SipEdge};
use crate::phone::{CallError, Caller, DialPlan, Events, HangUp, PhoneEvent};
use crate::rest::{Effect, Exchange, RestConfig, RestServer, SipAccess};
use crate::sip::Transport;
use crate::webhook::{Party, Session};

/// Describes the account that is simulated.
#[derive(Debug, Clone, Default)]
pub struct SimConfig {
    /// Describes the device and its registration.
    pub edge: EdgeConfig,
    /// Describes app, account and limits; `sip` is filled in at start.
    pub rest: RestConfig,
}

/// Is a running simulation.
pub struct RingCentralSim {
    edge: SipEdge,
    rest: RestServer,
}

impl RingCentralSim {
    /// Starts edge and REST on ports of 127.0.0.1.
    ///
    /// # Errors
    /// Fails when a port cannot be bound or no certificate can be made.
    pub async fn start(config: SimConfig) -> io::Result<Self> {
        let edge = SipEdge::start(config.edge.clone()).await?;
        let (tcp, tls) = (edge.address(Transport::Tcp), edge.address(Transport::Tls));
        let sip = Some(SipAccess {
            account: config.edge,
            tcp,
            tls,
        });
        let rest = RestServer::start(RestConfig { sip, ..config.rest }).await?;
        Ok(Self { edge, rest })
    }

    /// Tells the base URL of REST.
    pub fn rest_url(&self) -> String {
        self.rest.url()
    }

    /// Tells the base URL of the media host.
    pub fn media_url(&self) -> String {
        self.rest.media_url()
    }

    /// Tells the address of the edge for TLS, the transport of an Existing Phone.
    pub fn sip_addr(&self) -> SocketAddr {
        self.edge.address(Transport::Tls)
    }

    /// Shows the certificate of the edge.
    pub fn tls_pem(&self) -> &str {
        self.edge.tls_pem()
    }

    /// Leads to the edge: registrations, faults, other transports.
    pub fn edge(&self) -> &SipEdge {
        &self.edge
    }

    /// Leads to calls, subscriptions and faults of REST.
    pub fn exchange(&self) -> &Exchange {
        self.rest.exchange()
    }

    /// Plans a call to the registered device; fields may be changed before it is made.
    pub fn caller(&self) -> DialPlan {
        DialPlan::through(&self.edge)
    }

    /// Makes a call that REST and the subscriptions see, too.
    ///
    /// # Errors
    /// Fails when nobody is registered or no socket can be opened.
    pub async fn call(&self, plan: DialPlan) -> Result<SimCall, CallError> {
        let mut session = Session::inbound(&plan.from_number, &plan.to_user);
        let config = self.exchange().config();
        session.account_id.clone_from(&config.account_id);
        session.extension_id.clone_from(&config.extension_id);
        if let Some(name) = &plan.from_name {
            session.from_name.clone_from(name);
        }
        let caller = Caller::dial(plan).await?;
        session.call_id = Some(caller.call_id().to_owned());
        let effects = self.exchange().begin(&session);
        let (exchange, id) = (
            self.exchange().clone(),
            session.telephony_session_id.clone(),
        );
        tokio::spawn(follow(
            exchange,
            id,
            caller.events(),
            caller.remote_hang_up(),
            effects,
        ));
        Ok(SimCall { caller, session })
    }
}

/// Is a call that is known to SIP, REST and webhooks; the caller's phone is reached through it.
pub struct SimCall {
    caller: Caller,
    session: Session,
}

impl SimCall {
    /// Shows the identifiers under which REST and webhooks know the call.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

impl Deref for SimCall {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// Tells the exchange what happens on the line, and the line what REST asks for, until the call has ended.
async fn follow(
    exchange: Exchange,
    id: String,
    mut events: Events,
    line: HangUp,
    mut effects: mpsc::UnboundedReceiver<Effect>,
) {
    loop {
        tokio::select! {
            Some(effect) = effects.recv() => match effect {
                Effect::EndLeg | Effect::Redirected(_) => line.hang_up(),
            },
            happened = events.next() => match happened.map(|happened| happened.event) {
                Some(PhoneEvent::Ringing) => exchange.change(&id, Party::Extension, "Proceeding", None),
                Some(PhoneEvent::Answered) => exchange.change(&id, Party::Extension, "Answered", None),
                Some(PhoneEvent::Ended(_)) | None => break,
                Some(_) => {}
            },
        }
    }
    exchange.change(&id, Party::Extension, "Disconnected", None);
    exchange.change(&id, Party::Caller, "Disconnected", None);
}
