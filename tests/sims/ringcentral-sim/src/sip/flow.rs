//! Flows: the way to one peer over UDP, TCP or TLS, and the messages that come back on it.
//!
//! Owns sockets and their reader tasks; the phone and the edge call it. It never looks into a message
//! beyond its framing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::message::{Framer, Message};
use super::tls;

/// Names a transport protocol of SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Carries one message per datagram and loses some: requests are retransmitted.
    Udp,
    /// Carries messages on a stream.
    Tcp,
    /// Carries messages on an encrypted stream.
    Tls,
}

impl Transport {
    /// Writes the name as it stands in Via and in `;transport=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// Holds a message together with the flow to answer on.
#[derive(Debug)]
pub struct Inbound {
    /// Holds the message.
    pub message: Message,
    /// Leads back to the sender.
    pub flow: Flow,
}

/// Takes messages as they arrive.
pub type Inbox = mpsc::UnboundedSender<Inbound>;

#[derive(Debug, Clone)]
enum Way {
    Datagram(Arc<UdpSocket>),
    Stream(mpsc::UnboundedSender<Vec<u8>>),
}

/// Leads to one peer; clones share the socket.
#[derive(Debug, Clone)]
pub struct Flow {
    way: Way,
    /// Names the protocol.
    pub transport: Transport,
    /// Tells this side's address.
    pub local: SocketAddr,
    /// Tells the peer's address.
    pub remote: SocketAddr,
}

impl Flow {
    /// Opens a flow to a server and feeds what comes back into the inbox; readers end with `tasks`.
    ///
    /// # Errors
    /// Fails when the address cannot be bound or connected, or the TLS handshake fails.
    pub async fn dial(
        transport: Transport,
        to: SocketAddr,
        inbox: Inbox,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Self> {
        match transport {
            Transport::Udp => {
                let any = if to.ip().is_loopback() {
                    to.ip()
                } else {
                    unspecified(to)
                };
                let socket = Arc::new(UdpSocket::bind((any, 0)).await?);
                let flow = Self::datagram(Arc::clone(&socket), to)?;
                tasks.spawn(read_datagrams(socket, inbox));
                Ok(flow)
            }
            Transport::Tcp => Self::stream(TcpStream::connect(to).await?, inbox, tasks),
            Transport::Tls => {
                let plain = TcpStream::connect(to).await?;
                let (local, remote) = (plain.local_addr()?, plain.peer_addr()?);
                let stream = tls::connect(plain).await?;
                Ok(Self::split(stream, Transport::Tls, local, remote, inbox, tasks).0)
            }
        }
    }

    /// Makes a flow to a peer of a shared datagram socket, whose reader runs elsewhere.
    ///
    /// # Errors
    /// Fails when the socket has no local address.
    pub fn datagram(socket: Arc<UdpSocket>, remote: SocketAddr) -> io::Result<Self> {
        let local = socket.local_addr()?;
        Ok(Self {
            way: Way::Datagram(socket),
            transport: Transport::Udp,
            local,
            remote,
        })
    }

    /// Makes a flow of a TCP connection.
    ///
    /// # Errors
    /// Fails when the connection is already gone.
    pub fn stream(stream: TcpStream, inbox: Inbox, tasks: &mut JoinSet<()>) -> io::Result<Self> {
        let (local, remote) = (stream.local_addr()?, stream.peer_addr()?);
        Ok(Self::split(stream, Transport::Tcp, local, remote, inbox, tasks).0)
    }

    /// Makes a flow of any connected stream; the second value ends it.
    pub fn split<S>(
        stream: S,
        transport: Transport,
        local: SocketAddr,
        remote: SocketAddr,
        inbox: Inbox,
        tasks: &mut JoinSet<()>,
    ) -> (Self, AbortHandle)
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (to_write, outbox) = mpsc::unbounded_channel();
        let flow = Self {
            way: Way::Stream(to_write),
            transport,
            local,
            remote,
        };
        let reply = flow.clone();
        let handle = tasks.spawn(pump(stream, outbox, inbox, reply));
        (flow, handle)
    }

    /// Leads to another address over the same datagram socket; streams stay as they are.
    pub fn towards(&self, remote: SocketAddr) -> Self {
        let mut flow = self.clone();
        if matches!(flow.way, Way::Datagram(_)) {
            flow.remote = remote;
        }
        flow
    }

    /// Says whether what is sent arrives or the flow ends.
    pub fn is_reliable(&self) -> bool {
        matches!(self.way, Way::Stream(_))
    }

    /// Says whether the connection is still open; datagrams always are.
    pub fn is_open(&self) -> bool {
        match &self.way {
            Way::Datagram(_) => true,
            Way::Stream(to_write) => !to_write.is_closed(),
        }
    }

    /// Sends bytes; a lost connection swallows them.
    pub async fn send(&self, bytes: &[u8]) {
        match &self.way {
            Way::Datagram(socket) => {
                let _ = socket.send_to(bytes, self.remote).await;
            }
            Way::Stream(to_write) => {
                let _ = to_write.send(bytes.to_vec());
            }
        }
    }
}

/// Reads a datagram socket until it fails.
pub async fn read_datagrams(socket: Arc<UdpSocket>, inbox: Inbox) {
    let mut buffer = vec![0; 65_536];
    while !inbox.is_closed() {
        // A refused port of some peer shows up as an error of the next read and means nothing.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let Some(mut message) = Message::parse(&buffer[..length]) else {
            continue;
        };
        message.stamp(from);
        let Ok(flow) = Flow::datagram(Arc::clone(&socket), from) else {
            return;
        };
        if inbox.send(Inbound { message, flow }).is_err() {
            return;
        }
    }
}

async fn pump<S>(stream: S, mut outbox: mpsc::UnboundedReceiver<Vec<u8>>, inbox: Inbox, reply: Flow)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut framer = Framer::default();
    let mut buffer = vec![0; 16_384];
    loop {
        tokio::select! {
            bytes = outbox.recv() => {
                let Some(bytes) = bytes else { return };
                if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
                    return;
                }
            }
            read = reader.read(&mut buffer) => {
                let Ok(length @ 1..) = read else { return };
                framer.push(&buffer[..length]);
                while let Some(mut message) = framer.next_message() {
                    message.stamp(reply.remote);
                    if inbox.send(Inbound { message, flow: reply.clone() }).is_err() {
                        return;
                    }
                }
            }
        }
    }
}

fn unspecified(to: SocketAddr) -> std::net::IpAddr {
    match to {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    }
}
