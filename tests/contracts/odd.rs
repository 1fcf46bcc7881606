//! The telephone line against messages that are odd but legal: short names, folded lines, lists, free spacing (RFC 3261, 7.3;
//! RFC 4475, 3.1.1).

use crate::peer::{Peer, offer};
use crate::phone::DEADLINE;
use crate::ringing::{event, nowhere, open};
use maitred_actors::ports::telephony::{Line, LineEvent};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A whole call in odd words; `fold` is what stands where a line may be folded.
async fn odd_call(
    peer: &mut Peer,
    line: &maitred::adapters::telephony::SipLine,
    name: &str,
    fold: &str,
) {
    let body = offer(nowhere(), "");
    let length = body.len();
    let via = format!(
        "v: SIP/2.0/UDP {};branch=z9hG4bK-{name};rport, SIP/2.0/TCP 192.0.2.1:5060\r\nVIA: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx;received=192.0.2.3\r\n",
        peer.addr()
    );
    let from = format!(
        "FROM: \"Lee, \\\"Ann\\\" ;x\"{fold}<sip:+15557654321@127.0.0.1:5060;user=phone>;tag=odd.1~!\r\n"
    );
    let common = format!("{via}{from}i: {name}%Z%45@h\r\nMax-Forwards: 0068\r\n");
    let invite = format!(
        "INVITE sip:reception;par=u%40example.net@127.0.0.1 SIP/2.0\r\n{common}t: \"The desk\" {fold}<sip:reception@127.0.0.1>\r\n\
         CSeq:{fold} 0009  INVITE\r\nm: \"Ann\" <sip:ann@{}?Route=%3Csip:x%3E>;expires=60;q=0.7\r\nRecord-Route: <sip:{};lr;x=\"a,b\">,{fold} <sip:192.0.2.9;lr>\r\n\
         record-route: <sip:192.0.2.10;lr>\r\nk: timer,{fold}replaces ,\r\ns:\r\nX-Unknown: \u{fc}mlaut; ,,\r\nc:application/sdp\r\nl: {length}\r\n\r\n{body}",
        peer.addr(),
        peer.addr(),
    );
    peer.send(&invite).await;
    let ringing = peer.expect("SIP/2.0 180").await;
    assert_eq!(
        ringing.all("via").len() + ringing.all("v").len(),
        2,
        "{ringing:?}"
    );
    let LineEvent::Offered(offered) = event(line).await else {
        panic!("no offer")
    };
    assert_eq!(offered.from.unwrap().as_str(), "+15557654321");
    let answering = tokio::spawn(line.answer(&offered.sip_call_id));
    let ok = peer.expect("SIP/2.0 200").await;
    assert_eq!(ok.all("record-route").join(", ").matches("sip:").count(), 3);
    let to = ok.header("to").to_owned();
    let ack = format!(
        "ACK sip:reception@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bK-{name}-ack\r\n{from}i: {name}%Z%45@h\r\nt: {to}\r\n\
         CSeq: 9 ACK\r\nl: 0\r\n\r\n",
        peer.addr()
    );
    peer.send(&ack).await;
    let answered = timeout(DEADLINE, answering)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(
        answered.dialog.route_set.len(),
        3,
        "{:?}",
        answered.dialog.route_set
    );
    let bye = ack
        .replace("ACK", "BYE")
        .replace("CSeq: 9", "CSeq: 10")
        .replace("-ack", "-bye");
    peer.send(&bye).await;
    assert_eq!(peer.expect("SIP/2.0 ").await.status(), 200);
    assert!(matches!(event(line).await, LineEvent::HungUp { .. }));
}

#[tokio::test]
async fn a_call_in_short_names_and_lists_is_taken() {
    let (line, mut peer) = open().await;
    odd_call(&mut peer, &line, "short", " ").await;
    let mut peer = Peer::over(TcpStream::connect(line.addr()).await.unwrap());
    odd_call(&mut peer, &line, "stream", " ").await;
}

#[tokio::test]
async fn a_call_in_folded_lines_is_taken() {
    let (line, mut peer) = open().await;
    odd_call(&mut peer, &line, "folded", "\r\n\t ").await;
}
