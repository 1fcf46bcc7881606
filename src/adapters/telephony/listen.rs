//! Owns the listeners for SIP over TCP and TLS: accepts connections and hands them to the stack. Started by `net`.
//! Never reads a message. Ours rather than the stack's, which binds late, says nothing when it cannot, and gives a TLS
//! handshake for ever.

use super::config::{OpenError, TlsListen};
use rsipstack::sip::Transport;
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::tls::TlsConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::ExposeSecret;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Streams that may be open at once; more are closed at once.
const STREAMS_MAX: usize = 4_096;
/// How long a TLS handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Pause after a connection could not be accepted, for example for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listener that is bound already.
pub(super) struct Listener {
    pub socket: TcpListener,
    /// Where others reach it.
    pub told: SocketAddr,
    /// Certificate and key, when TLS is spoken.
    pub acceptor: Option<TlsAcceptor>,
}

impl Listener {
    /// Accepts until stopped.
    pub async fn serve(self, endpoint: EndpointInnerRef, stop: CancellationToken) {
        let secured = if self.acceptor.is_some() {
            Transport::Tls
        } else {
            Transport::Tcp
        };
        let told = SipAddr {
            r#type: Some(secured),
            ..SipAddr::from(self.told)
        };
        while let Some(accepted) = stop.run_until_cancelled(self.socket.accept()).await {
            let Ok((stream, from)) = accepted else {
                if timeout(ACCEPT_PAUSE, stop.cancelled()).await.is_ok() {
                    return;
                }
                continue;
            };
            if endpoint.transport_layer.connections_count() >= STREAMS_MAX {
                continue;
            }
            let (endpoint, told, acceptor) =
                (endpoint.clone(), told.clone(), self.acceptor.clone());
            let token = stop.child_token();
            tokio::spawn(async move {
                let opened =
                    timeout(HANDSHAKE_MAX, open(stream, from, told, acceptor, token)).await;
                if let Ok(Some(connection)) = opened {
                    endpoint.transport_layer.add_connection(connection);
                } else {
                    tracing::debug!("a sip connection was not opened");
                }
            });
        }
    }
}

async fn open(
    stream: TcpStream,
    from: SocketAddr,
    told: SipAddr,
    acceptor: Option<TlsAcceptor>,
    token: CancellationToken,
) -> Option<SipConnection> {
    let Some(acceptor) = acceptor else {
        return TcpConnection::from_stream(stream, told, Some(token))
            .ok()
            .map(SipConnection::Tcp);
    };
    let stream = acceptor.accept(stream).await.ok()?;
    let remote = SipAddr {
        r#type: Some(Transport::Tls),
        ..SipAddr::from(from)
    };
    let connection = TlsConnection::from_server_stream(stream, told, remote, Some(token)).await;
    connection.ok().map(SipConnection::Tls)
}

/// Makes the server side of TLS from what was configured.
pub(super) fn acceptor(tls: &TlsListen) -> Result<TlsAcceptor, OpenError> {
    let bad = |error: &dyn std::fmt::Display| OpenError::Certificate(error.to_string());
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(tls.cert_pem.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(tls.key_pem.expose_secret().as_bytes());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| bad(&e))?
        .with_no_client_auth()
        .with_single_cert(chain.map_err(|e| bad(&e))?, key.map_err(|e| bad(&e))?)
        .map_err(|e| bad(&e))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
