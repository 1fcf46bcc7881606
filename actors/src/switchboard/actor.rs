//! Owns the tree: starts the shared actors and one supervisor per call, starts again what ends, admits and refuses.
//! Told by the line and by the webhooks. Never talks to a caller itself.

use super::directory::{Belongs, Directory};
use crate::archivist::{Archivist, ArchivistMsg};
use crate::booking_desk::BookingDesk;
use crate::call::{CallSupervisor, Event, PartyStatus, Start, SupervisorArgs, SupervisorMsg};
use crate::interpreter::Interpreter;
use crate::phone_line::{PhoneLine, PhoneLineMsg};
use crate::ports::journal::Journal;
use crate::ports::observer::Signal;
use crate::ports::telephony::{LineEvent, Offer, Refusal};
use crate::registry::Role;
use crate::scribe::Scribe;
use crate::speech_desk::SpeechDesk;
use crate::supervision::end_of;
use crate::types::{CallId, CallSettings, SipCallId};
use crate::world::World;
use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The root supervisor and registry.
pub struct Switchboard;

/// How things stand, for `/ready` and the shutdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Calls that are live.
    pub calls: usize,
    /// Whether the line is registered; `None` where it need not be.
    pub registered: Option<bool>,
    /// Whether new calls are turned away because the server closes.
    pub closing: bool,
}

/// What the switchboard is told.
pub enum SwitchboardMsg {
    /// The line reports.
    Line(LineEvent),
    /// RingCentral reports a party. The reply comes when the report is in the journal.
    Session(Box<PartyStatus>, oneshot::Sender<()>),
    /// A call is over.
    CallOver(CallId),
    /// Take no more calls.
    Close,
    /// Tell how things stand.
    Stand(oneshot::Sender<Standing>),
}

/// What the switchboard needs.
pub struct SwitchboardArgs {
    /// Everything that actors are given.
    pub world: World,
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// Settings with which calls begin.
    pub settings: CallSettings,
    /// Most calls at a time.
    pub calls_max: usize,
    /// Calls that an earlier process left open, with the number of their last entry.
    pub unfinished: Vec<(CallId, u64)>,
}

/// What the switchboard holds.
pub struct Board {
    args: SwitchboardArgs,
    directory: Directory,
    shared: HashMap<ActorId, Shared>,
    supervisors: HashMap<ActorId, CallId>,
    registered: Option<bool>,
    closing: bool,
}

#[derive(Clone, Copy, Debug)]
enum Shared {
    Scribe,
    PhoneLine,
    SpeechDesk,
    Interpreter,
    BookingDesk,
    Archivist,
}

impl Shared {
    fn name(self) -> &'static str {
        match self {
            Self::Scribe => "scribe",
            Self::PhoneLine => "phone_line",
            Self::SpeechDesk => "speech_desk",
            Self::Interpreter => "interpreter",
            Self::BookingDesk => "booking_desk",
            Self::Archivist => "archivist",
        }
    }
}

impl Actor for Switchboard {
    type Msg = SwitchboardMsg;
    type State = Board;
    type Arguments = SwitchboardArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        let mut board = Board {
            args,
            directory: Directory::default(),
            shared: HashMap::new(),
            supervisors: HashMap::new(),
            registered: None,
            closing: false,
        };
        let all = [
            Shared::Scribe,
            Shared::SpeechDesk,
            Shared::Interpreter,
            Shared::BookingDesk,
            Shared::Archivist,
            Shared::PhoneLine,
        ];
        for shared in all {
            board.start_shared(&myself.get_cell(), shared).await?;
        }
        for (call, last) in std::mem::take(&mut board.args.unfinished) {
            board.args.world.queue.go_on_from(&call, last);
            board
                .start_call(&myself.get_cell(), &call, Start::OtherProcess, None)
                .await?;
        }
        Ok(board)
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        board: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SwitchboardMsg::Line(event) => board.line(&myself.get_cell(), event).await?,
            SwitchboardMsg::Session(status, written) => {
                board.session(&myself.get_cell(), *status, written).await?;
            }
            SwitchboardMsg::CallOver(call) => board.call_over(&call),
            SwitchboardMsg::Close => board.close(),
            SwitchboardMsg::Stand(reply) => {
                let standing = Standing {
                    calls: board.directory.len(),
                    registered: board.registered,
                    closing: board.closing,
                };
                // Whoever asked may have gone away meanwhile.
                let _ = reply.send(standing);
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        board: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let Some(end) = end_of(event) else {
            return Ok(());
        };
        let (who, reason) = (end.who, end.detail);
        if let Some(shared) = board.shared.remove(&who.get_id()) {
            tracing::error!(
                actor = shared.name(),
                reason,
                "shared actor ended, starting it again"
            );
            board.args.world.note(Signal::Restarted {
                actor: shared.name(),
                reason: end.reason,
            });
            return board.start_shared(&myself.get_cell(), shared).await;
        }
        if let Some(call) = board.supervisors.remove(&who.get_id())
            && board.directory.calls().any(|live| *live == call)
        {
            board.supervisor_lost(&call, &reason);
        }
        Ok(())
    }
}

impl Board {
    async fn start_shared(
        &mut self,
        myself: &ActorCell,
        shared: Shared,
    ) -> Result<(), ActorProcessingErr> {
        let world = self.args.world.clone();
        let name = |role| Some(world.registry.name(role));
        let boss = myself.clone();
        let cell = match shared {
            Shared::Scribe => {
                let args = (world.clone(), Arc::clone(&self.args.journal));
                Actor::spawn_linked(name(Role::Scribe), Scribe, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::PhoneLine => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::PhoneLine), PhoneLine, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::SpeechDesk => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::SpeechDesk), SpeechDesk, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::Interpreter => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::Interpreter), Interpreter, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::BookingDesk => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::BookingDesk), BookingDesk, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
            Shared::Archivist => {
                let args = world.clone();
                Actor::spawn_linked(name(Role::Archivist), Archivist, args, boss)
                    .await?
                    .0
                    .get_cell()
            }
        };
        self.shared.insert(cell.get_id(), shared);
        Ok(())
    }

    async fn line(
        &mut self,
        myself: &ActorCell,
        event: LineEvent,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            LineEvent::Offered(offer) => self.offered(myself, offer).await?,
            LineEvent::Cancelled { call } => self.tell_dialog(&call, Event::CallerCancelled),
            LineEvent::HungUp { call, reason } => {
                self.tell_dialog(&call, Event::CallerHungUp { reason });
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

    async fn session(
        &mut self,
        myself: &ActorCell,
        status: PartyStatus,
        written: oneshot::Sender<()>,
    ) -> Result<(), ActorProcessingErr> {
        let now = self.args.world.clock.now();
        let call = match self.directory.find_for_session(&status, now) {
            Belongs::To(call) => call,
            Belongs::ToNobody if !status.is_over() && self.admit().is_ok() => {
                self.begin(myself, None).await?
            }
            Belongs::ToThePast | Belongs::ToNobody => {
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
        if self.directory.len() >= self.args.calls_max {
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
        Ok(call)
    }

    async fn start_call(
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

    fn call_over(&mut self, call: &CallId) {
        self.directory.finish(call, self.args.world.clock.now());
        self.args.world.queue.forget(call);
        let registry = &self.args.world.registry;
        registry.tell(Role::PhoneLine, PhoneLineMsg::Forget(call.clone()));
        registry.tell(Role::Archivist, ArchivistMsg::Look);
        let supervisor = registry.name(Role::CallSupervisor(call));
        if let Some(supervisor) = ActorRef::<SupervisorMsg>::where_is(supervisor) {
            supervisor.stop(None);
        }
    }

    /// Ends a call whose supervisor crashed: its audio went with it.
    fn supervisor_lost(&mut self, call: &CallId, reason: &str) {
        tracing::error!(call.id = %call, reason, "supervisor of a call ended");
        let world = self.args.world.clone();
        world.note(Signal::Restarted {
            actor: "call_supervisor",
            reason: "error",
        });
        world.note(Signal::CallEnded { outcome: "failed" });
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

    fn close(&mut self) {
        self.closing = true;
        for call in self.directory.calls() {
            self.args.world.queue.append(call, Event::ServerClosing);
        }
    }
}
