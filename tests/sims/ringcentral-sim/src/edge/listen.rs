//! Accepts TCP and TLS connections at the edge.
//!
//! Owns the accept loops; the edge starts them. It never reads a message.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::server::Shared;
use crate::sip::flow::Inbox;
use crate::sip::tls::Identity;
use crate::sip::{Flow, Transport};

/// Accepts until the edge is dropped; a handshake in progress does not hold up the next connection.
pub(super) async fn accept(
    listener: TcpListener,
    identity: Option<Identity>,
    inbox: Inbox,
    shared: Arc<Shared>,
) {
    let mut handshakes = JoinSet::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => match &identity {
                Some(identity) => {
                    let acceptor = identity.acceptor().clone();
                    handshakes.spawn(async move {
                        let addresses = addresses(&stream)?;
                        Some((acceptor.accept(stream).await.ok()?, addresses))
                    });
                }
                None => {
                    if let Some((local, remote)) = addresses(&stream) {
                        let (_, handle) =
                            Flow::split(stream, Transport::Tcp, local, remote, inbox.clone(), &mut connections);
                        shared.state().connections.insert(remote, handle);
                    }
                }
            },
            Some(done) = handshakes.join_next() => {
                if let Ok(Some((stream, (local, remote)))) = done {
                    let (_, handle) =
                        Flow::split(stream, Transport::Tls, local, remote, inbox.clone(), &mut connections);
                    shared.state().connections.insert(remote, handle);
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn addresses(stream: &TcpStream) -> Option<(std::net::SocketAddr, std::net::SocketAddr)> {
    Some((stream.local_addr().ok()?, stream.peer_addr().ok()?))
}
