//! The handle of a telephone in a call: speak, listen, press keys, hold, hang up.
//!
//! Owns nothing but channels to the agent and the media; tests hold it. Dropping it ends the call.

use std::time::Duration;

use tokio::sync::mpsc;

use super::agent::Order;
use super::events::{CallError, End, EventLog, Events, PhoneEvent};
use super::line::Line;
use crate::media::dtmf;
use crate::media::session::{Command, MediaCounts, MediaSession, Playing, Recording};
use crate::media::{HeardFrame, RtpFaults};
use crate::sip::Message;
use crate::sip::sdp::Direction;

/// Bounds the wait for the other side in calls that take no deadline.
const PATIENCE: Duration = Duration::from_secs(10);
const KEY_STEPS: u16 = 4;

/// Is one end of one call.
pub struct Leg {
    pub(super) orders: mpsc::UnboundedSender<Order>,
    pub(super) events: Events,
    pub(super) log: EventLog,
    pub(super) media: MediaSession,
    pub(super) invite: Message,
}

impl Leg {
    /// Shows the INVITE that began the call; on the calling side without Via and CSeq.
    pub fn invite(&self) -> &Message {
        &self.invite
    }

    /// Tells the Call-ID.
    pub fn call_id(&self) -> &str {
        self.invite.call_id()
    }

    /// Reads what happened, from the beginning of the call.
    pub fn events(&self) -> Events {
        self.events.clone()
    }

    /// Queues 8 kHz samples behind what is being said; between clips the phone sends silence.
    pub fn speak(&self, samples: &[i16]) -> Playing {
        self.media.speak(samples)
    }

    /// Stops at once and forgets what was queued.
    pub fn stop_speaking(&self) {
        self.media.command(Command::Stop);
    }

    /// Opens a stream of received 20 ms frames in playout order, from now on.
    pub fn audio(&self) -> mpsc::UnboundedReceiver<HeardFrame> {
        self.media.audio()
    }

    /// Copies what was said and heard so far; empty unless the plan asked for a recording.
    pub fn recording(&self) -> Recording {
        self.media.recording()
    }

    /// Tells the packet counts.
    pub fn counts(&self) -> MediaCounts {
        self.media.counts()
    }

    /// Presses keys one after the other, about 100 ms each (RFC 4733); unknown characters are skipped.
    pub fn press(&self, keys: &str) {
        for event in keys.chars().filter_map(dtmf::event_of) {
            self.media.command(Command::Press(event, KEY_STEPS));
        }
    }

    /// Lets the outgoing RTP suffer from now on.
    pub fn set_faults(&self, faults: RtpFaults) {
        self.media.command(Command::Faults(faults));
    }

    /// Puts the other side on hold with `a=sendonly`.
    ///
    /// # Errors
    /// Fails when the other side refuses, or does not answer within ten seconds.
    pub async fn hold(&self) -> Result<(), CallError> {
        self.change(Order::Change(Direction::SendOnly)).await
    }

    /// Stops media in both directions with `a=inactive`.
    ///
    /// # Errors
    /// Fails when the other side refuses, or does not answer within ten seconds.
    pub async fn deactivate(&self) -> Result<(), CallError> {
        self.change(Order::Change(Direction::Inactive)).await
    }

    /// Takes the other side back from hold.
    ///
    /// # Errors
    /// Fails when the other side refuses, or does not answer within ten seconds.
    pub async fn resume(&self) -> Result<(), CallError> {
        self.change(Order::Change(Direction::SendRecv)).await
    }

    /// Moves the media of this side to a new port, with a new key where media is encrypted.
    ///
    /// # Errors
    /// Fails when the other side refuses, or does not answer within ten seconds.
    pub async fn relocate(&self) -> Result<(), CallError> {
        self.change(Order::Relocate).await
    }

    /// Sends REFER and tells the status it was answered with.
    ///
    /// # Errors
    /// Fails when the call ends or nothing comes within ten seconds.
    pub async fn refer(&self, to: &str) -> Result<u16, CallError> {
        let mut events = self.events.clone().from_now();
        let _ = self.orders.send(Order::Refer(to.to_owned()));
        let answered = |event: &PhoneEvent| match event {
            PhoneEvent::ReferAnswered(code) => Some(*code),
            _ => None,
        };
        events
            .until(PATIENCE, |happened| answered(&happened.event))
            .await
    }

    /// Hangs up and waits until the other side has confirmed.
    ///
    /// # Errors
    /// Fails when nothing comes back within ten seconds.
    pub async fn hang_up(&self) -> Result<End, CallError> {
        let _ = self.orders.send(Order::HangUp);
        self.ended(PATIENCE).await
    }

    /// Lets the network reach into the call without keeping it alive.
    pub fn line(&self) -> Line {
        Line {
            orders: self.orders.downgrade(),
            log: self.log.clone(),
            media: self.media.clone(),
        }
    }

    /// Waits for the end of the call.
    ///
    /// # Errors
    /// Fails when the call does not end in time.
    pub async fn ended(&self, within: Duration) -> Result<End, CallError> {
        let ended = |event: &PhoneEvent| match event {
            PhoneEvent::Ended(end) => Some(*end),
            _ => None,
        };
        self.events()
            .until(within, |happened| ended(&happened.event))
            .await
    }

    /// Answers a call that rings.
    pub fn answer(&self) {
        let _ = self.orders.send(Order::Answer);
    }

    /// Refuses a call that rings.
    pub fn refuse(&self, code: u16) {
        let _ = self.orders.send(Order::Refuse(code));
    }

    async fn change(&self, order: Order) -> Result<(), CallError> {
        let mut events = self.events.clone().from_now();
        let _ = self.orders.send(order);
        let settled = |event: &PhoneEvent| match event {
            PhoneEvent::Changed => Some(Ok(())),
            PhoneEvent::ChangeRefused(code) => Some(Err(CallError::Refused(*code))),
            _ => None,
        };
        events
            .until(PATIENCE, |happened| settled(&happened.event))
            .await?
    }
}
