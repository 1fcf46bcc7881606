//! Owns one call on the line: its phase, its dialog, its media session. Called by the tasks of this folder. Never
//! holds its lock across a wait.

use super::body::Body;
use super::dialog::Dialog;
use super::line::Shared;
use super::session::Session;
use super::session_timer::SessionTimer;
use maitred_actors::ports::telephony::{Error, LineEvent};
use maitred_actors::types::SipCallId;
use rsipstack::sip::{Header, Request, StatusCode};
use rsipstack::transaction::transaction::{TransactionEvent, TransactionEventSender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A call that rings, is being answered, is being made, or is up.
pub(super) struct Call {
    pub id: SipCallId,
    /// The INVITE that came; none when the call is ours.
    incoming: Option<Incoming>,
    /// Cancelled when the call no longer rings.
    pub settled: CancellationToken,
    /// Cancelled when the call is over.
    pub over: CancellationToken,
    state: Mutex<State>,
}

/// An INVITE from outside.
pub(super) struct Incoming {
    /// The INVITE, with our tag in `To`.
    pub invite: Request,
    /// Way into its transaction, which runs on a task of its own.
    pub responses: TransactionEventSender,
}

pub(super) struct State {
    pub phase: Phase,
    pub dialog: Dialog,
    /// Status codes of a transfer under way (RFC 3515, 2.4.5).
    pub referred: Option<mpsc::UnboundedSender<u16>>,
    /// The session timer; dropping the sender ends its task.
    pub timer: Option<watch::Sender<SessionTimer>>,
}

/// Where the answering task waits for the ACK, or for why there is none.
pub(super) type Acked = oneshot::Sender<Result<Request, Error>>;

/// Where a call stands. Dropping a `Session` ends its media leg.
pub(super) enum Phase {
    Ringing,
    /// Our INVITE is on its way; dropping the guard gives it up.
    Calling(#[expect(dead_code, reason = "held for its drop")] DropGuard),
    /// The 200 is on its way; the session is there unless the ACK has to bring the other side's description.
    Answering {
        acked: Acked,
        session: Option<Session>,
    },
    /// The ACK came and its description is being read.
    Acknowledged,
    Up(Session),
    Over,
}

impl Call {
    /// Makes a call that rings here.
    pub fn ringing(id: SipCallId, incoming: Incoming, dialog: Dialog) -> Self {
        Self::new(id, Some(incoming), dialog, Phase::Ringing)
    }

    /// Makes a call whose INVITE is ours; `give_up` is cancelled when it ends before it is up.
    pub fn calling(dialog: Dialog, give_up: &CancellationToken) -> Self {
        let id = dialog.facts.call_id.clone();
        let phase = Phase::Calling(give_up.clone().drop_guard());
        Self::new(id, None, dialog, phase)
    }

    fn new(id: SipCallId, incoming: Option<Incoming>, dialog: Dialog, phase: Phase) -> Self {
        let state = State {
            phase,
            dialog,
            referred: None,
            timer: None,
        };
        Self {
            id,
            incoming,
            settled: CancellationToken::new(),
            over: CancellationToken::new(),
            state: Mutex::new(state),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the INVITE that came, if one did.
    pub fn invite(&self) -> Option<&Request> {
        self.incoming.as_ref().map(|incoming| &incoming.invite)
    }

    /// Responds to the INVITE that came.
    pub fn respond(
        &self,
        shared: &Shared,
        status: StatusCode,
        headers: Vec<Header>,
        body: Option<Body>,
    ) {
        let Some(Incoming { invite, responses }) = &self.incoming else {
            return;
        };
        let dialog = &self.state().dialog;
        let response = dialog.response(&shared.endpoint, invite, status, headers, body);
        // A transaction that is gone has been answered otherwise.
        let _ = responses.send(TransactionEvent::Respond(response));
    }

    /// Moves from ringing to being answered; the receiver gets the ACK.
    pub fn begin_answer(&self) -> Result<oneshot::Receiver<Result<Request, Error>>, Error> {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Ringing) {
            return Err(Error::NoSuchCall);
        }
        self.settled.cancel();
        let (acked, receiver) = oneshot::channel();
        state.phase = Phase::Answering {
            acked,
            session: None,
        };
        Ok(receiver)
    }

    /// Keeps the session until the ACK comes; gives it back when the call ended meanwhile.
    pub fn hold_session(&self, new: Session) -> Result<(), Error> {
        match &mut self.state().phase {
            Phase::Answering { session, .. } => {
                *session = Some(new);
                Ok(())
            }
            _ => Err(Error::NoSuchCall),
        }
    }

    /// Takes note of the ACK to our 200.
    pub fn acknowledged(&self, ack: Request) {
        let mut state = self.state();
        let phase = std::mem::replace(&mut state.phase, Phase::Over);
        state.phase = match phase {
            Phase::Answering { acked, session } => {
                // The answering task may have given up; the phase counts.
                let _ = acked.send(Ok(ack));
                session.map_or(Phase::Acknowledged, Phase::Up)
            }
            other => other,
        };
    }

    /// Presses keys on a call that is up.
    pub fn press(&self, keys: &str) -> Result<(), Error> {
        let state = self.state();
        let Phase::Up(session) = &state.phase else {
            return Err(Error::NoSuchCall);
        };
        if session.remote.events.is_none() {
            return Err(Error::NoCommonMedia("no telephone events".to_owned()));
        }
        let pressed = session.control.press(keys);
        pressed.then_some(()).ok_or(Error::NoSuchCall)
    }

    /// Puts up a call whose session could only start after the ACK, or that was ours.
    pub fn come_up(&self, session: Session) -> Result<(), Error> {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Acknowledged | Phase::Calling(_)) {
            return Err(Error::NoSuchCall);
        }
        state.phase = Phase::Up(session);
        Ok(())
    }

    /// Ends the call if it is in one of the phases that `which` accepts; gives the phase it was in.
    pub fn end_if(&self, shared: &Shared, which: impl FnOnce(&Phase) -> bool) -> Option<Phase> {
        let mut state = self.state();
        if matches!(state.phase, Phase::Over) || !which(&state.phase) {
            return None;
        }
        state.referred = None;
        state.timer = None;
        let phase = std::mem::replace(&mut state.phase, Phase::Over);
        drop(state);
        self.settled.cancel();
        self.over.cancel();
        shared.forget(&self.id);
        Some(phase)
    }

    /// Ends the call, whatever its phase, and reports `event`; nothing when it was over.
    pub fn end(&self, shared: &Shared, event: LineEvent) {
        if self.end_if(shared, |_| true).is_some() {
            shared.report(event);
        }
    }

    /// Ends the call because the other side hung up or cannot be reached. Whoever is still calling learns it otherwise.
    pub fn hung_up(&self, shared: &Shared, reason: &str) {
        let ended = self.end_if(shared, |_| true);
        if ended.is_some_and(|phase| !matches!(phase, Phase::Calling(_))) {
            shared.report(LineEvent::HungUp {
                call: self.id.clone(),
                reason: reason.to_owned(),
            });
        }
    }
}
