//! Calls that the line makes through the account's server, against a scripted one; and connecting the person called
//! with the caller.

use crate::peer::{CallScript, Message, Peer, offer, secured_offer};
use crate::phone::DEADLINE;
use crate::registrar::{DOMAIN, Over, USER, check_credentials, event, registered};
use crate::ringing::idle;
use maitred::adapters::telephony::{SipConfig, SipLine};
use maitred::media::sdp;
use maitred_actors::ports::telephony::{Dialled, Error, Line, LineEvent};
use maitred_actors::types::{PhoneNumber, SipCallId};
use md5::Md5;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const PERSON: &str = "+14155550100";
const IDS: &str = "P-Rc-Api-Ids: party-id=p-1-2;session-id=s-1\r\n";

type Dialling = JoinHandle<Result<Dialled, Error>>;

fn dial(line: &Arc<SipLine>) -> Dialling {
    let to = PhoneNumber::parse(PERSON).unwrap();
    tokio::spawn(line.dial(&to, None))
}

async fn outcome<T>(task: JoinHandle<T>) -> T {
    timeout(DEADLINE, task).await.expect("no outcome").unwrap()
}

async fn media() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    (socket, at)
}

fn contact(peer: &Peer) -> String {
    format!("Contact: <sip:person@{}>\r\n", peer.addr())
}

fn description(over: Over, at: SocketAddr) -> String {
    match over {
        Over::Tls => secured_offer(at),
        Over::Udp | Over::Tcp => offer(at, ""),
    }
}

/// Has a call answered; gives the INVITE.
async fn answered(
    peer: &mut Peer,
    line: &Arc<SipLine>,
    over: Over,
    at: SocketAddr,
) -> (Message, Dialled) {
    let dialling = dial(line);
    let invite = peer.expect("INVITE ").await;
    let ok = invite.answer("200 OK", &contact(peer), &description(over, at));
    peer.send(&ok).await;
    peer.expect("ACK ").await;
    (invite, outcome(dialling).await.unwrap())
}

async fn a_person_is_called(over: Over) {
    let (_server, line, mut peer) = registered(over).await;
    let dialling = dial(&line);
    let first = peer.expect("INVITE ").await;
    assert_eq!(first.start, format!("INVITE sip:{PERSON}@{DOMAIN} SIP/2.0"));
    assert_eq!(first.header("to"), format!("<sip:{PERSON}@{DOMAIN}>"));
    assert!(
        first
            .header("from")
            .starts_with(&format!("<sip:{USER}@{DOMAIN}>;tag="))
    );
    let asked = format!("Proxy-Authenticate: Digest realm=\"{DOMAIN}\", nonce=\"n1\"\r\n");
    peer.send(&first.answer("407 Proxy Authentication Required", &asked, ""))
        .await;
    peer.expect("ACK ").await;
    let invite = peer.expect("INVITE ").await;
    let uri = format!("sip:{PERSON}@{DOMAIN}");
    check_credentials::<Md5>(&invite, "proxy-authorization", &uri);
    assert_eq!(invite.header("call-id"), first.header("call-id"));
    assert_ne!(invite.header("cseq"), first.header("cseq"));
    let ours = sdp::Remote::parse(invite.body.as_bytes()).unwrap();
    assert_eq!(ours.crypto.is_some(), over == Over::Tls);
    assert_eq!(ours.events, Some(101));

    let (person, at) = media().await;
    peer.send(&invite.answer("100 Trying", "", "")).await;
    let (_early, early_at) = media().await;
    let progress = invite.answer("183 Session Progress", IDS, &description(over, early_at));
    peer.send(&progress).await;
    let route = "Record-Route: <sip:127.0.0.1:5998;lr>, <sip:127.0.0.1:5999;lr>\r\n";
    let extra = if over == Over::Udp { "" } else { route };
    let ok = invite.answer(
        "200 OK",
        &format!("{}{extra}", contact(&peer)),
        &description(over, at),
    );
    peer.send(&ok).await;
    let ack = peer.expect("ACK ").await;
    assert_eq!(ack.start, format!("ACK sip:person@{} SIP/2.0", peer.addr()));
    let dialled = outcome(dialling).await.unwrap();
    let party = dialled.party.clone().unwrap();
    assert_eq!(
        (party.session.as_str(), party.party.as_str()),
        ("s-1", "p-1-2")
    );
    assert_eq!(dialled.dialog.remote_tag, "theirs");
    assert_eq!(dialled.dialog.remote_media, at.to_string());
    assert_eq!(dialled.dialog.secured, over == Over::Tls);
    let mut packet = [0; 300];
    let (length, _) = timeout(DEADLINE, person.recv_from(&mut packet))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(length, if over == Over::Tls { 182 } else { 172 });

    let ending = tokio::spawn(line.hang_up(&dialled.dialog.call_id));
    let bye = peer.expect("BYE sip:person@").await;
    assert_eq!(
        bye.header("to"),
        format!("<sip:{PERSON}@{DOMAIN}>;tag=theirs")
    );
    if over != Over::Udp {
        let routes = ["<sip:127.0.0.1:5999;lr>", "<sip:127.0.0.1:5998;lr>"];
        assert_eq!(bye.all("route"), routes, "reversed: we are the caller");
    }
    peer.send(&bye.response("200 OK", "")).await;
    assert_eq!(outcome(ending).await, Ok(()));
    idle(&line).await;
}

#[tokio::test]
async fn a_person_is_called_over_udp() {
    a_person_is_called(Over::Udp).await;
}

#[tokio::test]
async fn a_person_is_called_over_tcp() {
    a_person_is_called(Over::Tcp).await;
}

#[tokio::test]
async fn a_person_is_called_over_tls_with_srtp() {
    a_person_is_called(Over::Tls).await;
}

#[tokio::test]
async fn a_call_that_is_given_up_while_it_rings_is_cancelled() {
    for over in [Over::Udp, Over::Tls] {
        let (_server, line, mut peer) = registered(over).await;
        let dialling = dial(&line);
        let invite = peer.expect("INVITE ").await;
        peer.send(&invite.answer("180 Ringing", "", "")).await;
        // The line has read the 180 once it answers what came after it.
        peer.send(&CallScript::new(&peer, "fence").request("OPTIONS", "", ""))
            .await;
        peer.expect("SIP/2.0 200").await;
        dialling.abort();
        let cancel = peer.expect("CANCEL ").await;
        assert_eq!(cancel.header("via"), invite.header("via"));
        assert_eq!(cancel.start.replace("CANCEL", "INVITE"), invite.start);
        assert_eq!(
            cancel.header("cseq").replace("CANCEL", "INVITE"),
            invite.header("cseq")
        );
        peer.send(&cancel.answer("200 OK", "", "")).await;
        peer.send(&invite.answer("487 Request Terminated", "", ""))
            .await;
        peer.expect("ACK ").await;
        idle(&line).await;
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_before_anything_came_back_is_cancelled_once_something_does() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    let dialling = dial(&line);
    let invite = peer.expect("INVITE ").await;
    dialling.abort();
    peer.send(&invite.answer("100 Trying", "", "")).await;
    let cancel = peer.expect("CANCEL ").await;
    peer.send(&cancel.answer("200 OK", "", "")).await;
    peer.send(&invite.answer("487 Request Terminated", "", ""))
        .await;
    peer.expect("ACK ").await;
}

#[tokio::test]
async fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    let (_socket, at) = media().await;
    let dialling = dial(&line);
    let invite = peer.expect("INVITE ").await;
    peer.send(&invite.answer("180 Ringing", "", "")).await;
    dialling.abort();
    let cancel = peer.expect("CANCEL ").await;
    let ok = invite.answer("200 OK", &contact(&peer), &secured_offer(at));
    peer.send(&ok).await;
    peer.expect("ACK ").await;
    let bye = peer.expect("BYE ").await;
    peer.send(&bye.answer("200 OK", "", "")).await;
    peer.send(&cancel.answer("200 OK", "", "")).await;
    idle(&line).await;
}

#[tokio::test]
async fn what_the_person_does_instead_of_answering_is_told() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    for (status, error) in [
        ("486 Busy Here", Error::Refused(486)),
        ("603 Decline", Error::Refused(603)),
        ("408 Request Timeout", Error::Timeout),
    ] {
        let dialling = dial(&line);
        let invite = peer.expect("INVITE ").await;
        peer.send(&invite.answer(status, "", "")).await;
        peer.expect("ACK ").await;
        assert_eq!(outcome(dialling).await.err(), Some(error));
    }
    let dialling = dial(&line);
    let invite = peer.expect("INVITE ").await;
    let in_the_clear = offer("127.0.0.1:9".parse().unwrap(), "");
    peer.send(&invite.answer("200 OK", &contact(&peer), &in_the_clear))
        .await;
    let bye = peer.expect("BYE ").await;
    peer.send(&bye.answer("200 OK", "", "")).await;
    let unusable = outcome(dialling).await.err();
    assert!(
        matches!(unusable, Some(Error::NoCommonMedia(_))),
        "{unusable:?}"
    );
    idle(&line).await;
}

#[tokio::test]
async fn a_line_without_an_account_calls_nobody() {
    let config = SipConfig::new("127.0.0.1:0".parse().unwrap());
    let line = Arc::new(SipLine::open(config).await.unwrap());
    let refused = outcome(dial(&line)).await.err();
    assert!(matches!(refused, Some(Error::Failed(_))), "{refused:?}");
}

#[tokio::test]
async fn the_person_may_hang_up_and_other_phones_that_answered_are_let_go() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    let (_socket, at) = media().await;
    let (invite, dialled) = answered(&mut peer, &line, Over::Tls, at).await;
    let other = invite.answer("200 OK", &contact(&peer), &secured_offer(at));
    peer.send(&other.replace("tag=theirs", "tag=other")).await;
    let bye = peer.expect("BYE ").await;
    assert!(
        bye.header("to").ends_with(";tag=other"),
        "{}",
        bye.header("to")
    );
    peer.send(&bye.answer("200 OK", "", "")).await;
    assert_eq!(line.calls(), 1, "the first one stays");

    peer.send(&their_request("BYE", &invite, "", "")).await;
    assert_eq!(peer.expect("SIP/2.0 ").await.status(), 200);
    let ended = event(&line).await;
    let call = dialled.dialog.call_id;
    assert!(
        matches!(&ended, LineEvent::HungUp { call: id, .. } if *id == call),
        "{ended:?}"
    );
}

/// Writes a request of the person called.
fn their_request(method: &str, invite: &Message, extra: &str, body: &str) -> String {
    let (from, to, id) = (
        invite.header("to"),
        invite.header("from"),
        invite.header("call-id"),
    );
    let length = body.len();
    format!(
        "{method} sip:{USER}@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:5999;branch=z9hG4bK-{method}-{length}\r\n\
         Max-Forwards: 70\r\nFrom: {from};tag=theirs\r\nTo: {to}\r\nCall-ID: {id}\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:person@127.0.0.1:5999>\r\n{extra}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Calls down the account's connection and has the call answered.
async fn caller(peer: &mut Peer, line: &Arc<SipLine>, at: SocketAddr) -> (CallScript, SipCallId) {
    let mut script = CallScript::new(peer, "caller");
    peer.send(&script.request("INVITE", "", &secured_offer(at)))
        .await;
    let LineEvent::Offered(offered) = event(line).await else {
        panic!("no offer")
    };
    let answering = tokio::spawn(line.answer(&offered.sip_call_id));
    let ok = peer.expect("SIP/2.0 200").await;
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", "")).await;
    assert!(outcome(answering).await.is_ok());
    (script, offered.sip_call_id)
}

#[tokio::test]
async fn the_caller_is_connected_with_the_person_called() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    let (_socket, at) = media().await;
    let (mut script, call) = caller(&mut peer, &line, at).await;

    let to = PhoneNumber::parse(PERSON).unwrap();
    let dialling = tokio::spawn(line.dial(&to, Some(&call)));
    let invite = peer.expect("INVITE ").await;
    assert!(
        invite
            .header("from")
            .starts_with("\"Ann +15557654321\" <sip:"),
        "the person sees who calls: {}",
        invite.header("from")
    );
    peer.send(&invite.answer("200 OK", &contact(&peer), &secured_offer(at)))
        .await;
    peer.expect("ACK ").await;
    let dialled = outcome(dialling).await.unwrap().dialog;

    let connecting = tokio::spawn(line.connect(&call, &dialled.call_id));
    let refer = peer.expect("REFER sip:peer@").await;
    assert_eq!(refer.header("call-id"), call.as_str());
    let replaces = format!(
        "<sip:{PERSON}@{DOMAIN}?Replaces={}%3Bto-tag%3Dtheirs%3Bfrom-tag%3D{}>",
        dialled.call_id.as_str(),
        dialled.local_tag
    );
    assert_eq!(refer.header("refer-to"), replaces);
    peer.send(&refer.response("202 Accepted", "")).await;
    for line in ["SIP/2.0 100 Trying", "SIP/2.0 200 OK"] {
        peer.send(&script.request("NOTIFY", "Event: refer\r\n", line))
            .await;
        assert_eq!(peer.expect("SIP/2.0 ").await.status(), 200);
    }
    assert_eq!(outcome(connecting).await, Ok(()));
    assert_eq!(line.calls(), 2, "hanging up is somebody else's task");

    let nobody = SipCallId::new("nobody");
    assert_eq!(line.connect(&call, &nobody).await, Err(Error::NoSuchCall));
    assert_eq!(line.connect(&nobody, &call).await, Err(Error::NoSuchCall));
}
