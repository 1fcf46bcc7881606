//! Owns one call on the line: its phase, its dialog, its media session. Called by the tasks of this folder. Never
//! holds its lock across a wait.

use super::dialog::Dialog;
use super::line::Shared;
use super::session_timer::SessionTimer;
use crate::media::leg::{LegControl, Media};
use crate::media::sdp;
use maitred_actors::ports::telephony::{Error, LineEvent};
use maitred_actors::types::SipCallId;
use rsipstack::sip::{Request, Response};
use rsipstack::transaction::transaction::{TransactionEvent, TransactionEventSender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

/// A call that rings, is being answered, or is up.
pub(super) struct Call {
    pub id: SipCallId,
    /// The INVITE, with our tag in `To`.
    pub invite: Request,
    /// Way into the INVITE's transaction, which runs on a task of its own.
    responses: TransactionEventSender,
    /// Cancelled when the call no longer rings.
    pub settled: CancellationToken,
    state: Mutex<State>,
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

/// The media of an answered call as the signalling sees it.
pub(super) struct Session {
    pub control: LegControl,
    pub local: sdp::Local,
    pub remote: sdp::Remote,
    /// Version of our latest description.
    pub version: u32,
}

impl Session {
    /// Takes a new offer: checks that it keeps to the profile, gives our answer and whether the hold changed.
    pub fn renegotiate(&mut self, offer: sdp::Remote) -> Option<(String, Option<bool>)> {
        if offer.crypto.is_some() != self.local.key.is_some() {
            return None;
        }
        self.version += 1;
        let answer = self.local.answer(&offer, self.version);
        let change = self.adopt(offer);
        Some((answer, change))
    }

    /// Uses the other side's new description; gives the hold if it changed.
    pub fn adopt(&mut self, remote: sdp::Remote) -> Option<bool> {
        self.control.update(Media::from(&remote));
        let (before, now) = (self.remote.holds(), remote.holds());
        self.remote = remote;
        (before != now).then_some(now)
    }

    /// Writes our side again, for a refresh: the same description under the same version.
    pub fn describe(&self) -> String {
        self.local.answer(&self.remote, self.version)
    }
}

impl Call {
    pub fn new(
        id: SipCallId,
        invite: Request,
        responses: TransactionEventSender,
        dialog: Dialog,
    ) -> Self {
        let state = State {
            phase: Phase::Ringing,
            dialog,
            referred: None,
            timer: None,
        };
        Self {
            id,
            invite,
            responses,
            settled: CancellationToken::new(),
            state: Mutex::new(state),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a response to the INVITE.
    pub fn respond(&self, response: Response) {
        // A transaction that is gone has been answered otherwise.
        let _ = self.responses.send(TransactionEvent::Respond(response));
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

    /// Puts up a call whose session could only start after the ACK.
    pub fn come_up(&self, session: Session) -> Result<(), Error> {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Acknowledged) {
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
        shared.forget(&self.id);
        Some(phase)
    }

    /// Ends the call, whatever its phase, and reports `event`; nothing when it was over.
    pub fn end(&self, shared: &Shared, event: LineEvent) {
        if self.end_if(shared, |_| true).is_some() {
            shared.report(event);
        }
    }

    /// Ends the call because the other side hung up or cannot be reached.
    pub fn hung_up(&self, shared: &Shared, reason: &str) {
        self.end(
            shared,
            LineEvent::HungUp {
                call: self.id.clone(),
                reason: reason.to_owned(),
            },
        );
    }
}
