//! What goes wrong, set while the simulator runs.
//!
//! Owns the faults of each route. Called by tests through [`Faults`] and by the server and its connections, which
//! obey them; it never touches a socket itself.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;

/// One of the protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/v1/listen`: recognition by Nova.
    Nova,
    /// `/v2/listen`: recognition with turns by Flux.
    Flux,
    /// `/v1/speak`: synthesis by Aura.
    Speak,
    /// `POST /v1/listen`: a recording, by HTTP.
    Recorded,
}

impl Route {
    /// The routes over WebSockets.
    pub const SOCKETS: [Self; 3] = [Self::Nova, Self::Flux, Self::Speak];

    /// The path of this route.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Nova | Self::Recorded => "/v1/listen",
            Self::Flux => "/v2/listen",
            Self::Speak => "/v1/speak",
        }
    }
}

/// Standing faults of one route.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) answer_delay: Duration,
    pub(crate) upgrade_delay: Duration,
    pub(crate) garbage: bool,
    pub(crate) stall: bool,
    pub(crate) withhold_connected: bool,
    pub(crate) omit_request_id: bool,
    refuse: Option<Refuse>,
    cut_after: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Refuse {
    status: u16,
    left: Option<u32>,
}

/// What an open connection must do at once.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Cut,
    Close(u16, String),
}

/// Handle to the faults of a running simulator; each stays until [`Faults::clear`] unless it says otherwise.
#[derive(Debug)]
pub struct Faults {
    settings: Mutex<[Settings; 4]>,
    commands: broadcast::Sender<(Route, Command)>,
}

impl Faults {
    pub(crate) fn new() -> Self {
        Self {
            settings: Mutex::default(),
            commands: broadcast::Sender::new(64),
        }
    }

    /// Delays every answer by a time, on top of the modelled delays.
    pub fn delay_answers(&self, route: Route, delay: Duration) {
        self.change(route, |settings| settings.answer_delay = delay);
    }

    /// Delays the answer to every request for a connection.
    pub fn delay_upgrades(&self, route: Route, delay: Duration) {
        self.change(route, |settings| settings.upgrade_delay = delay);
    }

    /// Refuses every request for a connection with an HTTP status.
    pub fn refuse(&self, route: Route, status: u16) {
        self.change(route, |settings| {
            settings.refuse = Some(Refuse { status, left: None })
        });
    }

    /// Refuses the next `count` requests for a connection with an HTTP status.
    pub fn refuse_next(&self, route: Route, status: u16, count: u32) {
        self.change(route, |settings| {
            settings.refuse = Some(Refuse {
                status,
                left: Some(count),
            })
        });
    }

    /// Drops the open connections without a closing handshake.
    pub fn cut_now(&self, route: Route) {
        self.command(route, Command::Cut);
    }

    /// Drops, once, the first connection that has sent `messages` messages.
    pub fn cut_after(&self, route: Route, messages: u64) {
        self.change(route, |settings| settings.cut_after = Some(messages));
    }

    /// Closes the open connections with a code and a reason.
    pub fn close(&self, route: Route, code: u16, reason: &str) {
        self.command(route, Command::Close(code, reason.to_owned()));
    }

    /// Sends, before each answer, a message that is no JSON, has no type, or has an unknown type.
    pub fn garbage(&self, route: Route) {
        self.change(route, |settings| settings.garbage = true);
    }

    /// Goes on accepting messages but says nothing: what would have been said is lost.
    pub fn stall(&self, route: Route) {
        self.change(route, |settings| settings.stall = true);
    }

    /// Leaves out the first message: `Connected` of Flux, `Metadata` of Aura.
    pub fn withhold_connected(&self, route: Route) {
        self.change(route, |settings| settings.withhold_connected = true);
    }

    /// Leaves out the `dg-request-id` header.
    pub fn omit_request_id(&self, route: Route) {
        self.change(route, |settings| settings.omit_request_id = true);
    }

    /// Ends the standing faults of a route.
    pub fn clear(&self, route: Route) {
        self.change(route, |settings| *settings = Settings::default());
    }

    pub(crate) fn settings(&self, route: Route) -> Settings {
        self.change(route, |settings| settings.clone())
    }

    /// The status to refuse this request with, if any.
    pub(crate) fn take_refusal(&self, route: Route) -> Option<u16> {
        self.change(route, |settings| {
            let refuse = settings.refuse.as_mut()?;
            if let Some(left) = &mut refuse.left {
                let Some(rest) = left.checked_sub(1) else {
                    settings.refuse = None;
                    return None;
                };
                *left = rest;
            }
            Some(refuse.status)
        })
    }

    /// Whether the connection that sent so many messages is to be cut.
    pub(crate) fn take_cut(&self, route: Route, sent: u64) -> bool {
        self.change(route, |settings| {
            settings.cut_after.take_if(|after| sent >= *after).is_some()
        })
    }

    pub(crate) fn commands(&self) -> broadcast::Receiver<(Route, Command)> {
        self.commands.subscribe()
    }

    fn command(&self, route: Route, command: Command) {
        // Nobody listens when no connection is open; then there is nothing to cut.
        let _ = self.commands.send((route, command));
    }

    fn change<T>(&self, route: Route, change: impl FnOnce(&mut Settings) -> T) -> T {
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings[route as usize])
    }
}
