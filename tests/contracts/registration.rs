//! The account's registration against a scripted registrar, and calls that come down its connection.

use crate::peer::{CallScript, Message, Peer, Stream, offer};
use crate::phone::DEADLINE;
use maitred::adapters::telephony::{Account, SipConfig, SipLine, Transport};
use maitred_actors::ports::telephony::{AnsweredCall, Line, LineEvent};
use md5::{Digest, Md5};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::Sha256;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

const USER: &str = "15551230001";
const AUTH_ID: &str = "802512345678";
const PASSWORD: &str = "correct horse";
const DOMAIN: &str = "sip.example.com";

/// A server that accepts connections one at a time.
struct Server {
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    ca_pem: String,
}

impl Server {
    async fn listen(secured: bool) -> Self {
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

    fn account(&self) -> Account {
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

    async fn accept(&self) -> Peer {
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

async fn open(account: Account) -> SipLine {
    let account = Some(account);
    SipLine::open(SipConfig {
        account,
        ..SipConfig::new("127.0.0.1:0".parse().unwrap())
    })
    .await
    .unwrap()
}

async fn event(line: &SipLine) -> LineEvent {
    timeout(DEADLINE, line.next_event())
        .await
        .expect("no event from the line")
        .unwrap()
}

fn parameter<'a>(header: &'a str, name: &str) -> &'a str {
    let (_, rest) = header
        .split_once(&format!("{name}="))
        .unwrap_or_else(|| panic!("no {name}: {header}"));
    rest.split([',', ';'])
        .next()
        .unwrap()
        .trim()
        .trim_matches('"')
}

fn hash<D: Digest>(text: &str) -> String {
    hex::encode(D::digest(text.as_bytes()))
}

/// Challenges a REGISTER and checks the credentials of the next one; gives that one.
async fn challenge<D: Digest>(peer: &mut Peer, challenge: &str) -> Message {
    let first = peer.expect("REGISTER ").await;
    assert_eq!(first.start, format!("REGISTER sip:{DOMAIN} SIP/2.0"));
    let asked = format!("WWW-Authenticate: Digest realm=\"{DOMAIN}\", nonce=\"n1\"{challenge}\r\n");
    peer.send(&first.response("401 Unauthorized", &asked)).await;
    let second = peer.expect("REGISTER ").await;
    let credentials = second.header("authorization");
    assert_eq!(
        (
            parameter(credentials, "username"),
            parameter(credentials, "realm")
        ),
        (AUTH_ID, DOMAIN)
    );
    assert_eq!(parameter(credentials, "uri"), format!("sip:{DOMAIN}"));
    let ours = hash::<D>(&format!("{AUTH_ID}:{DOMAIN}:{PASSWORD}"));
    let theirs = hash::<D>(&format!("REGISTER:sip:{DOMAIN}"));
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
    assert_eq!(first.header("call-id"), second.header("call-id"));
    second
}

fn grant(register: &Message, expires_s: u32) -> String {
    let contact = register.header("contact");
    register.response(
        "200 OK",
        &format!("Contact: {contact};expires={expires_s}\r\n"),
    )
}

/// Lets the line register on a new connection.
async fn accept_registration(server: &Server, line: &SipLine) -> (Peer, Message) {
    let mut peer = server.accept().await;
    let register = challenge::<Md5>(&mut peer, "").await;
    peer.send(&grant(&register, 45)).await;
    assert_eq!(event(line).await, LineEvent::Registered { expires_s: 45 });
    (peer, register)
}

/// Calls down the registered connection and has the call answered.
async fn call_down(
    line: &SipLine,
    peer: &mut Peer,
    media: SocketAddr,
) -> (CallScript, AnsweredCall, Message) {
    let mut script = CallScript::new(peer, "downstream");
    peer.send(&script.request("INVITE", "", &offer(media, "")))
        .await;
    peer.expect("SIP/2.0 100").await;
    peer.expect("SIP/2.0 180").await;
    let LineEvent::Offered(offer) = event(line).await else {
        panic!("no offer")
    };
    let answering = tokio::spawn(line.answer(&offer.sip_call_id));
    let ok = peer.expect("SIP/2.0 200").await;
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", "")).await;
    let answered = timeout(DEADLINE, answering)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    (script, answered, ok)
}

async fn registers_and_takes_calls(secured: bool) {
    let server = Server::listen(secured).await;
    let line = open(server.account()).await;
    let (mut peer, register) = accept_registration(&server, &line).await;
    let transport = if secured { "tls" } else { "tcp" };
    let contact = register.header("contact");
    assert!(
        contact.starts_with(&format!("<sip:{USER}@127.0.0.1:")),
        "{contact}"
    );
    assert!(
        contact.contains(&format!(
            ";transport={transport};ob>;reg-id=1;+sip.instance="
        )),
        "{contact}"
    );
    assert_eq!(register.header("to"), format!("<sip:{USER}@{DOMAIN}>"));

    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (_, answered, ok) = call_down(&line, &mut peer, media.local_addr().unwrap()).await;
    assert!(
        contact.starts_with(ok.header("contact")),
        "{}",
        ok.header("contact")
    );
    assert_eq!(answered.dialog.transport, transport);
    let ending = tokio::spawn(line.hang_up(&answered.dialog.call_id));
    let bye = peer.expect("BYE ").await;
    assert!(
        bye.header("via")
            .starts_with(&format!("SIP/2.0/{}", transport.to_uppercase()))
    );
    peer.send(&bye.response("200 OK", "")).await;
    assert_eq!(timeout(DEADLINE, ending).await.unwrap().unwrap(), Ok(()));

    let (closed, farewell) = tokio::join!(line.close(), async {
        let farewell = peer.expect("REGISTER ").await;
        peer.send(&farewell.response("200 OK", "")).await;
        farewell
    });
    assert_eq!((closed, farewell.header("expires")), ((), "0"));
}

#[tokio::test]
async fn the_account_registers_over_tcp_and_calls_come_down() {
    registers_and_takes_calls(false).await;
}

#[tokio::test]
async fn the_account_registers_over_tls_and_calls_come_down() {
    registers_and_takes_calls(true).await;
}

#[tokio::test]
async fn the_account_registers_over_udp() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = Server::listen(false).await;
    let proxy = Some(socket.local_addr().unwrap().to_string());
    let account = Account {
        transport: Transport::Udp,
        outbound_proxy: proxy,
        ..server.account()
    };
    let line = open(account).await;
    let mut peer = Peer::of_socket(socket, line.addr());
    let register = challenge::<Md5>(&mut peer, ", algorithm=MD5, qop=\"auth\"").await;
    peer.send(&grant(&register, 3_600)).await;
    assert_eq!(
        event(&line).await,
        LineEvent::Registered { expires_s: 3_600 }
    );
}

#[tokio::test]
async fn a_modern_digest_is_understood() {
    let server = Server::listen(false).await;
    let line = open(server.account()).await;
    let mut peer = server.accept().await;
    let register =
        challenge::<Sha256>(&mut peer, ", algorithm=SHA-256, qop=\"auth,auth-int\"").await;
    assert_eq!(
        parameter(register.header("authorization"), "algorithm"),
        "SHA-256"
    );
    peer.send(&grant(&register, 60)).await;
    assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 60 });
}

#[tokio::test]
async fn a_lost_connection_is_replaced_and_its_calls_are_taken_over() {
    let server = Server::listen(true).await;
    let line = open(server.account()).await;
    let (mut peer, _) = accept_registration(&server, &line).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (_, mut answered, _) = call_down(&line, &mut peer, media.local_addr().unwrap()).await;
    drop(peer);
    assert!(matches!(
        event(&line).await,
        LineEvent::RegistrationLost { .. }
    ));
    let mut peer = server.accept().await;
    let register = challenge::<Md5>(&mut peer, "").await;
    peer.send(&grant(&register, 45)).await;
    assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 45 });
    let invite = peer.expect("INVITE ").await;
    assert_eq!(invite.header("call-id"), answered.dialog.call_id.as_str());
    assert!(invite.body.contains("m=audio "));
    peer.send(&invite.response("200 OK", "Contact: <sip:peer@127.0.0.1:5999>\r\n"))
        .await;
    peer.expect("ACK ").await;
    assert!(answered.leg.events.try_recv().is_err(), "the voice went on");
    assert_eq!(line.calls(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_told_and_tried_again_later() {
    let server = Server::listen(false).await;
    let line = open(server.account()).await;
    let mut peer = server.accept().await;
    let register = challenge::<Md5>(&mut peer, "").await;
    let asked = format!("WWW-Authenticate: Digest realm=\"{DOMAIN}\", nonce=\"n2\"\r\n");
    peer.send(&register.response("401 Unauthorized", &asked))
        .await;
    let LineEvent::RegistrationLost { reason } = event(&line).await else {
        panic!("no loss")
    };
    assert!(
        reason.contains("401") && !reason.contains(PASSWORD),
        "{reason}"
    );
    accept_registration(&server, &line).await;
}

#[tokio::test]
async fn an_untrusted_certificate_is_named_as_the_reason() {
    let server = Server::listen(true).await;
    let account = Account {
        extra_ca_pem: None,
        ..server.account()
    };
    let line = open(account).await;
    let (stream, _) = timeout(DEADLINE, server.listener.accept())
        .await
        .unwrap()
        .unwrap();
    let accepted = server.acceptor.as_ref().unwrap().accept(stream).await;
    assert!(accepted.is_err());
    let LineEvent::RegistrationLost { reason } = event(&line).await else {
        panic!("no loss")
    };
    assert!(reason.contains("certificate"), "{reason}");
}
