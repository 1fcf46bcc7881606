//! The account's registration against a scripted registrar, and calls that come down its connection.

use crate::peer::{CallScript, Message, Peer, offer};
use crate::phone::DEADLINE;
use crate::registrar::{
    DOMAIN, PASSWORD, Server, USER, accept_registration, challenge, event, grant, open, parameter,
};
use maitred::adapters::telephony::{Account, SipLine, Transport};
use maitred_actors::ports::telephony::{AnsweredCall, Line, LineEvent};
use md5::Md5;
use sha2::Sha256;
use std::net::SocketAddr;
use tokio::net::UdpSocket;
use tokio::time::timeout;

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
async fn a_registration_that_is_granted_shortly_is_renewed_in_time() {
    let server = Server::listen(true).await;
    let line = open(server.account()).await;
    let mut peer = server.accept().await;
    let first = challenge::<Md5>(&mut peer, "").await;
    peer.send(&grant(&first, 2)).await;
    assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 2 });
    // Some edges grant little: what is renewed every 30 s only would be gone, and this test would wait in vain.
    for _ in 0..2 {
        let again = peer.expect("REGISTER ").await;
        assert_eq!(again.header("call-id"), first.header("call-id"));
        peer.send(&grant(&again, 2)).await;
        assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 2 });
    }
}

/// Waits for sound at the phone's end.
async fn hear(media: &UdpSocket) {
    let heard = timeout(DEADLINE, media.recv(&mut [0; 300])).await;
    assert_eq!(heard.expect("no sound").unwrap(), 172);
}

#[tokio::test]
async fn a_lost_connection_is_replaced_and_its_calls_are_taken_over() {
    let server = Server::listen(true).await;
    let line = open(server.account()).await;
    let (mut peer, _) = accept_registration(&server, &line).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (_, mut answered, ok) = call_down(&line, &mut peer, media.local_addr().unwrap()).await;
    hear(&media).await;
    drop(peer);
    assert!(matches!(
        event(&line).await,
        LineEvent::RegistrationLost { .. }
    ));
    let mut peer = server.accept().await;
    let register = challenge::<Md5>(&mut peer, "").await;
    peer.send(&grant(&register, 45)).await;
    assert_eq!(event(&line).await, LineEvent::Registered { expires_s: 45 });
    let busy = peer.expect("INVITE ").await;
    peer.send(&busy.response("491 Request Pending", "")).await;
    let invite = peer.expect("INVITE ").await;
    assert_eq!(invite.header("call-id"), answered.dialog.call_id.as_str());
    assert_eq!(invite.body, ok.body, "an unchanged description");
    assert!(
        register
            .header("contact")
            .starts_with(invite.header("contact"))
    );
    hear(&media).await;
    let moved = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let body = offer(moved.local_addr().unwrap(), "");
    let contact = "Contact: <sip:moved@127.0.0.1:5997>\r\n";
    peer.send(&invite.answer("200 OK", contact, &body)).await;
    peer.expect("ACK ").await;
    hear(&moved).await;
    assert!(answered.leg.events.try_recv().is_err(), "the voice went on");
    assert_eq!(line.calls(), 1);
    let ending = tokio::spawn(line.hang_up(&answered.dialog.call_id));
    let bye = peer.expect("BYE sip:moved@").await;
    peer.send(&bye.response("200 OK", "")).await;
    assert_eq!(timeout(DEADLINE, ending).await.unwrap().unwrap(), Ok(()));
}

#[tokio::test]
async fn a_call_that_we_end_while_nothing_is_connected_is_ended_over_the_next_connection() {
    let server = Server::listen(true).await;
    let line = open(server.account()).await;
    let (mut peer, _) = accept_registration(&server, &line).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (_, answered, _) = call_down(&line, &mut peer, media.local_addr().unwrap()).await;
    drop(peer);
    let lost = event(&line).await;
    assert!(
        matches!(lost, LineEvent::RegistrationLost { .. }),
        "{lost:?}"
    );
    let ended = line.hang_up(&answered.dialog.call_id).await;
    assert_eq!(ended, Ok(()));
    let (mut peer, _) = accept_registration(&server, &line).await;
    let bye = peer.expect("BYE sip:peer@").await;
    assert_eq!(bye.header("call-id"), answered.dialog.call_id.as_str());
    peer.send(&bye.response("200 OK", "")).await;
}

#[tokio::test]
async fn a_call_that_the_server_forgot_with_the_connection_is_over() {
    let server = Server::listen(true).await;
    let line = open(server.account()).await;
    let (mut peer, _) = accept_registration(&server, &line).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (_, answered, _) = call_down(&line, &mut peer, media.local_addr().unwrap()).await;
    drop(peer);
    let (mut peer, _) = loop {
        if let LineEvent::RegistrationLost { .. } = event(&line).await {
            break accept_registration(&server, &line).await;
        }
    };
    let invite = peer.expect("INVITE ").await;
    peer.send(&invite.response("481 Call/Transaction Does Not Exist", ""))
        .await;
    let ended = event(&line).await;
    let call = answered.dialog.call_id;
    assert!(
        matches!(&ended, LineEvent::HungUp { call: id, .. } if *id == call),
        "{ended:?}"
    );
    assert_eq!(line.calls(), 0);
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
