//! Owns the tests of `leg.rs`: a leg on real sockets against a scripted phone.
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use super::{Codec, LegConfig, LegControl, Media, Packet, Srtp, SrtpKey, start};
use crate::media::socket::bind;
use bytes::Bytes;
use maitred_actors::ports::audio::{Leg, LegEvent, PlayoutCommand};
use maitred_actors::types::QuestionNo;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Nobody there wants reports.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
const DEADLINE: Duration = Duration::from_secs(10);

struct Phone {
    socket: UdpSocket,
    leg_at: SocketAddr,
    sealing: Option<Srtp>,
    opening: Option<Srtp>,
    sequence: u16,
}

impl Phone {
    async fn call(
        keys: Option<(SrtpKey, SrtpKey)>,
        no_audio_after: Duration,
    ) -> (Self, Leg, LegControl) {
        let socket = bind(HOME, None).await.unwrap();
        let leg_socket = bind(HOME, None).await.unwrap();
        let leg_at = leg_socket.local_addr().unwrap();
        assert_eq!(leg_at.port() % 2, 0);
        let (key, remote_key) = keys.clone().unzip();
        let media = Media {
            remote: socket.local_addr().unwrap(),
            rtcp: NOWHERE,
            codec: Codec::Pcmu,
            payload_type: 0,
            events: Some(101),
            key: remote_key,
            held: false,
        };
        let config = LegConfig {
            call: "test".into(),
            no_audio_after,
            key,
        };
        let (leg, control) = start(leg_socket, config, media).unwrap();
        let (opening, sealing) = keys.unzip();
        let phone = Self {
            socket,
            leg_at,
            sealing: sealing.map(|key| Srtp::new(key).unwrap()),
            opening: opening.map(|key| Srtp::new(key).unwrap()),
            sequence: 65_530,
        };
        (phone, leg, control)
    }

    fn packet(&mut self, payload_type: u8, timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let sequence = self.sequence;
        self.sequence = self.sequence.wrapping_add(1);
        Packet {
            marker: false,
            payload_type,
            sequence,
            timestamp,
            ssrc: 7,
            payload,
        }
        .write(&mut bytes);
        match &mut self.sealing {
            Some(srtp) => srtp.protect(&bytes).unwrap(),
            None => bytes,
        }
    }

    async fn send(&mut self, payload_type: u8, timestamp: u32, payload: &[u8]) {
        let bytes = self.packet(payload_type, timestamp, payload);
        self.socket.send_to(&bytes, self.leg_at).await.unwrap();
    }

    /// Receives the next packet as `(marker, timestamp, payload)`.
    async fn receive(&mut self) -> (bool, u32, Vec<u8>) {
        let mut buffer = [0; 2_048];
        let (length, _) = timeout(DEADLINE, self.socket.recv_from(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        let bytes = match &mut self.opening {
            Some(srtp) => srtp.unprotect(&buffer[..length]).unwrap(),
            None => buffer[..length].to_vec(),
        };
        let packet = Packet::parse(&bytes).unwrap();
        (packet.marker, packet.timestamp, packet.payload.to_vec())
    }
}

/// Reads the caller's audio until `byte` appears.
async fn wait_for_byte(leg: &Leg, byte: u8) {
    let mut from = 0;
    let search = async {
        loop {
            let (at, bytes) = leg.caller.read(from, 160).await.unwrap();
            if bytes.contains(&byte) {
                return;
            }
            from = at + bytes.len() as u64;
        }
    };
    timeout(DEADLINE, search).await.unwrap();
}

async fn next_event(leg: &mut Leg) -> LegEvent {
    timeout(DEADLINE, leg.events.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn sound_passes_both_ways_and_the_clock_never_stops() {
    let (mut phone, mut leg, _control) = Phone::call(None, DEADLINE).await;
    let (marker, first, silence) = phone.receive().await;
    assert!(marker && silence == [0xFF; 160]);
    assert_eq!(phone.receive().await.1, first.wrapping_add(160));
    phone.send(0, 0, &[0x11; 160]).await;
    wait_for_byte(&leg, 0x11).await;
    let utterance = QuestionNo(4);
    let audio = Bytes::from_static(&[0x22; 200]);
    leg.playout
        .send(PlayoutCommand::Append {
            utterance,
            offset: 0,
            audio,
        })
        .unwrap();
    leg.playout
        .send(PlayoutCommand::Finish {
            utterance,
            length: 200,
        })
        .unwrap();
    let spoken = loop {
        let (marker, _, payload) = phone.receive().await;
        if payload[0] == 0x22 {
            break (marker, phone.receive().await.2);
        }
    };
    assert!(spoken.0, "the first packet after silence is marked");
    assert_eq!((spoken.1[39], spoken.1[40]), (0x22, 0xFF));
    assert_eq!(next_event(&mut leg).await, LegEvent::Started { utterance });
    assert_eq!(next_event(&mut leg).await, LegEvent::Played { utterance });
}

#[tokio::test]
async fn secured_sound_passes_and_forged_packets_do_not() {
    let keys = (SrtpKey::random(), SrtpKey::random());
    let (mut phone, mut leg, _control) = Phone::call(Some(keys), DEADLINE).await;
    assert_eq!(phone.receive().await.2, [0xFF; 160]);
    let mut forged = phone.packet(101, 160, &[1, 0x0A, 0, 160]);
    forged[14] ^= 1;
    phone.socket.send_to(&forged, phone.leg_at).await.unwrap();
    let repeated = phone.packet(101, 320, &[2, 0x0A, 0, 160]);
    phone.socket.send_to(&repeated, phone.leg_at).await.unwrap();
    phone.socket.send_to(&repeated, phone.leg_at).await.unwrap();
    phone.send(101, 480, &[3, 0x06, 0, 0]).await;
    assert_eq!(next_event(&mut leg).await, LegEvent::Key { key: '2' });
    assert_eq!(next_event(&mut leg).await, LegEvent::Key { key: '3' });
    phone.send(0, 640, &[0x33; 160]).await;
    wait_for_byte(&leg, 0x33).await;
}

#[tokio::test]
async fn stray_and_foreign_packets_are_not_audio() {
    let (mut phone, leg, _control) = Phone::call(None, DEADLINE).await;
    phone.send(0, 0, &[5, 0x8A, 0x03, 0xC0]).await;
    phone.send(8, 0, &[0x44; 160]).await;
    phone.send(0, 160, &[0x55; 160]).await;
    wait_for_byte(&leg, 0x55).await;
    let (_, heard) = leg.caller.read(0, 100_000).await.unwrap();
    assert!(!heard.contains(&0x44) && !heard.contains(&0x8A));
}

#[tokio::test]
async fn we_send_to_where_packets_come_from_and_a_stranger_cannot_take_over() {
    let (mut phone, leg, _control) = Phone::call(None, DEADLINE).await;
    let moved = UdpSocket::bind((HOME, 0)).await.unwrap();
    let bytes = phone.packet(0, 0, &[0x66; 160]);
    moved.send_to(&bytes, phone.leg_at).await.unwrap();
    wait_for_byte(&leg, 0x66).await;
    let mut buffer = [0; 2_048];
    timeout(DEADLINE, moved.recv_from(&mut buffer))
        .await
        .unwrap()
        .unwrap();
    let stranger = UdpSocket::bind((HOME, 0)).await.unwrap();
    let bytes = phone.packet(0, 160, &[0x77; 160]);
    stranger.send_to(&bytes, phone.leg_at).await.unwrap();
    let bytes = phone.packet(0, 160, &[0x6A; 160]);
    moved.send_to(&bytes, phone.leg_at).await.unwrap();
    wait_for_byte(&leg, 0x6A).await;
    let (_, heard) = leg.caller.read(0, 100_000).await.unwrap();
    assert!(!heard.contains(&0x77));
}

#[tokio::test]
async fn on_hold_the_utterance_waits_and_the_caller_is_silent() {
    let (mut phone, mut leg, control) = Phone::call(None, DEADLINE).await;
    let remote = phone.socket.local_addr().unwrap();
    let media = |held| Media {
        remote,
        rtcp: NOWHERE,
        codec: Codec::Pcmu,
        payload_type: 0,
        events: None,
        key: None,
        held,
    };
    control.update(media(true));
    let utterance = QuestionNo(1);
    let audio = Bytes::from(vec![0x22; 160]);
    leg.playout
        .send(PlayoutCommand::Append {
            utterance,
            offset: 0,
            audio,
        })
        .unwrap();
    leg.playout
        .send(PlayoutCommand::Finish {
            utterance,
            length: 160,
        })
        .unwrap();
    phone.send(0, 0, &[0x12; 160]).await;
    let end = leg.caller.end();
    assert!(
        leg.caller.read(end + 1_600, 160).await.is_some(),
        "the clock goes on"
    );
    assert!(leg.events.try_recv().is_err(), "nothing was played");
    let (_, heard) = leg.caller.read(0, 100_000).await.unwrap();
    assert!(!heard.contains(&0x12));
    control.update(media(false));
    assert_eq!(next_event(&mut leg).await, LegEvent::Started { utterance });
    assert_eq!(next_event(&mut leg).await, LegEvent::Played { utterance });
}

#[tokio::test]
async fn a_new_description_brings_a_new_key_and_ours_goes_on() {
    let keys = (SrtpKey::random(), SrtpKey::random());
    let (mut phone, leg, control) = Phone::call(Some(keys), DEADLINE).await;
    phone.send(0, 0, &[0x11; 160]).await;
    wait_for_byte(&leg, 0x11).await;
    let key = SrtpKey::random();
    phone.sealing = Some(Srtp::new(key.clone()).unwrap());
    let remote = phone.socket.local_addr().unwrap();
    control.update(Media {
        remote,
        rtcp: NOWHERE,
        codec: Codec::Pcmu,
        payload_type: 0,
        events: None,
        key: Some(key),
        held: false,
    });
    let mut timestamp = 160;
    // What is sent before the leg has taken the key cannot be read, so the phone goes on speaking.
    let speak = async {
        loop {
            phone.send(0, timestamp, &[0x13; 160]).await;
            timestamp += 160;
            phone.receive().await; // still under our first key
        }
    };
    tokio::select! {
        () = speak => {}
        () = wait_for_byte(&leg, 0x13) => {}
    }
}

#[tokio::test]
async fn a_line_that_goes_dead_is_told_once() {
    let (mut phone, mut leg, _control) = Phone::call(None, Duration::from_millis(100)).await;
    assert_eq!(
        next_event(&mut leg).await,
        LegEvent::NoAudio { for_ms: 100 }
    );
    phone.send(101, 0, &[9, 0x0A, 0, 160]).await;
    assert_eq!(next_event(&mut leg).await, LegEvent::Key { key: '9' });
    assert_eq!(
        next_event(&mut leg).await,
        LegEvent::NoAudio { for_ms: 100 }
    );
}

#[tokio::test]
async fn dropping_the_playout_ends_the_leg_and_reports_what_was_left() {
    let (_phone, leg, _control) = Phone::call(None, DEADLINE).await;
    let Leg {
        caller,
        playout,
        mut events,
    } = leg;
    let utterance = QuestionNo(1);
    let audio = Bytes::from(vec![0x22; 80_000]);
    playout
        .send(PlayoutCommand::Append {
            utterance,
            offset: 0,
            audio,
        })
        .unwrap();
    assert_eq!(
        timeout(DEADLINE, events.recv()).await.unwrap(),
        Some(LegEvent::Started { utterance })
    );
    drop(playout);
    let stopped = timeout(DEADLINE, events.recv()).await.unwrap();
    assert!(
        matches!(stopped, Some(LegEvent::Stopped { heard_ms: 1.., .. })),
        "{stopped:?}"
    );
    let ended = timeout(DEADLINE, events.recv()).await.unwrap();
    assert!(matches!(ended, Some(LegEvent::Ended { .. })), "{ended:?}");
    assert_eq!(timeout(DEADLINE, events.recv()).await.unwrap(), None);
    assert_eq!(caller.read(caller.end(), 1).await, None);
}

#[tokio::test]
async fn the_end_of_a_leg_tells_what_the_network_did() {
    let (mut phone, mut leg, control) = Phone::call(None, DEADLINE).await;
    for number in 0..10u32 {
        if number == 4 {
            phone.sequence = phone.sequence.wrapping_add(2);
        }
        phone.send(0, number * 160, &[0x11; 160]).await;
    }
    phone
        .socket
        .send_to(b"no packet", phone.leg_at)
        .await
        .unwrap();
    phone.send(0, 1_600, &[0x77; 160]).await;
    wait_for_byte(&leg, 0x77).await;
    drop(control);
    let ended = next_event(&mut leg).await;
    let LegEvent::Ended { stats } = ended else {
        unreachable!("the first and last event of this leg, not {ended:?}")
    };
    assert_eq!((stats.received, stats.lost, stats.rejected), (11, 2, 1));
    assert!(stats.sent > 0);
    assert_eq!(leg.events.recv().await, None);
}
