//! Transactions: what is sent again until it is answered, and answers kept for repeated requests
//! (RFC 3261 section 17).
//!
//! Owns retransmission timers; the phone drives it. It never reads the clock and never touches a socket.

use std::time::{Duration, Instant};

use super::flow::Flow;
use super::message::Message;

/// Limits the pause between repetitions, except of an INVITE.
const T2: Duration = Duration::from_secs(4);
const LIFETIME_T1: u32 = 64;
const ANSWERS_KEPT: usize = 32;

/// Says how a pending message is recognised when its answer comes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Awaits {
    Response { branch: String, method: String },
    Ack { cseq: u32 },
}

#[derive(Debug)]
struct Pending {
    awaits: Awaits,
    bytes: Vec<u8>,
    flow: Flow,
    pause: Duration,
    repeat_at: Option<Instant>,
    gives_up_at: Option<Instant>,
}

/// Holds what to do now that time has passed.
#[derive(Debug, Default)]
pub struct Fired {
    /// Lists messages to send again.
    pub repeats: Vec<(Flow, Vec<u8>)>,
    /// Lists methods of requests that were never answered; `ACK` where one never came.
    pub given_up: Vec<String>,
}

/// Holds the open transactions of one call.
#[derive(Debug)]
pub struct Transactions {
    t1: Duration,
    pending: Vec<Pending>,
    answers: Vec<(String, String, Vec<u8>)>,
}

impl Transactions {
    /// Starts with no transaction; `t1` is the round-trip estimate, 500 ms by RFC 3261.
    pub fn new(t1: Duration) -> Self {
        Self {
            t1,
            pending: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Remembers a request that has been sent.
    pub fn sent(&mut self, request: &Message, flow: &Flow, now: Instant) {
        let branch = request.branch().unwrap_or_default().to_owned();
        let awaits = Awaits::Response {
            branch,
            method: request.method().to_owned(),
        };
        let repeat_at = (!flow.is_reliable()).then_some(now + self.t1);
        self.remember(awaits, request.to_bytes(), flow, repeat_at, now);
    }

    /// Remembers a final answer to an INVITE, repeated on any transport until the ACK comes.
    pub fn answered_invite(&mut self, cseq: u32, bytes: Vec<u8>, flow: &Flow, now: Instant) {
        let repeat_at = Some(now + self.t1);
        self.remember(Awaits::Ack { cseq }, bytes, flow, repeat_at, now);
    }

    /// Takes a response; says whether it belongs to an open transaction.
    pub fn answered(&mut self, response: &Message) -> bool {
        let code = response.code().unwrap_or_default();
        let ours = |pending: &Pending| match &pending.awaits {
            Awaits::Response { branch, method } => {
                response.branch() == Some(branch) && response.method() == method
            }
            Awaits::Ack { .. } => false,
        };
        let Some(at) = self.pending.iter().position(ours) else {
            return false;
        };
        if code >= 200 {
            self.pending.remove(at);
        } else if response.method() == "INVITE" {
            // Somebody is ringing: neither repeat nor give up.
            self.pending[at].repeat_at = None;
            self.pending[at].gives_up_at = None;
        } else {
            self.pending[at].pause = T2;
        }
        true
    }

    /// Takes an ACK.
    pub fn acknowledged(&mut self, cseq: u32) {
        self.pending
            .retain(|pending| pending.awaits != Awaits::Ack { cseq });
    }

    /// Says whether requests or answers are still open.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Tells when something has to be done next.
    pub fn due(&self) -> Option<Instant> {
        self.pending
            .iter()
            .flat_map(|pending| pending.repeat_at.into_iter().chain(pending.gives_up_at))
            .min()
    }

    /// Finds what has to be repeated or given up by now.
    pub fn fire(&mut self, now: Instant) -> Fired {
        let mut fired = Fired::default();
        self.pending.retain_mut(|pending| {
            if pending.gives_up_at.is_some_and(|at| at <= now) {
                fired.given_up.push(match &pending.awaits {
                    Awaits::Response { method, .. } => method.clone(),
                    Awaits::Ack { .. } => "ACK".to_owned(),
                });
                return false;
            }
            if pending.repeat_at.is_some_and(|at| at <= now) {
                let is_invite = matches!(&pending.awaits, Awaits::Response { method, .. } if method == "INVITE");
                pending.pause *= 2;
                if !is_invite {
                    pending.pause = pending.pause.min(T2);
                }
                pending.repeat_at = Some(now + pending.pause);
                fired.repeats.push((pending.flow.clone(), pending.bytes.clone()));
            }
            true
        });
        fired
    }

    /// Keeps the answer to a request, to be given again when the request is repeated.
    pub fn keep_answer(&mut self, request: &Message, bytes: Vec<u8>) {
        let (branch, method) = (request.branch().unwrap_or_default(), request.method());
        self.answers
            .retain(|(known, of, _)| known != branch || of != method);
        if self.answers.len() == ANSWERS_KEPT {
            self.answers.remove(0);
        }
        self.answers
            .push((branch.to_owned(), method.to_owned(), bytes));
    }

    /// Finds the answer that was given to a request before.
    pub fn kept_answer(&self, request: &Message) -> Option<&[u8]> {
        let (branch, method) = (request.branch()?, request.method());
        let kept = self
            .answers
            .iter()
            .find(|(known, of, _)| known == branch && of == method);
        kept.map(|(_, _, bytes)| bytes.as_slice())
    }

    fn remember(
        &mut self,
        awaits: Awaits,
        bytes: Vec<u8>,
        flow: &Flow,
        repeat_at: Option<Instant>,
        now: Instant,
    ) {
        let gives_up_at = Some(now + self.t1 * LIFETIME_T1);
        let flow = flow.clone();
        self.pending.push(Pending {
            awaits,
            bytes,
            flow,
            pause: self.t1,
            repeat_at,
            gives_up_at,
        });
    }
}
