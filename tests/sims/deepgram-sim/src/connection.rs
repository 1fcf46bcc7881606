//! One WebSocket, from its upgrade to its end.
//!
//! Owns the socket, the timing of answers and the obedience to faults. Called by the server with one of the three
//! protocols as its [`Session`]; it never reads what a message says.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use crate::faults::{Command, Route};
use crate::observe;
use crate::outgoing::{Answer, Out, Outgoing};
use crate::server::Shared;

/// How long a closed connection waits for the peer's part of the closing handshake.
const CLOSING: Duration = Duration::from_secs(1);

/// Messages that a client must survive.
const GARBAGE: [&str; 4] = [
    "}{ this is no JSON",
    r#"{"type":"Serendipity","sequence_id":-1,"payload":{"a":[1,2,3]}}"#,
    r#"{"no":"type"}"#,
    "[]",
];

/// A protocol: turns what arrives into answers.
pub(crate) trait Session: Send + 'static {
    /// Begins.
    fn open(&mut self) -> Vec<Answer>;
    /// Takes a text message.
    fn text(&mut self, message: &str) -> Vec<Answer>;
    /// Takes a binary message.
    fn audio(&mut self, octets: &[u8]) -> Vec<Answer>;
    /// How long the client may be silent.
    fn idle_limit(&self) -> Option<Duration>;
    /// Whether a text message counts against the idle limit.
    fn text_keeps_alive(&self) -> bool;
}

/// Where a protocol notes what it heard and spoke.
#[derive(Debug, Clone)]
pub(crate) struct Notes {
    pub(crate) shared: Arc<Shared>,
    pub(crate) route: Route,
    pub(crate) request_id: String,
}

impl Notes {
    /// Notes a final transcript, unless it is empty.
    pub(crate) fn heard(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        let heard = observe::Heard {
            request_id: self.request_id.clone(),
            text: text.to_owned(),
        };
        self.shared.record.write(|state| state.heard.push(heard));
    }

    /// Notes the transcript of a turn that is probably over.
    pub(crate) fn eager(&self, text: &str) {
        let heard = observe::Heard {
            request_id: self.request_id.clone(),
            text: text.to_owned(),
        };
        self.shared.record.write(|state| state.eager.push(heard));
    }

    /// Notes a spoken text.
    pub(crate) fn spoken(&self, text: &str) {
        let spoken = observe::Spoken {
            request_id: self.request_id.clone(),
            text: text.to_owned(),
        };
        self.shared.record.write(|state| state.spoken.push(spoken));
    }
}

/// Whether a connection goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    Go,
    Stop,
}

struct Line<S> {
    socket: WebSocket,
    session: S,
    notes: Notes,
    index: usize,
    outgoing: Outgoing,
    sent: u64,
    alive: Instant,
}

/// Serves a connection until it ends.
pub(crate) async fn run(socket: WebSocket, session: impl Session, notes: Notes, query: String) {
    // Listens before it is seen, so that who has seen it can cut it.
    let commands = notes.shared.faults.commands();
    let mut index = 0;
    notes.shared.record.write(|state| {
        index = state.connections.len();
        state.connections.push(observe::Connection {
            route: notes.route,
            request_id: notes.request_id.clone(),
            query,
            open: true,
            audio_octets: 0,
            messages: Vec::new(),
        });
    });
    let outgoing = Outgoing::default();
    let mut line = Line {
        socket,
        session,
        notes,
        index,
        outgoing,
        sent: 0,
        alive: Instant::now(),
    };
    line.serve(commands).await;
    line.note(|connection| connection.open = false);
}

impl<S: Session> Line<S> {
    async fn serve(&mut self, mut commands: Receiver<(Route, Command)>) {
        let greeting = self.session.open();
        self.answer(greeting);
        loop {
            if self
                .notes
                .shared
                .faults
                .take_cut(self.notes.route, self.sent)
            {
                return;
            }
            let due = self.outgoing.due();
            let idle = self.session.idle_limit().map(|limit| self.alive + limit);
            let flow = tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Ok((route, Command::Cut)) if route == self.notes.route => return,
                    Ok((route, Command::Close(code, reason))) if route == self.notes.route => {
                        self.close(Some((code, reason))).await
                    }
                    Err(RecvError::Closed) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => Flow::Go,
                },
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.receive(message),
                    Some(Err(_)) | None => Flow::Stop,
                },
                () = at(due) => self.send_next().await,
                () = at(idle) => {
                    let reason = "NET-0001: did not receive audio data or a text message within the timeout window";
                    self.close(Some((1011, reason.to_owned()))).await
                }
            };
            if flow == Flow::Stop {
                return;
            }
        }
    }

    fn receive(&mut self, message: Message) -> Flow {
        // Noted only when the answers are queued or lost: who sees the note knows which faults they met.
        match message {
            Message::Text(text) => {
                let answers = self.session.text(&text);
                if self.session.text_keeps_alive() {
                    self.alive = Instant::now();
                }
                self.answer(answers);
                self.note(|connection| connection.messages.push(text.to_string()));
            }
            Message::Binary(octets) => {
                self.alive = Instant::now();
                let answers = self.session.audio(&octets);
                self.answer(answers);
                self.note(|connection| connection.audio_octets += octets.len() as u64);
            }
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => return Flow::Stop,
        }
        Flow::Go
    }

    fn answer(&mut self, answers: Vec<Answer>) {
        let faults = self.notes.shared.faults.settings(self.notes.route);
        if !faults.stall {
            self.outgoing.add(
                answers,
                faults.answer_delay,
                self.notes.shared.config.stale_frames,
            );
        }
    }

    async fn send_next(&mut self) -> Flow {
        let Some(out) = self.outgoing.take() else {
            return Flow::Go;
        };
        let faults = self.notes.shared.faults.settings(self.notes.route);
        let withheld = faults.withhold_connected && matches!(out, Out::Greeting(_));
        if faults.stall || withheld {
            return Flow::Go;
        }
        if faults.garbage {
            let garbage = GARBAGE[self.sent as usize % GARBAGE.len()];
            if self.socket.send(Message::text(garbage)).await.is_err() {
                return Flow::Stop;
            }
        }
        let message = match out {
            Out::Greeting(text) | Out::Text(text) | Out::Marker(text) => Message::text(text),
            Out::Audio(octets) => Message::Binary(octets),
            Out::Close(frame) => return self.close(frame).await,
            Out::Retract => return Flow::Go,
        };
        self.sent += 1;
        if self.socket.send(message).await.is_err() {
            Flow::Stop
        } else {
            Flow::Go
        }
    }

    async fn close(&mut self, frame: Option<(u16, String)>) -> Flow {
        self.note(|connection| connection.open = false);
        let frame = frame.map(|(code, reason)| CloseFrame {
            code,
            reason: reason.into(),
        });
        if self.socket.send(Message::Close(frame)).await.is_ok() {
            // A peer that does not answer is dropped after a while, as any server would.
            let _ = timeout(CLOSING, async {
                while let Some(Ok(_)) = self.socket.recv().await {}
            })
            .await;
        }
        Flow::Stop
    }

    fn note(&self, note: impl FnOnce(&mut observe::Connection)) {
        self.notes.shared.record.write(|state| {
            if let Some(connection) = state.connections.get_mut(self.index) {
                note(connection);
            }
        });
    }
}

/// Waits until a time, or for ever when there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
