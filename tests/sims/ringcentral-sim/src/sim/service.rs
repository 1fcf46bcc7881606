//! The simulated service: starts its parts, makes calls to the device, lists people.
//!
//! Owns edge and REST; tests and the binary hold it. It never follows a call itself.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::call::SimCall;
use super::call_out;
use super::follow::Follower;
use super::network::Network;
use super::outbound;
use super::people::Person;
use crate::edge::{EdgeConfig, SipEdge};
use crate::phone::{
    AnswerPlan, AnsweringPhone, CallError, Caller, DialPlan, Reaction, ReferReaction,
};
use crate::rest::{Exchange, LoggedCall, RestConfig, RestServer, SipAccess};
use crate::sip::Transport;
use crate::webhook::{Route, Session};

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
    edge: Arc<SipEdge>,
    rest: RestServer,
    network: Network,
    _tasks: JoinSet<()>,
}

impl RingCentralSim {
    /// Starts edge and REST on ports of 127.0.0.1.
    ///
    /// # Errors
    /// Fails when a port cannot be bound or no certificate can be made.
    pub async fn start(config: SimConfig) -> io::Result<Self> {
        let edge = Arc::new(SipEdge::start(config.edge.clone()).await?);
        let (tcp, tls) = (edge.address(Transport::Tcp), edge.address(Transport::Tls));
        let sip = Some(SipAccess {
            account: config.edge,
            tcp,
            tls,
        });
        let rest = RestServer::start(RestConfig { sip, ..config.rest }).await?;
        let network = Network::new(rest.exchange().clone(), &edge);
        let announcing = network.clone();
        edge.announce_with(Arc::new(move |invite, number| {
            outbound::announce(&announcing, invite, number)
        }));
        let (placer, placements) = mpsc::unbounded_channel();
        rest.exchange().place_with(placer);
        let mut tasks = JoinSet::new();
        tasks.spawn(call_out::place(network.clone(), placements));
        Ok(Self {
            edge,
            rest,
            network,
            _tasks: tasks,
        })
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

    /// Gives somebody a telephone, to be called by the device or by a transfer under this number.
    ///
    /// # Errors
    /// Fails when no socket can be opened.
    pub async fn person(&self, number: &str, reaction: Reaction) -> io::Result<Person> {
        self.phone(Some(number), reaction).await
    }

    /// Lets all numbers that are nobody's be answered, refused or rung by one phone; before, they are busy.
    ///
    /// # Errors
    /// Fails when no socket can be opened.
    pub async fn strangers(&self, reaction: Reaction) -> io::Result<Person> {
        self.phone(None, reaction).await
    }

    /// Lists a phone that is not of this simulation, for transfers; calls of the device do not reach it.
    pub fn list_phone(&self, number: &str, address: SocketAddr, transport: Transport) {
        self.network.list_phone(Some(number), address, transport);
    }

    async fn phone(&self, number: Option<&str>, reaction: Reaction) -> io::Result<Person> {
        let phone = AnsweringPhone::listen(AnswerPlan {
            reaction,
            early: true,
            record: true,
            ..AnswerPlan::answering(Transport::Udp)
        })
        .await?;
        if let Some(inbox) = phone.inbox() {
            self.edge.list_phone(number, inbox);
        }
        self.network
            .list_phone(number, phone.address(), Transport::Udp);
        Ok(Person::at(phone, self.network.clone()))
    }

    /// Makes a call that REST and the subscriptions see, too.
    ///
    /// # Errors
    /// Fails when nobody is registered, the extension has five calls already, or no socket can be opened.
    pub async fn call(&self, plan: DialPlan) -> Result<SimCall, CallError> {
        self.call_through(&Route::Direct, plan).await
    }

    /// Makes a call that comes by a menu or a queue.
    ///
    /// # Errors
    /// Fails when nobody is registered, the extension has five calls already, or no socket can be opened.
    pub async fn call_through(&self, route: &Route, plan: DialPlan) -> Result<SimCall, CallError> {
        let session = Session::inbound(&plan.from_number, &plan.to_user);
        let mut session = Session {
            device_id: None,
            ..self.exchange().own_session(session)
        };
        let calls_max = self.exchange().config().calls_max;
        if let Some(name) = &plan.from_name {
            session.from_name.clone_from(name);
        }
        if self.exchange().live_sessions().len() >= calls_max {
            let refused = LoggedCall {
                reason: Some("Too Many Calls".to_owned()),
                ..LoggedCall::of(&session, "Rejected")
            };
            self.exchange().plant_call(refused);
            return Err(CallError::TooManyCalls);
        }
        let refer = match plan.refer {
            ReferReaction::Accept { .. } => ReferReaction::Connect,
            other => other,
        };
        let caller = Caller::dial(DialPlan { refer, ..plan }).await?;
        session.call_id = Some(caller.call_id().to_owned());
        let effects = self.exchange().begin_through(&mut session, route);
        let id = &session.telephony_session_id;
        self.network.remember(id, caller.line(), caller.call_id());
        let network = self.network.clone();
        let follower = Follower::new(network, session.clone(), caller.line(), effects);
        tokio::spawn(follower.run(caller.events()));
        Ok(SimCall { caller, session })
    }
}
