//! Owns a scripted registrar: listens, challenges, checks credentials, grants. Used by `registration.rs`, `outbound.rs`
//! and `resumed.rs`. Never answers by itself.

use crate::peer::{Message, Peer, Stream};
use crate::phone::DEADLINE;
use maitred::adapters::telephony::{Account, SipConfig, SipLine, Transport};
use maitred_actors::ports::telephony::{Line, LineEvent};
use md5::{Digest, Md5};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

pub const USER: &str = "15551230001";
pub const AUTH_ID: &str = "802512345678";
pub const PASSWORD: &str = "correct horse";
pub const DOMAIN: &str = "sip.example.com";

/// A server that accepts connections one at a time.
pub struct Server {
    pub listener: TcpListener,
    pub acceptor: Option<TlsAcceptor>,
    ca_pem: String,
}

impl Server {
    pub async fn listen(secured: bool) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let ca_pem = made.cert.pem();
        let chain = vec![CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()];
        let key =
            PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes()).unwrap();
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key);
        let acceptor = secured.then(|| TlsAcceptor::from(Arc::new(config.unwrap())));
        Self {
            listener,
            acceptor,
            ca_pem,
        }
    }

    pub fn account(&self) -> Account {
        Account {
            registrar: format!("{DOMAIN}:5061"),
            transport: if self.acceptor.is_some() {
                Transport::Tls
            } else {
                Transport::Tcp
            },
            user: USER.to_owned(),
            auth_id: Some(AUTH_ID.to_owned()),
            password: PASSWORD.to_owned().into(),
            outbound_proxy: Some(self.listener.local_addr().unwrap().to_string()),
            extra_ca_pem: Some(self.ca_pem.clone()),
        }
    }

    pub async fn accept(&self) -> Peer {
        let (stream, _) = timeout(DEADLINE, self.listener.accept())
            .await
            .expect("no connection")
            .unwrap();
        let stream: Box<dyn Stream> = match &self.acceptor {
            Some(acceptor) => Box::new(acceptor.accept(stream).await.unwrap()),
            None => Box::new(stream),
        };
        Peer::over(stream)
    }
}

pub async fn open(account: Account) -> SipLine {
    let account = Some(account);
    SipLine::open(SipConfig {
        account,
        ..SipConfig::new("127.0.0.1:0".parse().unwrap())
    })
    .await
    .unwrap()
}

pub async fn event(line: &SipLine) -> LineEvent {
    timeout(DEADLINE, line.next_event())
        .await
        .expect("no event from the line")
        .unwrap()
}

pub fn parameter<'a>(header: &'a str, name: &str) -> &'a str {
    let (_, rest) = header
        .split_once(&format!("{name}="))
        .unwrap_or_else(|| panic!("no {name}: {header}"));
    rest.split([',', ';'])
        .next()
        .unwrap()
        .trim()
        .trim_matches('"')
}

pub fn hash<D: Digest>(text: &str) -> String {
    hex::encode(D::digest(text.as_bytes()))
}

/// Challenges a REGISTER and checks the credentials of the next one; gives that one.
pub async fn challenge<D: Digest>(peer: &mut Peer, challenge: &str) -> Message {
    let first = peer.expect("REGISTER ").await;
    assert_eq!(first.start, format!("REGISTER sip:{DOMAIN} SIP/2.0"));
    let asked = format!("WWW-Authenticate: Digest realm=\"{DOMAIN}\", nonce=\"n1\"{challenge}\r\n");
    peer.send(&first.response("401 Unauthorized", &asked)).await;
    let second = peer.expect("REGISTER ").await;
    check_credentials::<D>(&second, "authorization", &format!("sip:{DOMAIN}"));
    assert_eq!(first.header("call-id"), second.header("call-id"));
    second
}

/// Checks the credentials in a request, made for the nonce `n1` and `uri`.
pub fn check_credentials<D: Digest>(request: &Message, header: &str, uri: &str) {
    let credentials = request.header(header);
    let method = request.start.split(' ').next().unwrap();
    assert_eq!(
        (
            parameter(credentials, "username"),
            parameter(credentials, "realm")
        ),
        (AUTH_ID, DOMAIN)
    );
    assert_eq!(parameter(credentials, "uri"), uri);
    let ours = hash::<D>(&format!("{AUTH_ID}:{DOMAIN}:{PASSWORD}"));
    let theirs = hash::<D>(&format!("{method}:{uri}"));
    let middle = match credentials.contains("qop=") {
        true => {
            assert_eq!(parameter(credentials, "qop"), "auth");
            format!(
                "n1:{}:{}:auth",
                parameter(credentials, "nc"),
                parameter(credentials, "cnonce")
            )
        }
        false => "n1".to_owned(),
    };
    assert_eq!(
        parameter(credentials, "response"),
        hash::<D>(&format!("{ours}:{middle}:{theirs}"))
    );
}

pub fn grant(register: &Message, expires_s: u32) -> String {
    let contact = register.header("contact");
    register.response(
        "200 OK",
        &format!("Contact: {contact};expires={expires_s}\r\n"),
    )
}

/// Lets the line register on a new connection.
pub async fn accept_registration(server: &Server, line: &SipLine) -> (Peer, Message) {
    let mut peer = server.accept().await;
    let register = challenge::<Md5>(&mut peer, "").await;
    peer.send(&grant(&register, 45)).await;
    assert_eq!(event(line).await, LineEvent::Registered { expires_s: 45 });
    (peer, register)
}

/// What the account's server is reached over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Udp,
    Tcp,
    Tls,
}

/// Opens a line and lets it register without a challenge; gives the server too, which must live on.
pub async fn registered(over: Over) -> (Server, Arc<SipLine>, Peer) {
    let server = Server::listen(over == Over::Tls).await;
    let (line, mut peer) = match over {
        Over::Udp => {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let account = Account {
                transport: Transport::Udp,
                outbound_proxy: Some(socket.local_addr().unwrap().to_string()),
                ..server.account()
            };
            let line = open(account).await;
            let peer = Peer::of_socket(socket, line.addr());
            (line, peer)
        }
        Over::Tcp | Over::Tls => (open(server.account()).await, server.accept().await),
    };
    let register = peer.expect("REGISTER ").await;
    peer.send(&grant(&register, 45)).await;
    assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 45 });
    (server, Arc::new(line), peer)
}
