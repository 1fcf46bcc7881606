//! A device loses its connection in the middle of a call and comes back on another.

use ringcentral_sim::phone::{End, PhoneEvent};
use ringcentral_sim::sip::{Flow, Inbound, Message, Transport};
use ringcentral_sim::{Caller, DialPlan, EdgeConfig, SipEdge};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::SOON;

/// Is a device that speaks SIP by hand over one TLS connection at a time.
struct Device {
    flow: Flow,
    inbox: UnboundedReceiver<Inbound>,
    _tasks: JoinSet<()>,
}

impl Device {
    async fn register(edge: &SipEdge) -> Self {
        let (to_inbox, inbox) = unbounded_channel();
        let mut tasks = JoinSet::new();
        let flow = Flow::dial(
            Transport::Tls,
            edge.address(Transport::Tls),
            to_inbox,
            &mut tasks,
        )
        .await
        .unwrap();
        let mut device = Self {
            flow,
            inbox,
            _tasks: tasks,
        };
        let register = device.request("REGISTER", "registration", 1, "<sip:d@h>", "<sip:d@h>");
        device.flow.send(&register.to_bytes()).await;
        while device.next("REGISTER").await.code() != Some(200) {}
        device
    }

    fn request(&self, method: &str, call_id: &str, cseq: u32, from: &str, to: &str) -> Message {
        let local = self.flow.local;
        Message::request(method, "sip:edge")
            .with(
                "Via",
                &format!(
                    "SIP/2.0/TLS {local};branch=z9hG4bK{method}{cseq}{}",
                    local.port()
                ),
            )
            .with("From", from)
            .with("To", to)
            .with("Call-ID", call_id)
            .with("CSeq", &format!("{cseq} {method}"))
            .with("Contact", &format!("<sip:d@{local};transport=tls>"))
    }

    async fn next(&mut self, method: &str) -> Message {
        let wait = async {
            loop {
                let message = self.inbox.recv().await.unwrap().message;
                if message.method() == method {
                    return message;
                }
            }
        };
        timeout(SOON, wait).await.unwrap()
    }

    async fn reply(&self, request: &Message, body: &str) {
        let ok = Message::response_to(request, 200, "OK", Some("device"));
        let ok = ok.with(
            "Contact",
            &format!("<sip:d@{};transport=tls>", self.flow.local),
        );
        self.flow
            .send(&ok.with_body("application/sdp", body).to_bytes())
            .await;
    }
}

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn a_reinvite_on_a_new_connection_repairs_the_call() {
    let edge = SipEdge::start(EdgeConfig {
        challenge: false,
        ..EdgeConfig::default()
    })
    .await
    .unwrap();
    let mut device = Device::register(&edge).await;
    let caller = Caller::dial(DialPlan::through(&edge)).await.unwrap();
    let invite = device.next("INVITE").await;
    let sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/SAVP 0\r\n\
         a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\r\n"
    );
    device.reply(&invite, &sdp).await;
    caller.answered(SOON).await.unwrap();
    device.next("ACK").await;

    edge.drop_connections();
    let mut device = Device::register(&edge).await;
    let us = format!("{};tag=device", invite.header("To").unwrap());
    let reinvite = device.request(
        "INVITE",
        caller.call_id(),
        7,
        &us,
        invite.header("From").unwrap(),
    );
    device
        .flow
        .send(&reinvite.with_body("application/sdp", sdp).to_bytes())
        .await;
    assert_eq!(device.next("INVITE").await.code(), Some(200));
    let ack = device.request(
        "ACK",
        caller.call_id(),
        7,
        &us,
        invite.header("From").unwrap(),
    );
    device.flow.send(&ack.to_bytes()).await;
    let served = PhoneEvent::Served("INVITE".to_owned());
    caller
        .events()
        .until(SOON, |happened| (happened.event == served).then_some(()))
        .await
        .unwrap();

    let (ended, ()) = tokio::join!(caller.hang_up(), async {
        let bye = device.next("BYE").await;
        device.reply(&bye, "").await;
    });
    assert_eq!(ended.unwrap(), End::HungUp);
}
