//! Owns the way to the account's server (a flow in the words of RFC 5626): finds it, connects, checks its certificate.
//! Called by `register`. Never sends a message.

use super::config::{Account, OpenError, Transport};
use super::dialog::Way;
use super::line::{Shared, contact};
use rsipstack::sip::Transport as StackTransport;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::tls::TlsConnection;
use rsipstack::transport::{SipAddr, SipConnection, TlsConfig};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long one address of the server may take to let us connect.
const ADDRESS_MAX: Duration = Duration::from_secs(4);

/// The way to the server.
#[derive(Clone)]
pub(super) struct Flow {
    /// The stream, or the socket for datagrams.
    pub connection: SipConnection,
    pub server: SipAddr,
    /// Our end.
    pub local: SipAddr,
    /// `Contact` for calls that come this way.
    pub contact: String,
}

impl Flow {
    /// Connects to the account's proxy or registrar; fails with the reason in words.
    pub async fn connect(
        shared: &Shared,
        account: &Account,
        verifier: &Arc<WebPkiServerVerifier>,
    ) -> Result<Self, String> {
        let failed =
            |error: &dyn std::fmt::Display| format!("cannot reach the sip server: {error}");
        let transport = stack_transport(account.transport);
        let target = account
            .outbound_proxy
            .as_deref()
            .unwrap_or(&account.registrar);
        let (host, port) = host_and_port(target, transport);
        let found = tokio::net::lookup_host((host, port))
            .await
            .map_err(|e| failed(&e))?;
        let way = (account.transport, host);
        let reached = any(shared, way, found, verifier).await;
        let (connection, server) = reached.map_err(|e| failed(&e))?;
        let local = connection.get_addr().clone();
        let mut contact = contact(&account.user, &local);
        if connection.is_reliable() {
            shared
                .endpoint
                .transport_layer
                .add_connection(connection.clone());
            // RFC 5626, 5.3.1: requests for us come over this connection.
            contact.insert_str(contact.len() - 1, ";ob");
        }
        Ok(Self {
            connection,
            server,
            local,
            contact,
        })
    }

    /// Tells whether its stream has closed.
    pub fn broken(&self) -> bool {
        let token = self.connection.cancel_token();
        self.connection.is_reliable() && token.is_some_and(|token| token.is_cancelled())
    }

    /// Tells whether a request came this way.
    pub fn brings(&self, connection: &SipConnection) -> bool {
        *connection.get_addr() == self.local
            && (connection.is_reliable()
                || connection.get_remote_addr().map(|from| &from.addr) == Some(&self.server.addr))
    }

    /// Gives the way for a dialog over the account's server.
    pub fn way(&self) -> Way {
        Way {
            connection: self.connection.clone(),
            hop: Some(self.server.clone()),
            contact: self.contact.clone(),
            of_account: true,
        }
    }
}

/// Connects to the first address that lets us.
async fn any(
    shared: &Shared,
    (transport, host): (Transport, &str),
    addresses: impl Iterator<Item = SocketAddr>,
    verifier: &Arc<WebPkiServerVerifier>,
) -> Result<(SipConnection, SipAddr), String> {
    let mut reason = "its name has no address".to_owned();
    for address in addresses {
        let server = SipAddr {
            r#type: Some(stack_transport(transport)),
            ..SipAddr::from(address)
        };
        let connecting = connection(shared, transport, &server, host, verifier);
        match timeout(ADDRESS_MAX, connecting).await {
            Ok(Ok(connection)) => return Ok((connection, server)),
            Ok(Err(error)) => reason = error.to_string(),
            Err(_) => reason = format!("no answer from {address}"),
        }
    }
    Err(reason)
}

async fn connection(
    shared: &Shared,
    transport: Transport,
    server: &SipAddr,
    host: &str,
    verifier: &Arc<WebPkiServerVerifier>,
) -> rsipstack::Result<SipConnection> {
    let token = Some(CancellationToken::new());
    Ok(match transport {
        Transport::Udp => {
            shared
                .endpoint
                .transport_layer
                .lookup(server, None)
                .await?
                .0
        }
        Transport::Tcp => SipConnection::Tcp(TcpConnection::connect(server, token).await?),
        Transport::Tls => {
            // Our verifier decides; the stack's own list of authorities stays empty.
            let config = TlsConfig {
                ca_certs: Some(vec![]),
                sni_hostname: Some(host.to_owned()),
                ..TlsConfig::default()
            };
            let verifier = Some(verifier.clone() as _);
            let tls = TlsConnection::connect(server, Some(&config), verifier, token).await?;
            SipConnection::Tls(tls)
        }
    })
}

fn stack_transport(transport: Transport) -> StackTransport {
    match transport {
        Transport::Udp => StackTransport::Udp,
        Transport::Tcp => StackTransport::Tcp,
        Transport::Tls => StackTransport::Tls,
    }
}

/// Takes `host:port` apart; without a port the transport's own is meant.
fn host_and_port(text: &str, transport: StackTransport) -> (&str, u16) {
    let default = transport.default_port().value();
    match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(default)),
        None => (text, default),
    }
}

/// Makes the check of the server's certificate: public authorities and those in `extra_ca_pem`.
pub(super) fn verifier(extra_ca_pem: Option<&str>) -> Result<Arc<WebPkiServerVerifier>, OpenError> {
    let bad = |error: &dyn std::fmt::Display| OpenError::Authorities(error.to_string());
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for certificate in CertificateDer::pem_slice_iter(extra_ca_pem.unwrap_or_default().as_bytes()) {
        let certificate = certificate.map_err(|e| bad(&e))?;
        roots.add(certificate).map_err(|e| bad(&e))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    builder.build().map_err(|e| bad(&e))
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::super::config::{SipConfig, Transport};
    use super::super::line::SipLine;
    use super::{any, verifier};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn an_address_that_does_not_let_us_is_passed_over() {
        let here = "127.0.0.1:0".parse().unwrap();
        let line = SipLine::open(SipConfig::new(here)).await.unwrap();
        let closed = TcpListener::bind(here).await.unwrap().local_addr().unwrap();
        let listener = TcpListener::bind(here).await.unwrap();
        let open = listener.local_addr().unwrap();
        let verifier = verifier(None).unwrap();
        let way = (Transport::Tcp, "127.0.0.1");
        let reached = any(&line.shared, way, [closed, open].into_iter(), &verifier).await;
        let (connection, server) = reached.unwrap();
        assert_eq!(server.get_socketaddr().unwrap(), open);
        assert!(connection.is_reliable());
        let refused = any(&line.shared, way, [closed].into_iter(), &verifier).await;
        assert!(refused.is_err());
        let nowhere = any(&line.shared, way, [].into_iter(), &verifier).await;
        assert_eq!(nowhere.err().as_deref(), Some("its name has no address"));
    }
}
