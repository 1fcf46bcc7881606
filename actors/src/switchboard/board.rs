//! Owns which calls there are: admits and refuses, joins what the line and RingCentral report to one call, and forgets
//! calls that are over. Called by the switchboard for each message.

use super::SwitchboardMsg;
use super::actor::SwitchboardArgs;
use super::directory::{Belongs, Directory};
use super::shared::Shared;
use crate::archivist::ArchivistMsg;
use crate::booking_desk::BookingDeskMsg;
use crate::call::{CallSupervisor, Event, PartyStatus, Start, SupervisorArgs, SupervisorMsg};
use crate::phone_line::PhoneLineMsg;
use crate::ports::carrier::Command;
use crate::ports::observer::Signal;
use crate::ports::telephony::{LineEvent, Offer, Refusal};
use crate::registry::Role;
use crate::speech_desk::SpeechDeskMsg;
use crate::types::{CallId, CallSettings, SipCallId};
use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Time between two attempts to learn who we are at RingCentral.
const WHO_AGAIN: Duration = Duration::from_secs(30);

/// What the switchboard holds.
pub struct Board {
    pub(super) args: SwitchboardArgs,
    pub(super) directory: Directory,
    pub(super) shared: HashMap<ActorId, Shared>,
    pub(super) supervisors: HashMap<ActorId, CallId>,
    pub(super) registered: Option<bool>,
    pub(super) closing: bool,
}

impl Board {
    pub(super) async fn line(
        &mut self,
        myself: &ActorCell,
        event: LineEvent,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            LineEvent::Offered(offer) => self.offered(myself, offer).await?,
            LineEvent::Cancelled { call } => {
                let dialog = Some(call.clone());
                self.tell_dialog(&call, Event::CallerCancelled { dialog });
                self.directory.dialog_over(&call);
            }
            LineEvent::HungUp { call, reason } => {
                let dialog = Some(call.clone());
                self.tell_dialog(&call, Event::CallerHungUp { dialog, reason });
                self.directory.dialog_over(&call);
            }
            LineEvent::HoldChanged { call, held } => {
                self.tell_dialog(&call, Event::HoldChanged { held });
            }
            LineEvent::Registered { .. } => {
                self.registered = Some(true);
                self.args.world.note(Signal::Registered(true));
            }
            LineEvent::RegistrationLost { reason } => {
                tracing::warn!(reason, "registration lost");
                self.registered = Some(false);
                self.args.world.note(Signal::Registered(false));
            }
        }
        Ok(())
    }

    fn tell_dialog(&self, sip: &SipCallId, event: Event) {
        if let Some(call) = self.directory.of_dialog(sip) {
            self.args.world.queue.append(call, event);
        }
    }

    async fn offered(
        &mut self,
        myself: &ActorCell,
        offer: Offer,
    ) -> Result<(), ActorProcessingErr> {
        if self.directory.of_dialog(&offer.sip_call_id).is_some() {
            return Ok(());
        }
        let now = self.args.world.clock.now();
        let call = match self.directory.find_for_offer(&offer, now) {
            Some(call) => call,
            None => match self.admit() {
                Ok(()) => self.begin(myself, Some(offer.sip_call_id.clone())).await?,
                Err((reason, refusal)) => {
                    self.refuse(offer.sip_call_id, reason, refusal);
                    return Ok(());
                }
            },
        };
        self.directory.join_dialog(&call, &offer);
        self.args.world.queue.append(&call, Event::Rang { offer });
        Ok(())
    }

    pub(super) async fn session(
        &mut self,
        myself: &ActorCell,
        status: PartyStatus,
        written: oneshot::Sender<()>,
    ) -> Result<(), ActorProcessingErr> {
        let now = self.args.world.clock.now();
        let call = match self.directory.find_for_session(&status, now) {
            Belongs::To(call) => call,
            // Whatever comes first: a report of the end may overtake that of the beginning.
            Belongs::ToNobody if !self.closing => self.begin(myself, None).await?,
            // Without an answer RingCentral delivers it again, to the next process.
            Belongs::ToNobody => return Ok(()),
            Belongs::ToThePast => {
                let _ = written.send(());
                return Ok(());
            }
        };
        self.directory.join_session(&call, &status);
        let journaled = self.args.world.queue.append_and_tell(
            &call,
            Event::SessionChanged {
                status: Box::new(status),
            },
        );
        tokio::spawn(async move {
            if journaled.await.is_ok() {
                let _ = written.send(());
            }
        });
        Ok(())
    }

    fn admit(&self) -> Result<(), (&'static str, Refusal)> {
        if self.closing {
            return Err(("closing", Refusal::Unavailable));
        }
        if self.args.world.queue.is_saturated() {
            return Err(("journal_behind", Refusal::Unavailable));
        }
        if self.directory.on_the_line() >= self.args.calls_max {
            return Err(("too_many_calls", Refusal::Busy));
        }
        Ok(())
    }

    fn refuse(&self, sip: SipCallId, reason: &'static str, refusal: Refusal) {
        self.args.world.note(Signal::CallRefused { reason });
        tracing::warn!(reason, "call refused");
        let line = Arc::clone(&self.args.world.line);
        tokio::spawn(async move {
            if let Err(error) = line.refuse(&sip, refusal).await {
                tracing::debug!(%error, "refused call was gone already");
            }
        });
    }

    async fn begin(
        &mut self,
        myself: &ActorCell,
        sip: Option<SipCallId>,
    ) -> Result<CallId, ActorProcessingErr> {
        let call = self.args.world.clock.new_call_id();
        self.start_call(myself, &call, Start::New, sip).await?;
        let settings = Box::new(self.args.settings.clone());
        self.args
            .world
            .queue
            .append(&call, Event::Admitted { settings });
        if !self.speech_works().await {
            tracing::error!(call.id = %call, "no recogniser or no voice works");
            self.args.world.queue.append(&call, Event::VoiceDown);
        }
        Ok(call)
    }

    /// Asks the speech desk, which answers from memory. One that is being started again counts as working.
    async fn speech_works(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        let asked = SpeechDeskMsg::Works(reply);
        !self.args.world.registry.tell(Role::SpeechDesk, asked) || answer.await.unwrap_or(true)
    }

    /// Asks RingCentral for the id of our own extension, by which calls that begin from then on tell our leg from others'.
    pub(super) fn learn_own_extension(&self) {
        let world = self.args.world.clone();
        if !world.carrier.is_configured() {
            return;
        }
        tokio::spawn(async move {
            let told = SwitchboardMsg::OwnExtension(world.carrier.own_extension().await);
            world.registry.tell(Role::Switchboard, told);
        });
    }

    /// Takes the settings with which calls begin from now on.
    pub(super) fn take_settings(&mut self, settings: CallSettings) {
        let own_extension = self.args.settings.own_extension.take();
        self.args.settings = CallSettings {
            own_extension,
            ..settings
        };
    }

    /// Takes the id of our own extension, or asks again a little later.
    pub(super) fn own_extension(&mut self, myself: &ActorRef<SwitchboardMsg>, id: Option<String>) {
        if id.is_none() {
            myself.send_after(WHO_AGAIN, || SwitchboardMsg::LearnOwnExtension);
        }
        self.args.settings.own_extension = id;
    }

    pub(super) fn command(
        &self,
        call: &CallId,
        key: String,
        command: Command,
        known: oneshot::Sender<bool>,
    ) {
        if !self.directory.calls().any(|live| live == call) {
            // Whoever asked may have gone away meanwhile.
            let _ = known.send(false);
            return;
        }
        let wish = Event::CommandAsked { key, command };
        let journaled = self.args.world.queue.append_and_tell(call, wish);
        tokio::spawn(async move {
            if journaled.await.is_ok() {
                let _ = known.send(true);
            }
        });
    }

    pub(super) async fn start_call(
        &mut self,
        myself: &ActorCell,
        call: &CallId,
        start: Start,
        sip: Option<SipCallId>,
    ) -> Result<(), ActorProcessingErr> {
        let args = SupervisorArgs {
            call: call.clone(),
            start,
            sip,
            fallback: self.args.settings.fallback.clone(),
            world: self.args.world.clone(),
        };
        let name = self.args.world.registry.name(Role::CallSupervisor(call));
        let (supervisor, _) =
            Actor::spawn_linked(Some(name), CallSupervisor, args, myself.clone()).await?;
        self.supervisors.insert(supervisor.get_id(), call.clone());
        self.directory
            .begin(call.clone(), self.args.world.clock.now());
        Ok(())
    }

    pub(super) fn call_over(&mut self, call: &CallId) {
        self.directory.finish(call, self.args.world.clock.now());
        self.args.world.queue.forget(call);
        let registry = &self.args.world.registry;
        registry.tell(Role::PhoneLine, PhoneLineMsg::Forget(call.clone()));
        registry.tell(Role::BookingDesk, BookingDeskMsg::Release(call.clone()));
        registry.tell(Role::Archivist, ArchivistMsg::Over(call.clone()));
        let supervisor = registry.name(Role::CallSupervisor(call));
        if let Some(supervisor) = ActorRef::<SupervisorMsg>::where_is(supervisor) {
            supervisor.stop(None);
        }
    }

    /// Ends a call whose supervisor crashed: its audio went with it.
    pub(super) fn supervisor_lost(&mut self, call: &CallId, reason: &str) {
        tracing::error!(call.id = %call, reason, "supervisor of a call ended");
        let world = self.args.world.clone();
        world.note(Signal::Restarted {
            actor: "call_supervisor",
            reason: "error",
        });
        world.note(Signal::CallEnded {
            direction: "unknown",
            mode: "unknown",
            outcome: "failed",
        });
        world.queue.append(
            call,
            Event::Abandoned {
                reason: "supervisor ended".to_owned(),
            },
        );
        let failed = crate::ports::journal::Projection::Failed {
            call: call.clone(),
            at: world.clock.now(),
        };
        world.queue.project(failed);
        if let Some(sip) = self.directory.dialog_of(call) {
            let to = self.args.settings.fallback.clone();
            world
                .registry
                .tell(Role::PhoneLine, PhoneLineMsg::LastWords { sip, to });
        }
        self.call_over(call);
    }

    pub(super) fn close(&mut self) {
        self.closing = true;
        for call in self.directory.calls() {
            self.args.world.queue.append(call, Event::ServerClosing);
        }
    }
}
