//! The telephone line and what a call is offered with: with and without a description, codecs, hints, repetitions.

use crate::peer::{CallScript, Peer, offer, secured_offer};
use crate::phone::DEADLINE;
use crate::registrar::{Over, registered};
use crate::ringing::{bring_up, event, nowhere, offered, open};
use maitred::adapters::telephony::{SipConfig, SipLine};
use maitred::media::codec::{Codec, Decoder, Encoder};
use maitred::media::rtp::Packet;
use maitred::media::{g711, sdp};
use maitred_actors::ports::audio::LegEvent;
use maitred_actors::ports::telephony::{Error, Line, LineEvent, Refusal};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::time::timeout;

#[tokio::test]
async fn a_call_without_an_offer_gets_ours_and_its_answer_comes_in_the_ack() {
    let (line, mut peer) = open().await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let answer = offer(media.local_addr().unwrap(), "");
    let mut script = CallScript::new(&peer, "delayed");
    let (ok, answered) = bring_up(&line, &mut peer, &mut script, ("", "", &answer)).await;
    let ours = sdp::Remote::parse(ok.body.as_bytes()).unwrap();
    assert_eq!((ours.payload_type, ours.events), (0, Some(101)));
    let answered = answered.unwrap();
    assert_eq!(
        answered.dialog.remote_media,
        media.local_addr().unwrap().to_string()
    );
    let mut buffer = [0; 300];
    let (length, from) = timeout(DEADLINE, media.recv_from(&mut buffer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((length, from), (172, ours.address));
}

#[tokio::test]
async fn an_unusable_answer_in_the_ack_ends_the_call() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "unusable");
    let (_, answered) = bring_up(&line, &mut peer, &mut script, ("", "", "v=0\r\n")).await;
    assert!(matches!(answered.err(), Some(Error::NoCommonMedia(_))));
    peer.expect("BYE ").await;
    assert_eq!((line.calls(), line.stats().answered), (0, 0));
}

#[tokio::test]
async fn a_call_without_a_codec_of_ours_gets_488() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "foreign");
    let body = offer(nowhere(), "").replace(" 0 101", " 8 101");
    peer.send(&script.request("INVITE", "", &body)).await;
    let call = offered(&line).await;
    assert!(matches!(
        line.answer(&call).await.err(),
        Some(Error::NoCommonMedia(_))
    ));
    peer.expect("SIP/2.0 488").await;
    assert_eq!((line.calls(), line.stats().refused), (0, 1));
}

#[tokio::test]
async fn a_repeated_invite_is_one_call() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "repeated");
    let invite = script.request("INVITE", "", &offer(nowhere(), ""));
    peer.send(&invite).await;
    let first = peer.expect("SIP/2.0 180").await;
    peer.send(&invite).await;
    let again = peer.expect("SIP/2.0 180").await;
    assert_eq!(first.header("to"), again.header("to"));
    // The same call by another path.
    peer.send(&script.request("INVITE", "", &offer(nowhere(), "")))
        .await;
    peer.expect("SIP/2.0 482").await;
    let call = offered(&line).await;
    line.refuse(&call, Refusal::Declined).await.unwrap();
    peer.expect("SIP/2.0 603").await;
    assert_eq!(
        line.refuse(&call, Refusal::Declined).await,
        Err(Error::NoSuchCall)
    );
}

#[tokio::test]
async fn without_an_offer_over_tls_ours_has_a_key() {
    let (_server, line, mut peer) = registered(Over::Tls).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let answer = secured_offer(media.local_addr().unwrap());
    let mut script = CallScript::new(&peer, "delayed");
    let (ok, answered) = bring_up(&line, &mut peer, &mut script, ("", "", &answer)).await;
    let ours = sdp::Remote::parse(ok.body.as_bytes()).unwrap();
    assert!(ours.crypto.is_some());
    let answered = answered.unwrap();
    assert!(answered.dialog.secured);
    let heard = timeout(DEADLINE, media.recv(&mut [0; 300])).await;
    assert_eq!(heard.expect("no sound").unwrap(), 182);
}

#[tokio::test]
async fn a_description_among_other_parts_is_found() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "parts");
    let body = format!(
        "--b\r\nContent-Type: application/rs-metadata+xml\r\n\r\n<recording/>\r\n\
         --b\r\nContent-Type: application/sdp\r\n\r\n{}--b--\r\n",
        offer(nowhere(), "")
    );
    let invite = script.request("INVITE", "", &body);
    let kind = "Content-Type: multipart/mixed;boundary=b";
    peer.send(&invite.replace(
        "Content-Type: application/sdp\r\nContent-Length",
        &format!("{kind}\r\nContent-Length"),
    ))
    .await;
    let call = offered(&line).await;
    let answering = tokio::spawn(line.answer(&call));
    let ok = peer.expect("SIP/2.0 200").await;
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", "")).await;
    let answered = timeout(DEADLINE, answering)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(answered.dialog.remote_media, nowhere().to_string());
}

#[tokio::test]
async fn sound_comes_from_the_ports_that_are_open_for_it() {
    let range = {
        let free = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let first = free.local_addr().unwrap().port().min(65_000);
        first..=first + 40
    };
    let config = SipConfig {
        rtp_ports: Some(range.clone()),
        ..SipConfig::new("127.0.0.1:0".parse().unwrap())
    };
    let line = Arc::new(SipLine::open(config).await.unwrap());
    let mut peer = Peer::over_udp(line.addr()).await;
    let mut script = CallScript::new(&peer, "ports");
    let (ok, _) = bring_up(
        &line,
        &mut peer,
        &mut script,
        ("", &offer(nowhere(), ""), ""),
    )
    .await;
    let ours = sdp::Remote::parse(ok.body.as_bytes()).unwrap();
    assert!(range.contains(&ours.address.port()), "{}", ours.address);
}

#[tokio::test]
async fn the_second_invite_of_a_call_answered_elsewhere_is_an_offer_of_its_own_that_wants_an_answer()
 {
    let (line, mut peer) = open().await;
    let mut first = CallScript::new(&peer, "first");
    peer.send(&first.request("INVITE", "", "")).await;
    let LineEvent::Offered(ringing) = event(&line).await else {
        panic!("no offer")
    };
    assert!(!ringing.auto_answer);
    let hint = "Call-Info: <sip:127.0.0.1>;answer-after=0\r\n\
                P-Asserted-Identity: \"Ann Lee\" <sip:+14155550123@127.0.0.1>\r\n";
    let mut second = CallScript::new(&peer, "second");
    peer.send(&second.request("INVITE", hint, "")).await;
    let LineEvent::Offered(wanted) = event(&line).await else {
        panic!("no offer")
    };
    assert!(wanted.auto_answer);
    assert_ne!(wanted.sip_call_id, ringing.sip_call_id);
    assert_eq!(wanted.from.unwrap().as_str(), "+14155550123");
    assert_eq!(wanted.from_name.as_deref(), Some("Ann Lee"));
}

#[tokio::test]
async fn a_cancel_that_crosses_the_answer_changes_nothing() {
    let (line, mut peer) = open().await;
    let mut script = CallScript::new(&peer, "crossed");
    let invite = script.request("INVITE", "", &offer(nowhere(), ""));
    peer.send(&invite).await;
    let call = offered(&line).await;
    let answering = tokio::spawn(line.answer(&call));
    let ok = peer.expect("SIP/2.0 200").await;
    let (head, _) = invite.split_once("Content-Type").unwrap();
    let cancel = head.replace("INVITE", "CANCEL");
    peer.send(&format!("{cancel}Content-Length: 0\r\n\r\n"))
        .await;
    let cancelled = loop {
        let response = peer.expect("SIP/2.0 200").await;
        if response.header("cseq").ends_with("CANCEL") {
            break response;
        }
    };
    assert_eq!(cancelled.header("call-id"), script.call_id);
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", "")).await;
    assert!(timeout(DEADLINE, answering).await.unwrap().unwrap().is_ok());
    assert_eq!(line.calls(), 1);
    peer.send(&script.request("BYE", "", "")).await;
    assert!(matches!(event(&line).await, LineEvent::HungUp { .. }));
}

/// A phone that speaks Opus only, under RingCentral's clock or the RFC's.
struct OpusPhone {
    socket: UdpSocket,
    leg: SocketAddr,
    codec: Codec,
    payload_type: u8,
    sent: u32,
}

impl OpusPhone {
    async fn send(&mut self, payload_type: u8, payload: &[u8]) {
        let mut bytes = Vec::new();
        Packet {
            marker: false,
            payload_type,
            sequence: self.sent as u16,
            timestamp: self.sent * self.codec.step(),
            ssrc: 9,
            payload,
        }
        .write(&mut bytes);
        self.sent += 1;
        self.socket.send_to(&bytes, self.leg).await.unwrap();
    }

    /// Receives the next packet; gives its timestamp and how loud it is.
    async fn receive(&self, decoder: &mut Decoder) -> (u32, u32) {
        let mut buffer = [0; 1_500];
        let received = timeout(DEADLINE, self.socket.recv(&mut buffer)).await;
        let length = received.expect("no sound").unwrap();
        let packet = Packet::parse(&buffer[..length]).unwrap();
        assert_eq!(packet.payload_type, self.payload_type);
        assert!(packet.payload.len() < 160);
        let (_, samples) = decoder.decode(&packet).expect("opus");
        let loud = samples
            .iter()
            .map(|byte| u32::from(g711::decode(*byte).unsigned_abs()));
        (packet.timestamp, loud.sum())
    }
}

fn loud_frame(frame: usize) -> [u8; 160] {
    std::array::from_fn(|n| {
        let turn = ((frame * 160 + n) as f64 * 440.0 * std::f64::consts::TAU / 8_000.0).sin();
        g711::encode((turn * 10_000.0) as i16)
    })
}

async fn opus_is_spoken(codec: Codec, payload_type: u8) {
    let (line, mut peer) = open().await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let formats = format!(" {payload_type} 101");
    let mapped = format!("a=rtpmap:{payload_type} {}\r\n", codec.name());
    let body = offer(socket.local_addr().unwrap(), &mapped).replace(" 0 101", &formats);
    let mut script = CallScript::new(&peer, "opus");
    let (ok, answered) = bring_up(&line, &mut peer, &mut script, ("", &body, "")).await;
    let mut answered = answered.unwrap();
    assert!(ok.body.contains(&mapped), "{}", ok.body);
    assert_eq!(answered.dialog.codec, codec.name());
    let leg = sdp::Remote::parse(ok.body.as_bytes()).unwrap().address;
    let mut phone = OpusPhone {
        socket,
        leg,
        codec,
        payload_type,
        sent: 0,
    };
    let (mut encoder, mut decoder) = (Encoder::new(codec).unwrap(), Decoder::new(codec).unwrap());
    let (first, _) = phone.receive(&mut decoder).await;
    let (second, _) = phone.receive(&mut decoder).await;
    assert_eq!(second.wrapping_sub(first), codec.step());

    for frame in 0..20 {
        let payload = encoder.encode(&loud_frame(frame)).unwrap().to_vec();
        phone.send(payload_type, &payload).await;
        if frame == 10 {
            phone.send(payload_type, &[5, 0x8A, 0x03, 0xC0]).await;
            phone.send(101, &[5, 0x06, 0, 0]).await;
        }
    }
    let key = timeout(DEADLINE, answered.leg.events.recv()).await.unwrap();
    assert_eq!(key, Some(LegEvent::Key { key: '5' }));
    let mut from = 0;
    let heard = async {
        loop {
            let (at, bytes) = answered.leg.caller.read(from, 160).await.unwrap();
            from = at + bytes.len() as u64;
            if bytes.iter().any(|byte| g711::decode(*byte).abs() > 6_000) {
                return;
            }
        }
    };
    timeout(DEADLINE, heard).await.expect("the tone is heard");
}

#[tokio::test]
async fn opus_is_spoken_under_ringcentrals_clock() {
    opus_is_spoken(Codec::Opus16, 109).await;
}

#[tokio::test]
async fn opus_is_spoken_under_the_clock_of_the_rfc() {
    opus_is_spoken(Codec::Opus, 111).await;
}
