//! Owns the sockets of the line and the running SIP stack. Called by `line`. Never looks at calls.

use super::config::{OpenError, SipConfig};
use super::digest::DigestRepair;
use super::line::Counters;
use super::listen::{self, Listener};
use rsipstack::EndpointBuilder;
use rsipstack::platform::net::UdpSocket as StackSocket;
use rsipstack::sip::{Request, SipMessage};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::{EndpointInnerRef, TransportEventInspector};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection, TransportEvent, TransportLayer};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Attempts to find a port that is free for UDP and TCP alike.
const PORT_ATTEMPTS: usize = 32;
const USER_AGENT: &str = concat!("maitred/", env!("CARGO_PKG_VERSION"));

/// The running stack.
pub(super) struct Network {
    pub endpoint: EndpointInnerRef,
    pub incoming: TransactionReceiver,
    /// Local addresses of stream connections that closed.
    pub closed: mpsc::UnboundedReceiver<SipAddr>,
    /// Where UDP and TCP are listened on.
    pub addr: SocketAddr,
    /// Where TLS is listened on.
    pub tls_addr: Option<SocketAddr>,
}

/// Opens all sockets and starts the stack; `stop` ends it.
pub(super) async fn open(
    config: &SipConfig,
    counters: Arc<Counters>,
    stop: &CancellationToken,
) -> Result<Network, OpenError> {
    // The stack builds its TLS from the process's provider and would panic without one; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (udp, tcp, addr) = bind(config.listen).await?;
    let layer = TransportLayer::new(stop.child_token());
    let told = |bound: SocketAddr| advertised(config, bound);
    let socket = Arc::new(GuardedSocket {
        socket: udp,
        counters,
    });
    let stack = |error: rsipstack::Error| OpenError::Stack(error.to_string());
    let token = Some(stop.child_token());
    let udp = UdpConnection::from_socket(socket, Some(told(addr)), token)
        .await
        .map_err(stack)?;
    layer.add_transport(udp.into());
    let mut listeners = vec![Listener {
        socket: tcp,
        told: told(addr),
        acceptor: None,
    }];
    let mut tls_addr = None;
    if let Some(tls) = &config.tls {
        let acceptor = Some(listen::acceptor(tls)?);
        let (socket, bound) = bind_tcp(tls.listen).await?;
        listeners.push(Listener {
            socket,
            told: told(bound),
            acceptor,
        });
        tls_addr = Some(bound);
    }
    let (closed_sender, closed) = mpsc::unbounded_channel();
    let endpoint = EndpointBuilder::new()
        .with_user_agent(USER_AGENT)
        .with_transport_layer(layer)
        .with_cancel_token(stop.clone())
        .with_inspector(Box::new(DigestRepair))
        .with_transport_inspector(Box::new(ClosedConnections(closed_sender)))
        .build();
    let incoming = endpoint.incoming_transactions().map_err(stack)?;
    let inner = endpoint.inner.clone();
    tokio::spawn(async move { endpoint.serve().await });
    for listener in listeners {
        tokio::spawn(listener.serve(inner.clone(), stop.child_token()));
    }
    Ok(Network {
        endpoint: inner,
        incoming,
        closed,
        addr,
        tls_addr,
    })
}

/// Gives the address that others should use for one that was bound.
fn advertised(config: &SipConfig, bound: SocketAddr) -> SocketAddr {
    match config.advertise {
        Some(ip) => SocketAddr::new(ip, bound.port()),
        None => SipConnection::resolve_bind_address(bound),
    }
}

/// Binds UDP and TCP to the same port.
async fn bind(listen: SocketAddr) -> Result<(UdpSocket, TcpListener, SocketAddr), OpenError> {
    let failed = |source| OpenError::Listen {
        address: listen,
        source,
    };
    let mut attempts = 0;
    loop {
        let udp = UdpSocket::bind(listen).await.map_err(failed)?;
        let addr = udp.local_addr().map_err(failed)?;
        attempts += 1;
        match bind_tcp(addr).await {
            Ok((tcp, _)) => return Ok((udp, tcp, addr)),
            Err(error) if listen.port() != 0 || attempts == PORT_ATTEMPTS => return Err(error),
            Err(_) => {}
        }
    }
}

async fn bind_tcp(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), OpenError> {
    let failed = |source| OpenError::Listen {
        address: listen,
        source,
    };
    let socket = TcpListener::bind(listen).await.map_err(failed)?;
    let bound = socket.local_addr().map_err(failed)?;
    Ok((socket, bound))
}

/// Passes on which connections closed.
struct ClosedConnections(mpsc::UnboundedSender<SipAddr>);

#[async_trait::async_trait]
impl TransportEventInspector for ClosedConnections {
    async fn handle(&self, event: TransportEvent) -> Option<TransportEvent> {
        if let TransportEvent::Closed(connection) = &event {
            // Dialogs ask the token whether their stream is still open.
            connection.cancel_token().inspect(CancellationToken::cancel);
            // Without an account nobody waits for this.
            let _ = self.0.send(connection.get_addr().clone());
        }
        Some(event)
    }
}

/// UDP socket that keeps away from the stack what the stack would drop without an answer.
struct GuardedSocket {
    socket: UdpSocket,
    counters: Arc<Counters>,
}

#[async_trait::async_trait]
impl StackSocket for GuardedSocket {
    async fn recv_from(&self, buf: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        loop {
            let (length, from) = self.socket.recv_from(buf).await?;
            let datagram = &buf[..length];
            let keep_alive = datagram.iter().all(u8::is_ascii_whitespace);
            if keep_alive || well_formed(datagram) {
                return Ok((length, from));
            }
            self.counters.malformed();
            tracing::debug!(bytes = length, "malformed sip datagram");
            if let Some(reply) = bad_request(datagram) {
                let _ = self.socket.send_to(&reply, from).await;
            }
        }
    }

    async fn send_to(&self, buf: &[u8], addr: SocketAddr) -> rsipstack::Result<usize> {
        Ok(self.socket.send_to(buf, addr).await?)
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}

fn well_formed(datagram: &[u8]) -> bool {
    match SipMessage::try_from(datagram) {
        Ok(SipMessage::Request(request)) => has_key(&request),
        Ok(SipMessage::Response(_)) => true,
        Err(_) => false,
    }
}

fn has_key(request: &Request) -> bool {
    TransactionKey::from_request(request, TransactionRole::Server).is_ok()
}

/// Writes a 400 from the header lines that must be echoed (RFC 3261, 8.2.6.2); `None` when there is nothing to go by.
fn bad_request(datagram: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(datagram).ok()?;
    let mut lines = text.lines();
    let start = lines.next()?;
    if !start.ends_with("SIP/2.0") || start.starts_with("ACK ") {
        return None;
    }
    let mut reply = String::from("SIP/2.0 400 Bad Request\r\n");
    let mut via = false;
    for line in lines.take_while(|line| !line.is_empty()) {
        let name = line
            .split(':')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if ["via", "v", "from", "f", "to", "t", "call-id", "i", "cseq"].contains(&name.as_str()) {
            via |= name.starts_with('v');
            reply.push_str(line);
            reply.push_str("\r\n");
        }
    }
    reply.push_str("Content-Length: 0\r\n\r\n");
    via.then(|| reply.into_bytes())
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::{bad_request, well_formed};
    use proptest::prelude::*;

    #[test]
    fn a_request_without_a_tag_or_cseq_gets_400_and_garbage_gets_nothing() {
        let request = "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:x@y>\r\n\
            To: <sip:a@b>\r\nCall-ID: 1\r\nSubject: secret\r\n\r\n";
        assert!(!well_formed(request.as_bytes()));
        let reply = String::from_utf8(bad_request(request.as_bytes()).unwrap()).unwrap();
        assert!(
            reply.starts_with("SIP/2.0 400 ") && reply.contains("Call-ID: 1\r\n"),
            "{reply}"
        );
        assert!(!reply.contains("Subject"));
        assert_eq!(bad_request(b"\x00\x01garbage"), None);
        assert_eq!(bad_request(b"ACK sip:a@b SIP/2.0\r\nVia: x\r\n\r\n"), None);
        assert_eq!(bad_request(b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n"), None);
    }

    proptest! {
        #[test]
        fn arbitrary_datagrams_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            well_formed(&bytes);
            bad_request(&bytes);
        }
    }
}
