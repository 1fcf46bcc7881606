//! Owns the tests of session timers on a running call, with intervals shorter than any that can be agreed.
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use super::super::config::SipConfig;
use super::super::line::SipLine;
use super::super::session_timer::SessionTimer;
use super::keep_session;
use maitred_actors::ports::telephony::{AnsweredCall, Line, LineEvent};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(60);

/// A phone that only knows plain text.
struct Phone {
    socket: UdpSocket,
    line: SipLine,
    to: String,
}

impl Phone {
    async fn call(allow: &str) -> (Self, AnsweredCall) {
        let line = SipLine::open(SipConfig::new("127.0.0.1:0".parse().unwrap()))
            .await
            .unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(line.addr()).await.unwrap();
        let mut phone = Self {
            socket,
            line,
            to: "<sip:r@h>".to_owned(),
        };
        let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
        phone.send("INVITE", allow, body).await;
        let LineEvent::Offered(offer) = phone.line.next_event().await.unwrap() else {
            unreachable!("the first event of a call")
        };
        let answering = tokio::spawn(phone.line.answer(&offer.sip_call_id));
        let ok = phone.receive("SIP/2.0 200").await;
        phone.to = field(&ok, "To").to_owned();
        phone.send("ACK", "", "").await;
        (
            phone,
            timeout(DEADLINE, answering)
                .await
                .unwrap()
                .unwrap()
                .unwrap(),
        )
    }

    async fn send(&self, method: &str, extra: &str, body: &str) {
        let (from, to, length) = (self.socket.local_addr().unwrap(), &self.to, body.len());
        let text = format!(
            "{method} sip:r@h SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-{method}\r\n\
             From: <sip:c@h>;tag=t\r\nTo: {to}\r\nCall-ID: short\r\nCSeq: 1 {method}\r\n\
             Contact: <sip:c@{from}>\r\n{extra}Content-Length: {length}\r\n\r\n{body}"
        );
        self.socket.send(text.as_bytes()).await.unwrap();
    }

    async fn receive(&self, start: &str) -> String {
        let mut buffer = [0; 4_096];
        let search = async {
            loop {
                let length = self.socket.recv(&mut buffer).await.unwrap();
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if text.starts_with(start) {
                    return text;
                }
            }
        };
        let found = timeout(DEADLINE, search).await;
        found.unwrap_or_else(|_| unreachable!("no {start} came"))
    }

    async fn accept(&self, request: &str) {
        let fields = ["Via", "From", "To", "Call-ID", "CSeq"];
        let echoed: String = fields
            .iter()
            .map(|name| format!("{name}: {}\r\n", field(request, name)))
            .collect();
        let contact = format!("Contact: <sip:c@{}>\r\n", self.socket.local_addr().unwrap());
        let text = format!("SIP/2.0 200 OK\r\n{echoed}{contact}Content-Length: 0\r\n\r\n");
        self.socket.send(text.as_bytes()).await.unwrap();
    }

    /// Gives the call a timer that runs out while the test waits.
    fn run_timer(&self, we_refresh: bool) {
        let shared = &self.line.shared;
        let call = shared.call_by_text("short").unwrap();
        call.state().timer = Some(watch::Sender::new(SessionTimer::of(SHORT, we_refresh)));
        keep_session(&Arc::clone(shared), &call);
    }
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let of = |line: &'a str| {
        line.split_once(": ")
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| value)
    };
    text.lines().find_map(of).unwrap()
}

#[tokio::test]
async fn a_session_that_nobody_refreshes_is_hung_up() {
    let (phone, answered) = Phone::call("").await;
    phone.run_timer(false);
    let event = timeout(DEADLINE, phone.line.next_event()).await.unwrap();
    assert!(
        matches!(event, Some(LineEvent::HungUp { call, .. }) if call == answered.dialog.call_id)
    );
    phone.receive("BYE ").await;
    assert_eq!(phone.line.calls(), 0);
}

#[tokio::test]
async fn we_refresh_by_update_when_it_is_known_and_by_re_invite_when_not() {
    for (allow, method) in [("Allow: INVITE, UPDATE\r\n", "UPDATE "), ("", "INVITE ")] {
        let (phone, _answered) = Phone::call(allow).await;
        phone.run_timer(true);
        for _ in 0..2 {
            let refresh = phone.receive(method).await;
            assert!(field(&refresh, "Session-Expires").ends_with(";refresher=uac"));
            assert_eq!(refresh.contains("m=audio"), method == "INVITE ");
            phone.accept(&refresh).await;
        }
        assert_eq!(phone.line.calls(), 1);
    }
}
