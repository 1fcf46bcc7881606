//! Calls that another process answered, taken up again by a re-INVITE within their dialog.

use crate::peer::{CallScript, Peer, offer, secured_offer};
use crate::phone::DEADLINE;
use crate::registrar::{Over, event, grant, registered};
use crate::ringing::idle;
use maitred::adapters::telephony::{SipConfig, SipLine};
use maitred::media::sdp;
use maitred::media::srtp::Srtp;
use maitred_actors::ports::telephony::{AnsweredCall, Dialog, Error, Line, LineEvent};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::timeout;

async fn outcome<T>(task: JoinHandle<T>) -> T {
    timeout(DEADLINE, task).await.expect("no outcome").unwrap()
}

async fn media() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    (socket, at)
}

/// Calls and has the call answered; the line may be dropped afterwards, as if its process had been killed.
async fn call(
    line: &Arc<SipLine>,
    peer: &mut Peer,
    body: &str,
) -> (CallScript, AnsweredCall, String) {
    let mut script = CallScript::new(peer, "resumed");
    peer.send(&script.request("INVITE", "", body)).await;
    let LineEvent::Offered(offered) = event(line).await else {
        panic!("no offer")
    };
    let answering = tokio::spawn(line.answer(&offered.sip_call_id));
    let ok = peer.expect("SIP/2.0 200").await;
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", "")).await;
    (script, outcome(answering).await.unwrap(), ok.body)
}

/// Writes the dialog to a journal and reads it back.
fn journaled(dialog: &Dialog) -> Dialog {
    serde_json::from_str(&serde_json::to_string(dialog).unwrap()).unwrap()
}

#[tokio::test]
async fn a_call_over_the_account_is_taken_up_by_another_process() {
    let (server, line, mut peer) = registered(Over::Tls).await;
    let (_before, at) = media().await;
    let (_, answered, _) = call(&line, &mut peer, &secured_offer(at)).await;
    let dialog = journaled(&answered.dialog);
    assert!(dialog.of_account);
    drop((line, answered, peer));

    // The next process may have to fetch its account first.
    let line = line_alone().await;
    let resuming = tokio::spawn(line.resume(&dialog));
    assert!(line.use_account(server.account()).unwrap());
    let mut peer = server.accept().await;
    let register = peer.expect("REGISTER ").await;
    peer.send(&grant(&register, 45)).await;
    let invite = peer.expect("INVITE sip:peer@").await;
    assert_eq!(invite.header("call-id"), dialog.call_id.as_str());
    assert!(
        invite
            .header("from")
            .ends_with(&format!(";tag={}", dialog.local_tag))
    );
    assert!(
        invite
            .header("to")
            .ends_with(&format!(";tag={}", dialog.remote_tag))
    );
    assert!(
        register
            .header("contact")
            .starts_with(invite.header("contact"))
    );
    let sequence: u32 = invite
        .header("cseq")
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        sequence > dialog.local_seq + 1_000,
        "above anything sent before: {sequence}"
    );
    let ours = sdp::Remote::parse(invite.body.as_bytes()).unwrap();
    assert!(ours.crypto.is_some());

    let (person, at) = media().await;
    let contact = "Contact: <sip:peer@127.0.0.1:5999>\r\n";
    peer.send(&invite.answer("200 OK", contact, &secured_offer(at)))
        .await;
    peer.expect("ACK ").await;
    let resumed = outcome(resuming).await.unwrap();
    assert_eq!(resumed.dialog.remote_media, at.to_string());
    assert!(resumed.dialog.local_seq >= sequence);
    let mut packet = [0; 300];
    let (length, from) = timeout(DEADLINE, person.recv_from(&mut packet))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(from, ours.address);
    let mut opening = Srtp::new(ours.crypto.unwrap().key).unwrap();
    assert!(
        opening.unprotect(&packet[..length]).is_ok(),
        "under the new key"
    );
    let LineEvent::Registered { .. } = event(&line).await else {
        panic!("not registered")
    };

    let ending = tokio::spawn(line.hang_up(&dialog.call_id));
    let bye = peer.expect("BYE ").await;
    peer.send(&bye.response("200 OK", "")).await;
    assert_eq!(outcome(ending).await, Ok(()));
}

#[tokio::test]
async fn a_call_without_an_account_is_taken_up_and_the_caller_may_hang_up() {
    let first = line_alone().await;
    let mut peer = Peer::over_udp(first.addr()).await;
    let (_before, at) = media().await;
    let (mut script, answered, described) = call(&first, &mut peer, &offer(at, "")).await;
    let dialog = journaled(&answered.dialog);
    assert!(!dialog.of_account);
    drop((first, answered));

    let line = line_alone().await;
    let resuming = tokio::spawn(line.resume(&dialog));
    let mut peer = peer.talks_to(line.addr());
    let invite = peer.expect("INVITE sip:peer@").await;
    let session = |text: &str| -> (String, u32) {
        let origin = text
            .lines()
            .find_map(|line| line.strip_prefix("o="))
            .unwrap();
        let words: Vec<_> = origin.split(' ').collect();
        (words[1].to_owned(), words[2].parse().unwrap())
    };
    let (before, after) = (session(&described), session(&invite.body));
    assert_eq!(before.0, after.0, "the same session");
    assert!(before.1 < after.1, "in a newer version");
    peer.send(&invite.answer("491 Request Pending", "", ""))
        .await;
    peer.expect("ACK ").await;
    let again = peer.expect("INVITE sip:peer@").await;
    assert_ne!(again.header("cseq"), invite.header("cseq"));
    let (person, at) = media().await;
    let contact = format!("Contact: <sip:peer@{}>\r\n", peer.addr());
    peer.send(&again.answer("200 OK", &contact, &offer(at, "")))
        .await;
    let resumed = outcome(resuming).await.unwrap();
    let twice = line.resume(&dialog).await.err();
    assert!(matches!(twice, Some(Error::Failed(_))), "{twice:?}");
    timeout(DEADLINE, person.recv(&mut [0; 300]))
        .await
        .unwrap()
        .unwrap();

    peer.send(&script.request("BYE", "", "")).await;
    peer.expect("SIP/2.0 200").await;
    let ended = event(&line).await;
    assert!(
        matches!(&ended, LineEvent::HungUp { call, .. } if *call == resumed.dialog.call_id),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_call_that_ended_meanwhile_is_told() {
    let first = line_alone().await;
    let mut peer = Peer::over_udp(first.addr()).await;
    let (_socket, at) = media().await;
    let (_, answered, _) = call(&first, &mut peer, &offer(at, "")).await;
    let dialog = journaled(&answered.dialog);
    drop((first, answered));
    for (status, error) in [
        ("481 Call/Transaction Does Not Exist", Error::NoSuchCall),
        ("408 Request Timeout", Error::Timeout),
    ] {
        let line = line_alone().await;
        let resuming = tokio::spawn(line.resume(&dialog));
        peer = peer.talks_to(line.addr());
        let invite = peer.expect("INVITE ").await;
        peer.send(&invite.answer(status, "", "")).await;
        assert_eq!(outcome(resuming).await.err(), Some(error));
        idle(&line).await;
    }
}

#[tokio::test]
async fn a_call_that_cannot_go_on_is_hung_up() {
    let first = line_alone().await;
    let mut peer = Peer::over_udp(first.addr()).await;
    let (_socket, at) = media().await;
    let (_, answered, _) = call(&first, &mut peer, &offer(at, "")).await;
    let dialog = journaled(&answered.dialog);
    drop((first, answered));
    let line = line_alone().await;
    let resuming = tokio::spawn(line.resume(&dialog));
    let mut peer = peer.talks_to(line.addr());
    let invite = peer.expect("INVITE ").await;
    peer.send(&invite.answer("488 Not Acceptable Here", "", ""))
        .await;
    peer.expect("BYE ").await;
    assert_eq!(outcome(resuming).await.err(), Some(Error::Refused(488)));
}

async fn line_alone() -> Arc<SipLine> {
    let config = SipConfig::new("127.0.0.1:0".parse().unwrap());
    Arc::new(SipLine::open(config).await.unwrap())
}
