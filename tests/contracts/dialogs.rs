//! The telephone line against scripted messages: what baresip does not do.

use crate::peer::{CallScript, Message, Peer, offer, secured_offer};
use crate::phone::DEADLINE;
use crate::ringing::{bring_up, call_up, event, nowhere, offered, open};
use maitred::adapters::telephony::SipLine;
use maitred_actors::ports::telephony::{Error, Line, LineEvent, Refusal};
use maitred_actors::types::{PhoneNumber, SipCallId};
use std::sync::Arc;
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

#[tokio::test]
async fn refusals_have_their_codes() {
    let (line, mut peer) = open().await;
    for (name, how, status) in [
        ("busy", Refusal::Busy, "SIP/2.0 486"),
        ("unavailable", Refusal::Unavailable, "SIP/2.0 503"),
        ("declined", Refusal::Declined, "SIP/2.0 603"),
    ] {
        peer.send(&CallScript::new(&peer, name).request("INVITE", "", ""))
            .await;
        let call = offered(&line).await;
        line.refuse(&call, how).await.unwrap();
        peer.expect(status).await;
    }
}

#[tokio::test]
async fn requests_in_and_out_of_a_dialog_are_answered() {
    let (line, mut peer) = open().await;
    for (method, status) in [
        ("OPTIONS", "200"),
        ("MESSAGE", "200"),
        ("NOTIFY", "200"),
        ("INFO", "200"),
        ("SUBSCRIBE", "405"),
        ("BYE", "481"),
        ("UPDATE", "481"),
    ] {
        peer.send(&CallScript::new(&peer, method).request(method, "", ""))
            .await;
        let response = peer.receive().await;
        assert_eq!(response.status().to_string(), status, "{method}");
    }
    let (mut script, _answered) = call_up(&line, &mut peer, "inside").await;
    for method in ["OPTIONS", "MESSAGE", "NOTIFY", "INFO", "UPDATE"] {
        peer.send(&script.request(method, "", "")).await;
        assert_eq!(peer.expect("SIP/2.0 ").await.status(), 200, "{method}");
    }
    script.to = "<sip:reception@127.0.0.1>;tag=somebody".to_owned();
    peer.send(&script.request("INFO", "", "")).await;
    assert_eq!(peer.expect("SIP/2.0 ").await.status(), 481);
    assert_eq!(line.calls(), 1);
}

#[tokio::test]
async fn a_re_invite_moves_the_media_holds_and_resumes() {
    let (line, mut peer) = open().await;
    let (mut script, answered) = call_up(&line, &mut peer, "moved").await;
    let call = answered.dialog.call_id.clone();
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let there = media.local_addr().unwrap();
    for (attributes, held, answer) in [
        ("a=sendonly\r\n", true, "a=recvonly"),
        ("", false, "a=sendrecv"),
        ("a=inactive\r\n", true, "a=inactive"),
        ("", false, "a=sendrecv"),
    ] {
        peer.send(&script.request("INVITE", "", &offer(there, attributes)))
            .await;
        let ok = peer.expect("SIP/2.0 200").await;
        assert!(ok.body.contains(answer), "{}", ok.body);
        peer.send(&script.request("ACK", "", "")).await;
        assert_eq!(
            event(&line).await,
            LineEvent::HoldChanged {
                call: call.clone(),
                held
            }
        );
    }
    timeout(DEADLINE, media.recv(&mut [0; 300]))
        .await
        .expect("sound at the new address")
        .unwrap();
    script.sequence -= 4;
    peer.send(&script.request("INVITE", "", &offer(there, "")))
        .await;
    assert_eq!(
        peer.expect("SIP/2.0 ").await.status(),
        500,
        "an outdated request"
    );
    script.sequence += 4;
    peer.send(&script.request("INVITE", "", &secured_offer(there)))
        .await;
    assert_eq!(
        peer.expect("SIP/2.0 4").await.status(),
        488,
        "another profile"
    );
}

#[tokio::test]
async fn a_session_timer_is_answered_as_asked() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "timer");
    let extra =
        "Supported: replaces,timer\r\nSession-Expires: 14400;refresher=uac\r\nMin-SE: 90\r\n";
    let (ok, answered) = bring_up(
        &line,
        &mut peer,
        &mut script,
        (extra, &offer(nowhere(), ""), ""),
    )
    .await;
    assert_eq!(ok.header("session-expires"), "14400;refresher=uac");
    assert_eq!(ok.header("require"), "timer");
    assert!(ok.header("supported").contains("timer") && ok.header("allow").contains("UPDATE"));
    assert!(answered.is_ok());
    peer.send(&script.request("UPDATE", extra, "")).await;
    let ok = peer.expect("SIP/2.0 200").await;
    assert_eq!(ok.header("session-expires"), "14400;refresher=uac");
}

#[tokio::test]
async fn the_dialog_knows_its_route_and_requests_follow_it() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "routed");
    let proxy = format!("<sip:{};lr>", peer.addr());
    let extra = format!("Record-Route: {proxy}, <sip:198.51.100.9;lr>\r\n");
    let (ok, answered) = bring_up(
        &line,
        &mut peer,
        &mut script,
        (&extra, &offer(nowhere(), ""), ""),
    )
    .await;
    assert_eq!(
        ok.header("record-route"),
        format!("{proxy}, <sip:198.51.100.9;lr>")
    );
    let dialog = answered.unwrap().dialog;
    assert_eq!(dialog.route_set, [proxy.as_str(), "<sip:198.51.100.9;lr>"]);
    assert_eq!(
        (
            dialog.remote_tag.as_str(),
            dialog.remote_seq,
            dialog.local_seq
        ),
        ("theirs", 1, 0)
    );
    assert_eq!(dialog.remote_uri, "sip:+15557654321@127.0.0.1");
    assert_eq!(dialog.remote_target, format!("sip:peer@{}", peer.addr()));
    let ending = tokio::spawn({
        let line = line.clone();
        async move { line.hang_up(&dialog.call_id).await }
    });
    let bye = peer.expect("BYE sip:peer@").await;
    assert_eq!(bye.all("route"), [proxy.as_str(), "<sip:198.51.100.9;lr>"]);
    assert!(
        bye.header("from")
            .ends_with(&format!(";tag={}", dialog.local_tag))
    );
    peer.send(&bye.response("200 OK", "")).await;
    assert_eq!(timeout(DEADLINE, ending).await.unwrap().unwrap(), Ok(()));
}

/// Starts a transfer and gives what the peer got.
async fn transfer(
    line: &Arc<SipLine>,
    peer: &mut Peer,
    call: SipCallId,
) -> (Message, tokio::task::JoinHandle<Result<(), Error>>) {
    let line = line.clone();
    let to = PhoneNumber::parse("+14155550100").unwrap();
    let task = tokio::spawn(async move { line.transfer(&call, &to).await });
    (peer.expect("REFER ").await, task)
}

#[tokio::test]
async fn a_transfer_waits_for_the_other_side_to_report() {
    let (line, mut peer) = open().await;
    let (mut script, answered) = call_up(&line, &mut peer, "referred").await;
    let call = answered.dialog.call_id.clone();
    let (refer, task) = transfer(&line, &mut peer, call.clone()).await;
    assert_eq!(refer.header("refer-to"), "<sip:+14155550100@127.0.0.1>");
    assert_eq!(refer.header("referred-by"), "<sip:reception@127.0.0.1>");
    peer.send(&refer.response("202 Accepted", "")).await;
    for line in ["SIP/2.0 100 Trying", "SIP/2.0 200 OK"] {
        let extra = "Event: refer\r\nSubscription-State: active\r\n";
        peer.send(&script.request("NOTIFY", extra, line)).await;
        assert_eq!(peer.expect("SIP/2.0 ").await.status(), 200);
    }
    assert_eq!(timeout(DEADLINE, task).await.unwrap().unwrap(), Ok(()));

    let (refer, task) = transfer(&line, &mut peer, call.clone()).await;
    peer.send(&refer.response("403 Forbidden", "")).await;
    assert_eq!(
        timeout(DEADLINE, task).await.unwrap().unwrap(),
        Err(Error::Refused(403))
    );

    let (refer, task) = transfer(&line, &mut peer, call.clone()).await;
    peer.send(&refer.response("202 Accepted", "")).await;
    peer.send(&script.request("NOTIFY", "Event: refer\r\n", "SIP/2.0 486 Busy Here"))
        .await;
    assert_eq!(
        timeout(DEADLINE, task).await.unwrap().unwrap(),
        Err(Error::Refused(486))
    );

    let (refer, task) = transfer(&line, &mut peer, call.clone()).await;
    peer.send(&refer.response("202 Accepted", "")).await;
    peer.send(&script.request("BYE", "", "")).await;
    assert_eq!(
        timeout(DEADLINE, task).await.unwrap().unwrap(),
        Err(Error::NoSuchCall)
    );
    assert!(matches!(event(&line).await, LineEvent::HungUp { call: ended, .. } if ended == call));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bye_right_behind_the_report_does_not_spoil_a_transfer() {
    let (line, _) = open().await;
    for number in 0..20 {
        let mut peer = Peer::over_udp(line.addr()).await;
        let (mut script, answered) = call_up(&line, &mut peer, &format!("gone{number}")).await;
        let call = answered.dialog.call_id.clone();
        let (refer, task) = transfer(&line, &mut peer, call).await;
        peer.send(&refer.response("202 Accepted", "")).await;
        peer.send(&script.request("NOTIFY", "Event: refer\r\n", "SIP/2.0 200 OK"))
            .await;
        peer.send(&script.request("BYE", "", "")).await;
        assert_eq!(timeout(DEADLINE, task).await.unwrap().unwrap(), Ok(()));
        assert!(matches!(event(&line).await, LineEvent::HungUp { .. }));
    }
}

#[tokio::test]
async fn a_bye_before_the_ack_ends_the_answer() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "hasty");
    peer.send(&script.request("INVITE", "", &offer(nowhere(), "")))
        .await;
    let call = offered(&line).await;
    let answering = tokio::spawn({
        let line = line.clone();
        async move { line.answer(&call).await }
    });
    script.to = peer.expect("SIP/2.0 200").await.header("to").to_owned();
    peer.send(&script.request("BYE", "", "")).await;
    let answered = timeout(DEADLINE, answering).await.unwrap().unwrap();
    assert_eq!(answered.err(), Some(Error::NoSuchCall));
    assert!(matches!(event(&line).await, LineEvent::HungUp { .. }));
    assert_eq!(line.calls(), 0);
}

#[tokio::test]
async fn a_peer_that_closes_its_stream_instead_of_answering_has_hung_up() {
    let (line, _) = open().await;
    let mut peer = Peer::over(TcpStream::connect(line.addr()).await.unwrap());
    let (_, answered) = call_up(&line, &mut peer, "stream").await;
    assert_eq!(answered.dialog.transport, "tcp");
    let ending = tokio::spawn(line.hang_up(&answered.dialog.call_id));
    peer.expect("BYE ").await;
    drop(peer);
    assert_eq!(timeout(DEADLINE, ending).await.unwrap().unwrap(), Ok(()));
}
