//! Owns the tree: starts the shared actors and one supervisor per call, and starts again what ends. Told by the line and
//! by the webhooks. Never talks to a caller itself.

use super::board::Board;
use super::directory::Directory;
use super::shared::Shared;
use crate::call::{PartyStatus, Start};
use crate::ports::carrier::Command;
use crate::ports::journal::{Journal, OpenCall};
use crate::ports::observer::Signal;
use crate::ports::telephony::LineEvent;
use crate::supervision::end_of;
use crate::types::{CallId, CallSettings, PhoneNumber};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
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
    /// The API wants a command carried out. The reply tells whether there is such a call, once the wish is in the journal.
    Command {
        /// The call.
        call: CallId,
        /// Key under which it is carried out once.
        key: String,
        /// The command.
        command: Command,
        /// The reply.
        known: oneshot::Sender<bool>,
    },
    /// We are about to call a number on behalf of a caller.
    Dialling(PhoneNumber),
    /// Ask RingCentral for the id of our own extension.
    LearnOwnExtension,
    /// RingCentral told the id of our own extension, or could not be asked.
    OwnExtension(Option<String>),
    /// A call is over.
    CallOver(CallId),
    /// Begin new calls with these settings; calls that have begun keep theirs.
    Settings(Box<CallSettings>),
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
    /// Calls that an earlier process left open.
    pub unfinished: Vec<OpenCall>,
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
        for open in std::mem::take(&mut board.args.unfinished) {
            board.args.world.queue.go_on_from(&open.call, open.last);
            let sip = open.sip_call_id.clone();
            board
                .start_call(&myself.get_cell(), &open.call, Start::OtherProcess, sip)
                .await?;
            board.directory.join_again(&open);
        }
        board.learn_own_extension();
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
            SwitchboardMsg::Command {
                call,
                key,
                command,
                known,
            } => board.command(&call, key, command, known),
            SwitchboardMsg::Dialling(to) => {
                let now = board.args.world.clock.now();
                board.directory.dialling(to, now);
            }
            SwitchboardMsg::LearnOwnExtension => board.learn_own_extension(),
            SwitchboardMsg::OwnExtension(id) => board.own_extension(&myself, id),
            SwitchboardMsg::CallOver(call) => board.call_over(&call),
            SwitchboardMsg::Settings(settings) => board.take_settings(*settings),
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
