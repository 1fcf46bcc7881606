//! Lost datagrams: what is not answered is sent again, what is repeated is answered again.

use std::net::SocketAddr;
use std::time::Duration;

use ringcentral_sim::phone::End;
use ringcentral_sim::sip::Message;
use ringcentral_sim::{AnswerPlan, AnsweringPhone, Caller, DialPlan, Transport};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::SOON;

const T1: Duration = Duration::from_millis(30);

/// Speaks SIP by hand on a datagram socket.
struct Hand(UdpSocket);

impl Hand {
    async fn bind() -> Self {
        Self(UdpSocket::bind("127.0.0.1:0").await.unwrap())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// Waits for the next message with this method; others are passed over.
    async fn next(&self, method: &str) -> (Message, SocketAddr) {
        let wait = async {
            let mut buffer = [0; 8192];
            loop {
                let (length, from) = self.0.recv_from(&mut buffer).await.unwrap();
                let message = Message::parse(&buffer[..length]).unwrap();
                if message.method() == method {
                    return (message, from);
                }
            }
        };
        timeout(SOON, wait).await.unwrap()
    }

    async fn send(&self, message: &Message, to: SocketAddr) {
        self.0.send_to(&message.to_bytes(), to).await.unwrap();
    }
}

fn sdp(address: SocketAddr) -> String {
    let (ip, port) = (address.ip(), address.port());
    format!(
        "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
    )
}

#[tokio::test]
async fn a_caller_repeats_invite_ack_and_bye() {
    let (peer, media) = (Hand::bind().await, Hand::bind().await);
    let plan = DialPlan {
        t1: T1,
        ..DialPlan::to_address(peer.address(), Transport::Udp)
    };
    let caller = Caller::dial(plan).await.unwrap();
    let (lost, _) = peer.next("INVITE").await;
    let (invite, from) = peer.next("INVITE").await;
    assert_eq!(lost, invite);
    let contact = format!("<sip:peer@{}>", peer.address());
    let ok = Message::response_to(&invite, 200, "OK", Some("peer")).with("Contact", &contact);
    let ok = ok.with_body("application/sdp", sdp(media.address()));
    for _ in 0..3 {
        peer.send(&ok, from).await;
        let (ack, _) = peer.next("ACK").await;
        assert_eq!(ack.cseq().unwrap().0, invite.cseq().unwrap().0);
    }
    let (ended, ()) = tokio::join!(caller.hang_up(), async {
        peer.next("BYE").await;
        let (bye, from) = peer.next("BYE").await;
        peer.send(&Message::response_to(&bye, 200, "OK", None), from)
            .await;
    });
    assert_eq!(ended.unwrap(), End::HungUp);
}

#[tokio::test]
async fn a_refusal_is_acknowledged_each_time_it_comes() {
    let peer = Hand::bind().await;
    let caller = Caller::dial(DialPlan::to_address(peer.address(), Transport::Udp))
        .await
        .unwrap();
    let (invite, from) = peer.next("INVITE").await;
    let busy = Message::response_to(&invite, 486, "Busy Here", Some("peer"));
    for _ in 0..2 {
        peer.send(&busy, from).await;
        let (ack, _) = peer.next("ACK").await;
        assert_eq!(ack.branch(), invite.branch());
    }
    assert_eq!(caller.ended(SOON).await.unwrap(), End::Refused(486));
}

#[tokio::test]
async fn an_answer_is_repeated_until_it_is_acknowledged() {
    let plan = AnswerPlan {
        t1: T1,
        ..AnswerPlan::answering(Transport::Udp)
    };
    let mut phone = AnsweringPhone::listen(plan).await.unwrap();
    let (peer, media) = (Hand::bind().await, Hand::bind().await);
    let invite = Message::request("INVITE", &format!("sip:phone@{}", phone.address()))
        .with(
            "Via",
            &format!("SIP/2.0/UDP {};branch=z9hG4bK1", peer.address()),
        )
        .with("From", "<sip:peer@127.0.0.1>;tag=peer")
        .with("To", "<sip:phone@127.0.0.1>")
        .with("Call-ID", "by-hand")
        .with("CSeq", "1 INVITE")
        .with("Contact", &format!("<sip:peer@{}>", peer.address()))
        .with_body("application/sdp", sdp(media.address()));
    peer.send(&invite, phone.address()).await;
    let answer = async || loop {
        let (answer, _) = peer.next("INVITE").await;
        if answer.code() == Some(200) {
            return answer;
        }
    };
    let first = answer().await;
    assert_eq!(answer().await, first);
    peer.send(&invite, phone.address()).await;
    assert_eq!(answer().await, first);
    let callee = phone.next_call(SOON).await.unwrap();
    let ack = Message::request("ACK", "sip:phone@127.0.0.1")
        .with("Call-ID", "by-hand")
        .with("CSeq", "1 ACK");
    peer.send(&ack, phone.address()).await;
    let (ended, ()) = tokio::join!(callee.hang_up(), async {
        let (bye, from) = peer.next("BYE").await;
        peer.send(&Message::response_to(&bye, 200, "OK", None), from)
            .await;
    });
    assert_eq!(ended.unwrap(), End::HungUp);
}
