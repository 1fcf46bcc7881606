//! The task behind a telephone: one dialog, its transactions and its media.
//!
//! Owns the state of one call; handles give it orders. What it does with responses is in `outgoing`, with
//! requests in `incoming`. It never lets anybody else send for the call.

use std::any::Any;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::device::DeviceAccount;
use super::events::{End, EventLog, PhoneEvent};
use super::negotiation::Negotiation;
use super::plan::ReferReaction;
use crate::media::session::{Command, MediaSession};
use crate::sip::dialog::Dialog;
use crate::sip::sdp::Direction;
use crate::sip::transaction::Transactions;
use crate::sip::{Flow, Inbound, Message, Start};

/// Bounds how long a phone stays on the line for a last answer after its handle is gone.
const LINGER: Duration = Duration::from_secs(2);

/// Tells the agent what its owner wants.
#[derive(Debug)]
pub(super) enum Order {
    Answer,
    Refuse(u16),
    Cancel,
    HangUp,
    Change(Direction),
    Relocate,
    Refer(String),
    /// Reports how the transfer went that the other side had asked for.
    Referred(u16),
    /// Ends this dialog without a word to the owner, whose orders go to somebody else from now on.
    HandOver(mpsc::UnboundedSender<Order>),
}

/// Says how far the call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Calling,
    Alerting,
    Up,
    Leaving,
    Over,
}

/// Holds the way messages take, and whatever must live as long as the call does.
pub(crate) struct Link {
    pub flow: Flow,
    pub inbox: mpsc::UnboundedReceiver<Inbound>,
    /// Ends the reader of a socket of the call's own.
    pub _tasks: JoinSet<()>,
    /// Takes the call off somebody's list.
    pub _guard: Option<Box<dyn Any + Send>>,
}

/// Holds what is known before the INVITE is written.
pub(crate) struct Opening {
    pub link: Link,
    /// Holds the Request-URI.
    pub uri: String,
    /// Lists the headers that the network adds.
    pub headers: Vec<(String, String)>,
}

pub(super) struct Agent {
    pub link: Link,
    pub dialog: Dialog,
    pub media: MediaSession,
    pub negotiation: Negotiation,
    pub transactions: Transactions,
    pub log: EventLog,
    pub phase: Phase,
    pub refer: ReferReaction,
    /// Holds this side's INVITE while its final response is awaited.
    pub invite: Option<(Message, Flow)>,
    /// Holds the other side's INVITE while it is not answered.
    pub their_invite: Option<(Message, Flow)>,
    /// Says that the other side's description is awaited in the ACK.
    pub offer_in_response: bool,
    pub cancelling: bool,
    pub provisional: bool,
    pub last_ack: Option<(u32, Flow, Vec<u8>)>,
    pub postponed: VecDeque<Order>,
    /// Says that somebody else talks through the media until this call is answered.
    pub shares_media: bool,
    /// Holds what a challenge is answered with, once.
    pub credentials: Option<DeviceAccount>,
    /// Holds the description that went out before the answer.
    pub early: Option<String>,
    successor: Option<mpsc::UnboundedSender<Order>>,
}

impl Agent {
    /// Makes the agent of a call that has not begun.
    pub fn new(
        link: Link,
        dialog: Dialog,
        media: MediaSession,
        negotiation: Negotiation,
        log: EventLog,
        refer: ReferReaction,
        t1: Duration,
    ) -> Self {
        Self {
            link,
            dialog,
            media,
            negotiation,
            transactions: Transactions::new(t1),
            log,
            phase: Phase::Calling,
            refer,
            invite: None,
            their_invite: None,
            offer_in_response: false,
            cancelling: false,
            provisional: false,
            last_ack: None,
            postponed: VecDeque::new(),
            shares_media: false,
            credentials: None,
            early: None,
            successor: None,
        }
    }

    /// Lives as long as the call, and until the handle is gone.
    pub async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut keys: mpsc::UnboundedReceiver<char>,
    ) {
        let mut abandoned: Option<Instant> = None;
        loop {
            if abandoned.is_some() && self.phase == Phase::Over && self.transactions.is_idle() {
                return;
            }
            let due = self
                .transactions
                .due()
                .into_iter()
                .chain(abandoned.map(|at| at + LINGER))
                .min();
            tokio::select! {
                Some(inbound) = self.link.inbox.recv() => self.take(inbound).await,
                order = orders.recv(), if abandoned.is_none() => match order {
                    Some(order) => self.obey(order).await,
                    None => {
                        abandoned = Some(Instant::now());
                        self.leave().await;
                    }
                },
                Some(key) = keys.recv() => self.log.push(PhoneEvent::Key(key)),
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                    if abandoned.is_some_and(|at| at.elapsed() >= LINGER) {
                        self.end(End::HungUp);
                        return;
                    }
                    self.time_passed().await;
                }
            }
        }
    }

    pub async fn obey(&mut self, order: Order) {
        if let Some(successor) = &self.successor {
            let _ = successor.send(order);
            return;
        }
        let changes = matches!(order, Order::Change(_) | Order::Relocate);
        if changes && (self.invite.is_some() || self.their_invite.is_some()) {
            self.postponed.push_back(order);
            return;
        }
        match (order, self.phase) {
            (Order::Answer, Phase::Alerting) => self.answer_call().await,
            (Order::Refuse(code), Phase::Alerting) => {
                self.refuse_call(code, End::Refused(code)).await
            }
            (Order::Cancel | Order::HangUp, _) => self.leave().await,
            (Order::Change(direction), Phase::Up) => {
                self.negotiation.direction = direction;
                self.reinvite().await;
            }
            (Order::Relocate, Phase::Up) => {
                self.negotiation.renew_key();
                if self.media.rebind().await.is_ok() {
                    self.reinvite().await;
                }
            }
            (Order::Refer(to), Phase::Up) => self.send_refer(&to).await,
            (Order::Referred(code), Phase::Up) => self.report_refer(code, false).await,
            // Whoever is leaving already goes nowhere else.
            (Order::HandOver(_), Phase::Leaving | Phase::Over) => {}
            (Order::HandOver(successor), _) if !self.cancelling => {
                self.successor = Some(successor);
                self.leave().await;
            }
            _ => {}
        }
    }

    /// Ends the call in the way its phase asks for: CANCEL, refusal or BYE.
    pub async fn leave(&mut self) {
        match self.phase {
            Phase::Calling => self.cancel().await,
            Phase::Alerting => self.refuse_call(486, End::Refused(486)).await,
            Phase::Up => self.hang_up().await,
            Phase::Leaving | Phase::Over => {}
        }
    }

    /// Notes the end of the call, once.
    pub fn end(&mut self, end: End) {
        if self.phase == Phase::Over {
            return;
        }
        let talked = matches!(self.phase, Phase::Up | Phase::Leaving);
        self.phase = Phase::Over;
        if self.successor.is_none() {
            if talked || !self.shares_media {
                self.media.silence();
            }
            self.log.push(PhoneEvent::Ended(end));
        }
    }

    /// Sends a request and remembers it until it is answered.
    pub async fn send_request(&mut self, request: &Message) -> Flow {
        let flow = self.dialog.way(&self.link.flow);
        flow.send(&request.to_bytes()).await;
        self.transactions.sent(request, &flow, Instant::now());
        flow
    }

    /// Answers a request and remembers the answer in case the request is repeated.
    pub async fn reply(&mut self, request: &Message, flow: &Flow, response: &Message) {
        let bytes = response.to_bytes();
        flow.send(&bytes).await;
        if request.method() == "INVITE" && response.code().is_some_and(|code| code >= 200) {
            let cseq = request.cseq().map_or(0, |(number, _)| number);
            self.transactions
                .answered_invite(cseq, bytes.clone(), flow, Instant::now());
        }
        self.transactions.keep_answer(request, bytes);
    }

    /// Says whether the owner talks to somebody else by now.
    pub fn is_handed_over(&self) -> bool {
        self.successor.is_some()
    }

    pub fn aim(&mut self, aim: crate::media::session::Aim) {
        if !self.is_handed_over() {
            self.media.command(Command::Aim(aim));
        }
    }

    async fn take(&mut self, inbound: Inbound) {
        // The other side may have come back on a new connection after it lost the old one.
        if inbound.flow.is_reliable() && inbound.flow.is_open() {
            self.link.flow = inbound.flow.clone();
        }
        match inbound.message.start {
            Start::Request { .. } => self.on_request(inbound.message, inbound.flow).await,
            Start::Response { code, .. } => self.on_response(inbound.message, code).await,
        }
        if self.invite.is_none()
            && self.their_invite.is_none()
            && let Some(order) = self.postponed.pop_front()
        {
            Box::pin(self.obey(order)).await;
        }
    }

    async fn time_passed(&mut self) {
        let fired = self.transactions.fire(Instant::now());
        for (flow, bytes) in fired.repeats {
            flow.send(&bytes).await;
        }
        for method in fired.given_up {
            match (method.as_str(), self.phase) {
                ("INVITE", Phase::Calling) | ("BYE", _) => self.end(End::TimedOut),
                ("INVITE", _) => {
                    self.invite = None;
                    self.log.push(PhoneEvent::ChangeRefused(408));
                }
                ("ACK", Phase::Up) => self.hang_up().await,
                _ => {}
            }
        }
    }
}
