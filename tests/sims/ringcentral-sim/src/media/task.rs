//! The task behind a media session: sends every 20 ms and listens in between.
//!
//! Owns the socket and the clock; the session starts it. It ends when its session is dropped.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::inbound::{Arrival, Ear};
use super::outbound::Mouth;
use super::session::{Aim, Command, Shared};

const FRAME: Duration = Duration::from_millis(20);
/// Bounds how much is sent at once after a pause: a machine that is too busy gets later, not busier.
const CATCH_UP: Duration = Duration::from_millis(60);
const DATAGRAM_BYTES: usize = 2048;

pub(super) struct Task {
    socket: UdpSocket,
    second: Option<UdpSocket>,
    aim: Option<Aim>,
    remote: Option<SocketAddr>,
    stale: Option<SocketAddr>,
    ear: Ear,
    mouth: Mouth,
    late: BTreeMap<(Instant, u64), Vec<u8>>,
    order: u64,
    shared: Arc<Mutex<Shared>>,
    keys: mpsc::UnboundedSender<char>,
}

impl Task {
    pub fn new(
        socket: UdpSocket,
        shared: Arc<Mutex<Shared>>,
        keys: mpsc::UnboundedSender<char>,
    ) -> Self {
        Self {
            socket,
            second: None,
            aim: None,
            remote: None,
            stale: None,
            ear: Ear::default(),
            mouth: Mouth::new(),
            late: BTreeMap::new(),
            order: 0,
            shared,
            keys,
        }
    }

    pub async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Command>) {
        let mut next_tick = Instant::now();
        let (mut first, mut other) = ([0; DATAGRAM_BYTES], [0; DATAGRAM_BYTES]);
        loop {
            let due = self.late.first_key_value().map(|((at, _), _)| *at);
            tokio::select! {
                // What has already arrived is heard before the clock may give it up as lost.
                biased;
                command = inbox.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => return,
                },
                Ok((length, from)) = self.socket.recv_from(&mut first) => self.hear(&first[..length], from),
                Ok((length, from)) = receive(self.second.as_ref(), &mut other) => self.hear(&other[..length], from),
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                    if let Some((_, datagram)) = self.late.pop_first() {
                        self.send(&datagram).await;
                    }
                }
                () = sleep_until(next_tick.into()) => {
                    self.tick().await;
                    let oldest = Instant::now().checked_sub(CATCH_UP).unwrap_or(next_tick);
                    next_tick = (next_tick + FRAME).max(oldest);
                }
            }
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Aim(aim) => {
                self.ear.aim(aim.their_key, aim.telephone_event);
                self.mouth.aim(aim.own_key, aim.telephone_event);
                if self
                    .aim
                    .as_ref()
                    .is_none_or(|before| before.address != aim.address)
                {
                    self.stale = self.remote.filter(|remote| *remote != aim.address);
                    self.remote = Some(aim.address);
                }
                self.aim = Some(aim);
            }
            Command::Speak(samples, done) => self.mouth.speak(samples, done),
            Command::Stop => self.mouth.stop(),
            Command::Silence => {
                self.mouth.stop();
                self.aim = None;
            }
            Command::Press(event, steps) => self.mouth.press(event, steps),
            Command::Faults(faults) => {
                if !faults.other_source_port {
                    self.second = None;
                } else if self.second.is_none() {
                    self.second = beside(&self.socket).await.ok();
                }
                self.mouth.set_faults(faults);
            }
            Command::Rebind(done) => {
                let bound = beside(&self.socket).await.and_then(|socket| {
                    self.socket = socket;
                    self.socket.local_addr()
                });
                let _ = done.send(bound);
            }
        }
    }

    async fn tick(&mut self) {
        let now = Instant::now();
        let overdue = self.ear.release(now);
        self.deliver(Arrival {
            frames: overdue,
            ..Arrival::default()
        });
        let Some(sending) = self.aim.as_ref().map(|aim| aim.sending) else {
            return;
        };
        let tick = self.mouth.tick(sending, now);
        {
            let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(recording) = &mut shared.recording {
                recording.spoken.extend_from_slice(&tick.spoken);
            }
        }
        for (delay, datagram) in tick.datagrams {
            if delay.is_zero() {
                self.send(&datagram).await;
            } else {
                self.order += 1;
                self.late.insert((now + delay, self.order), datagram);
            }
        }
    }

    async fn send(&mut self, datagram: &[u8]) {
        let Some(remote) = self.remote else { return };
        let socket = self.second.as_ref().unwrap_or(&self.socket);
        if socket.send_to(datagram, remote).await.is_ok() {
            self.shared
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .counts
                .sent += 1;
        }
    }

    fn hear(&mut self, datagram: &[u8], from: SocketAddr) {
        let arrival = self.ear.hear(datagram, Instant::now());
        // The service sends to wherever it hears the other side from; a bare greeting opens the way.
        if (arrival.genuine || datagram == b"hello")
            && Some(from) != self.stale
            && self.aim.is_some()
        {
            self.remote = Some(from);
        }
        {
            let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            if arrival.genuine {
                shared.counts.received += 1;
                shared.counts.source = Some(from);
            } else {
                shared.counts.refused += 1;
            }
        }
        self.deliver(arrival);
    }

    fn deliver(&mut self, arrival: Arrival) {
        if let Some(key) = arrival.key {
            let _ = self.keys.send(key);
        }
        if arrival.frames.is_empty() {
            return;
        }
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in arrival.frames {
            shared.counts.lost += u64::from(frame.lost);
            if let Some(recording) = &mut shared.recording {
                if recording.heard.is_empty() {
                    let elapsed = recording.spoken.len();
                    recording.heard.resize(elapsed, 0);
                }
                recording.heard.extend_from_slice(&frame.samples);
            }
            shared
                .listeners
                .retain(|listener| listener.send(frame.clone()).is_ok());
        }
    }
}

async fn receive(socket: Option<&UdpSocket>, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
    match socket {
        Some(socket) => socket.recv_from(buffer).await,
        None => std::future::pending().await,
    }
}

/// Binds another socket on the same interface.
async fn beside(socket: &UdpSocket) -> io::Result<UdpSocket> {
    UdpSocket::bind((socket.local_addr()?.ip(), 0)).await
}
