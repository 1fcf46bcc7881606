//! The handle of a phone's media: speak, listen, press keys, aim at the other side.
//!
//! Owns the channels to the media task; the phone holds it. Dropping it closes the socket.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

use super::faults::RtpFaults;
use super::reorder::HeardFrame;
use super::srtp::SrtpKey;
use super::task::Task;

/// Says where media goes and how it is protected, as agreed by offer and answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// Tells where to send; the sender's true address is followed once it is heard.
    pub address: SocketAddr,
    /// Holds the key this side sends with.
    pub own_key: Option<SrtpKey>,
    /// Holds the key the other side sends with.
    pub their_key: Option<SrtpKey>,
    /// Names the payload type of telephone events.
    pub telephone_event: Option<u8>,
    /// Says whether this side sends at all.
    pub sending: bool,
}

/// Holds both directions of a call as 8 kHz samples, on one clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// Holds what the phone said.
    pub spoken: Vec<i16>,
    /// Holds what the phone heard.
    pub heard: Vec<i16>,
}

/// Counts packets of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaCounts {
    /// Counts datagrams sent.
    pub sent: u64,
    /// Counts RTP packets that could be read.
    pub received: u64,
    /// Counts frames that never came.
    pub lost: u64,
    /// Counts datagrams that were no RTP or failed authentication.
    pub refused: u64,
    /// Holds the address packets last came from.
    pub source: Option<SocketAddr>,
}

/// Tells when a clip has been said.
#[derive(Debug)]
pub struct Playing(oneshot::Receiver<Instant>);

impl Playing {
    /// Waits until the last sample has left and tells when that was; `None` if the clip was cut off.
    pub async fn finished(self) -> Option<Instant> {
        self.0.await.ok()
    }
}

pub(crate) enum Command {
    Aim(Aim),
    Speak(Vec<i16>, oneshot::Sender<Instant>),
    Stop,
    Press(u8, u16),
    Faults(RtpFaults),
    Silence,
    Rebind(oneshot::Sender<io::Result<SocketAddr>>),
}

#[derive(Default)]
pub(super) struct Shared {
    pub listeners: Vec<mpsc::UnboundedSender<HeardFrame>>,
    pub recording: Option<Recording>,
    pub counts: MediaCounts,
}

/// Drives the media of one call.
#[derive(Clone)]
pub struct MediaSession {
    commands: mpsc::UnboundedSender<Command>,
    shared: Arc<Mutex<Shared>>,
    address: SocketAddr,
}

impl MediaSession {
    /// Opens a socket on that address and starts listening; keys heard go to `keys`.
    ///
    /// # Errors
    /// Fails when no socket can be bound.
    pub async fn open(
        ip: IpAddr,
        record: bool,
        keys: mpsc::UnboundedSender<char>,
    ) -> io::Result<Self> {
        let socket = UdpSocket::bind((ip, 0)).await?;
        let address = socket.local_addr()?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let shared = Shared {
            recording: record.then(Recording::default),
            ..Shared::default()
        };
        let shared = Arc::new(Mutex::new(shared));
        let task = Task::new(socket, Arc::clone(&shared), keys);
        tokio::spawn(task.run(inbox));
        Ok(Self {
            commands,
            shared,
            address,
        })
    }

    /// Tells the address of the socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves to a fresh socket on the same interface and tells its address.
    ///
    /// # Errors
    /// Fails when no socket can be bound.
    pub(crate) async fn rebind(&mut self) -> io::Result<SocketAddr> {
        let (done, bound) = oneshot::channel();
        self.command(Command::Rebind(done));
        self.address = bound.await.map_err(io::Error::other)??;
        Ok(self.address)
    }

    pub(crate) fn command(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Queues samples behind what is being said.
    pub fn speak(&self, samples: &[i16]) -> Playing {
        let (done, playing) = oneshot::channel();
        self.command(Command::Speak(samples.to_vec(), done));
        Playing(playing)
    }

    /// Stops sending, because the call is over.
    pub(crate) fn silence(&self) {
        self.command(Command::Silence);
    }

    /// Opens a stream of frames in playout order, from now on.
    pub fn audio(&self) -> mpsc::UnboundedReceiver<HeardFrame> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.lock().listeners.push(sender);
        receiver
    }

    /// Copies what has been recorded so far; empty unless recording was asked for.
    pub fn recording(&self) -> Recording {
        self.lock().recording.clone().unwrap_or_default()
    }

    /// Tells the packet counts so far.
    pub fn counts(&self) -> MediaCounts {
        self.lock().counts
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
