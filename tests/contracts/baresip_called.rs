//! The telephone line calls baresip, a SIP phone that nobody here wrote, through an account.

use crate::phone::{DEADLINE, Manner, Phone, Way};
use crate::tones::{THEIR_TONE, check_heard, say, wait_for_tone};
use maitred::adapters::telephony::{Account, SipConfig, SipLine, Transport};
use maitred_actors::ports::telephony::{Dialled, Line};
use maitred_actors::types::PhoneNumber;
use std::net::SocketAddr;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// A registrar that takes every REGISTER, and otherwise passes datagrams between the line and the phone.
async fn between(socket: UdpSocket, phone: SocketAddr) {
    let mut line = None;
    let mut buffer = [0; 4_096];
    loop {
        let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
        let text = String::from_utf8(buffer[..length].to_vec()).unwrap();
        if text.starts_with("REGISTER ") {
            line = Some(from);
            let head = text.lines().filter(|line| {
                let name = line.split(':').next().unwrap_or_default();
                ["Via", "From", "To", "Call-ID", "CSeq", "Contact"].contains(&name)
            });
            let head = head.collect::<Vec<_>>().join("\r\n");
            let granted =
                format!("SIP/2.0 200 OK\r\n{head}\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n");
            socket.send_to(granted.as_bytes(), from).await.unwrap();
        } else if let Some(to) = if from == phone { line } else { Some(phone) } {
            socket.send_to(text.as_bytes(), to).await.unwrap();
        }
    }
}

/// A line that reaches the phone through its account.
async fn line_to(phone: &Phone) -> SipLine {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let account = Account {
        registrar: "sip.example.com".to_owned(),
        transport: Transport::Udp,
        user: "15551230001".to_owned(),
        auth_id: None,
        password: "unused".into(),
        outbound_proxy: Some(socket.local_addr().unwrap().to_string()),
        extra_ca_pem: None,
    };
    tokio::spawn(between(socket, phone.sip));
    let config = SipConfig {
        account: Some(account),
        ..SipConfig::new("127.0.0.1:0".parse().unwrap())
    };
    SipLine::open(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn we_call_a_phone_and_both_hear_each_other() {
    let phone = Phone::start_in(Manner::Answers, Way::Clear, THEIR_TONE, None, "").await;
    let line = line_to(&phone).await;
    let to = PhoneNumber::parse("+15557654321").unwrap();
    let dialled = timeout(DEADLINE, line.dial(&to, None)).await.unwrap();
    let Dialled {
        dialog, mut leg, ..
    } = dialled.unwrap();
    wait_for_tone(&leg.caller, 0).await;
    say(&mut leg).await;
    line.hang_up(&dialog.call_id).await.unwrap();
    check_heard(&phone.heard().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn we_stop_calling_a_phone_and_it_stops_ringing() {
    let mut phone = Phone::start(Way::Clear, THEIR_TONE, None).await;
    let line = line_to(&phone).await;
    let to = PhoneNumber::parse("+15557654321").unwrap();
    let dialling = tokio::spawn(line.dial(&to, None));
    phone.wait_for("CALL_INCOMING").await;
    dialling.abort();
    phone.wait_for("CALL_CLOSED").await;
}
