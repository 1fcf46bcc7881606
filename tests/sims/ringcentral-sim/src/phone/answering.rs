//! A telephone that waits for calls: the other end in tests, or a person to whom a call is handed over.
//!
//! Owns listening sockets and one agent per call; tests call it. It never registers anywhere.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::agent::{Agent, Link, Order, Phase};
use super::device::{DeviceAccount, RegisterError, Registered};
use super::events::{CallError, EventLog};
use super::leg::Leg;
use super::negotiation::Negotiation;
use super::plan::{Media, ReferReaction};
use crate::media::session::MediaSession;
use crate::sip::dialog::{Dialog, new_tag};
use crate::sip::flow::{Inbox, read_datagrams};
use crate::sip::tls::Identity;
use crate::sip::values::{tag_of, uri_of};
use crate::sip::{Flow, Inbound, Message, Start, Transport};

/// Says what the phone does when it rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Answers after ringing once.
    Answer,
    /// Rings until it is told to answer or to refuse.
    Ring,
    /// Refuses with this status.
    Refuse(u16),
}

/// Describes a phone that waits for calls.
#[derive(Debug, Clone)]
pub struct AnswerPlan {
    /// Names the transport it listens on.
    pub transport: Transport,
    /// Says what it does when it rings.
    pub reaction: Reaction,
    /// Sends 183 with a description instead of 180, as the network does for calls of the device.
    pub early: bool,
    /// Keeps both directions in memory.
    pub record: bool,
    /// Says how a REFER is answered.
    pub refer: ReferReaction,
    /// Sets the first retransmission pause, 500 ms by RFC 3261.
    pub t1: Duration,
}

impl AnswerPlan {
    /// Plans a phone that answers every call.
    pub fn answering(transport: Transport) -> Self {
        let refer = ReferReaction::Accept { then_hang_up: true };
        let t1 = Duration::from_millis(500);
        Self {
            transport,
            reaction: Reaction::Answer,
            early: false,
            record: false,
            refer,
            t1,
        }
    }
}

/// Waits for calls on a port of 127.0.0.1.
pub struct AnsweringPhone {
    address: SocketAddr,
    calls: mpsc::UnboundedReceiver<Leg>,
    inbox: Option<Inbox>,
    _tasks: JoinSet<()>,
}

impl AnsweringPhone {
    /// Starts to listen.
    ///
    /// # Errors
    /// Fails when no port can be bound.
    pub async fn listen(plan: AnswerPlan) -> io::Result<Self> {
        let (to_inbox, inbox) = mpsc::unbounded_channel();
        let kept = to_inbox.clone();
        let mut tasks = JoinSet::new();
        let any = (IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        let address = if plan.transport == Transport::Udp {
            let socket = Arc::new(UdpSocket::bind(any).await?);
            let address = socket.local_addr()?;
            tasks.spawn(read_datagrams(socket, to_inbox));
            address
        } else {
            let listener = TcpListener::bind(any).await?;
            let address = listener.local_addr()?;
            let identity = (plan.transport == Transport::Tls)
                .then(Identity::generate)
                .transpose()?;
            tasks.spawn(accept(listener, identity, to_inbox));
            address
        };
        let (to_calls, calls) = mpsc::unbounded_channel();
        tasks.spawn(serve(plan, address, inbox, to_calls));
        Ok(Self {
            address,
            calls,
            inbox: Some(kept),
            _tasks: tasks,
        })
    }

    /// Registers at an edge and takes the calls that come down that connection.
    ///
    /// # Errors
    /// Fails when the edge cannot be reached, refuses or does not answer.
    pub async fn register(
        plan: AnswerPlan,
        account: &DeviceAccount,
    ) -> Result<Self, RegisterError> {
        let mut tasks = JoinSet::new();
        let Registered { flow, inbox } = account.register(&mut tasks).await?;
        let (to_calls, calls) = mpsc::unbounded_channel();
        let plan = AnswerPlan {
            transport: account.transport,
            ..plan
        };
        tasks.spawn(serve(plan, flow.local, inbox, to_calls));
        Ok(Self {
            address: flow.local,
            calls,
            inbox: None,
            _tasks: tasks,
        })
    }

    /// Tells where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads to the phone for an edge that passes a call on; a registered phone takes none that way.
    pub(crate) fn inbox(&self) -> Option<Inbox> {
        self.inbox.clone()
    }

    /// Waits for the next call, whatever the phone does with it.
    ///
    /// # Errors
    /// Fails when none comes in time.
    pub async fn next_call(&mut self, within: Duration) -> Result<Leg, CallError> {
        timeout(within, self.calls.recv())
            .await
            .ok()
            .flatten()
            .ok_or(CallError::Deadline(within))
    }
}

async fn accept(listener: TcpListener, identity: Option<Identity>, inbox: Inbox) {
    let mut tasks = JoinSet::new();
    while let Ok((stream, remote)) = listener.accept().await {
        let Some(identity) = &identity else {
            let _ = Flow::stream(stream, inbox.clone(), &mut tasks);
            continue;
        };
        let Ok(local) = stream.local_addr() else {
            continue;
        };
        if let Ok(stream) = identity.acceptor().accept(stream).await {
            Flow::split(
                stream,
                Transport::Tls,
                local,
                remote,
                inbox.clone(),
                &mut tasks,
            );
        }
    }
}

async fn serve(
    plan: AnswerPlan,
    address: SocketAddr,
    mut inbox: mpsc::UnboundedReceiver<Inbound>,
    calls: mpsc::UnboundedSender<Leg>,
) {
    let mut open: HashMap<String, Inbox> = HashMap::new();
    while let Some(inbound) = inbox.recv().await {
        open.retain(|_, call| !call.is_closed());
        let message = &inbound.message;
        if let Some(call) = open.get(message.call_id()) {
            let _ = call.send(inbound);
        } else if matches!(message.start, Start::Request { .. }) && message.method() == "INVITE" {
            let (to_call, call_inbox) = mpsc::unbounded_channel();
            open.insert(message.call_id().to_owned(), to_call);
            if let Ok(leg) = ring(&plan, address, inbound, call_inbox).await {
                let _ = calls.send(leg);
            }
        } else if matches!(message.start, Start::Request { .. }) && message.method() != "ACK" {
            let code = if message.method() == "OPTIONS" {
                200
            } else {
                481
            };
            let response = Message::response_to(message, code, "No Such Call", Some("none"));
            inbound.flow.send(&response.to_bytes()).await;
        }
    }
}

async fn ring(
    plan: &AnswerPlan,
    address: SocketAddr,
    inbound: Inbound,
    inbox: mpsc::UnboundedReceiver<Inbound>,
) -> io::Result<Leg> {
    let Inbound {
        message: invite,
        flow,
    } = inbound;
    let to = invite.header("To").unwrap_or_default();
    let transport = plan.transport.name().to_lowercase();
    let dialog = Dialog {
        call_id: invite.call_id().to_owned(),
        local: if tag_of(to).is_some() {
            to.to_owned()
        } else {
            format!("{to};tag={}", new_tag())
        },
        remote: invite.header("From").unwrap_or_default().to_owned(),
        target: uri_of(invite.header("Contact").unwrap_or_default()).to_owned(),
        routes: Vec::new(),
        contact: format!("<sip:phone@{address};transport={transport}>"),
        cseq: 0,
    };
    let secure = invite.body.windows(8).any(|window| window == b"RTP/SAVP");
    let media_kind = if secure { Media::Srtp } else { Media::Rtp };
    let (keys, heard_keys) = mpsc::unbounded_channel();
    let media = MediaSession::open(address.ip(), plan.record, keys).await?;
    let (log, events) = EventLog::new();
    let kept_log = log.clone();
    let link = Link {
        flow: flow.clone(),
        inbox,
        _tasks: JoinSet::new(),
        _guard: None,
    };
    let negotiation = Negotiation::new(media_kind, vec![0]);
    let mut agent = Agent::new(
        link,
        dialog,
        media.clone(),
        negotiation,
        log,
        plan.refer,
        plan.t1,
    );
    agent.phase = Phase::Alerting;
    agent.their_invite = Some((invite.clone(), flow.clone()));
    agent.respond(&invite, &flow, 100, "Trying").await;
    match plan.early {
        true => agent.ring_early().await,
        false => agent.respond(&invite, &flow, 180, "Ringing").await,
    }
    let (orders, obeyed) = mpsc::unbounded_channel();
    match plan.reaction {
        Reaction::Answer => agent.obey(Order::Answer).await,
        Reaction::Refuse(code) => agent.obey(Order::Refuse(code)).await,
        Reaction::Ring => {}
    }
    tokio::spawn(agent.run(obeyed, heard_keys));
    Ok(Leg {
        orders,
        events,
        log: kept_log,
        media,
        invite,
    })
}
