//! The telephone line against baresip, a SIP phone that nobody here wrote.

use crate::phone::{DEADLINE, Phone, Way};
use bytes::Bytes;
use maitred::adapters::telephony::{SipConfig, SipLine, TlsListen};
use maitred::media::{g711, recording};
use maitred_actors::ports::audio::{CallerAudio, Leg, LegEvent, PlayoutCommand};
use maitred_actors::ports::telephony::{AnsweredCall, Line, LineEvent, Offer, Refusal};
use maitred_actors::types::{QuestionNo, SipCallId};
use std::path::Path;
use tokio::time::timeout;

const THEIR_TONE: f64 = 1_000.0;
const OUR_TONE: f64 = 440.0;
/// What we say: three seconds.
const SAID_BYTES: usize = 24_000;

/// A line with what a phone needs to trust it.
struct Host {
    line: SipLine,
    ca_pem: String,
}

impl Host {
    async fn open(recordings: Option<&Path>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let tls = TlsListen {
            listen: "127.0.0.1:0".parse().unwrap(),
            cert_pem: made.cert.pem(),
            key_pem: made.signing_key.serialize_pem().into(),
        };
        let config = SipConfig {
            tls: Some(tls),
            recordings: recordings.map(Path::to_owned),
            ..SipConfig::new("127.0.0.1:0".parse().unwrap())
        };
        Self {
            line: SipLine::open(config).await.unwrap(),
            ca_pem: made.cert.pem(),
        }
    }

    fn uri(&self, way: Way) -> String {
        match way {
            Way::Clear => format!("sip:reception@{}", self.line.addr()),
            Way::Secured => format!(
                "sip:reception@{};transport=tls",
                self.line.tls_addr().unwrap()
            ),
        }
    }

    async fn event(&self) -> LineEvent {
        timeout(DEADLINE, self.line.next_event())
            .await
            .expect("no event from the line")
            .unwrap()
    }

    async fn offered(&self) -> Offer {
        match self.event().await {
            LineEvent::Offered(offer) => offer,
            other => panic!("expected an offer, got {other:?}"),
        }
    }

    /// Lets a new phone call and answers it.
    async fn call(&self, way: Way) -> (Phone, AnsweredCall) {
        let mut phone = Phone::start(way, THEIR_TONE, Some(&self.ca_pem)).await;
        phone.command("dial", &self.uri(way)).await;
        let offer = self.offered().await;
        assert_eq!(
            offer.from.as_ref().map(|number| number.as_str()),
            Some("+15557654321")
        );
        assert_eq!(offer.from_name.as_deref(), Some("Ann Caller"));
        assert_eq!(offer.to, "reception");
        let answered = timeout(DEADLINE, self.line.answer(&offer.sip_call_id))
            .await
            .unwrap()
            .unwrap();
        (phone, answered)
    }

    async fn expect_hung_up(&self, call: &SipCallId) {
        let event = self.event().await;
        assert!(
            matches!(&event, LineEvent::HungUp { call: ended, .. } if ended == call),
            "{event:?}"
        );
        assert_eq!(self.line.calls(), 0);
    }
}

/// Power of one frequency relative to the whole signal: near 1 for a pure tone.
fn share_of(samples: &[i16], hz: f64) -> f64 {
    let (mut cosine, mut sine, mut total) = (0.0, 0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let (angle, value) = (
            n as f64 * hz * std::f64::consts::TAU / 8_000.0,
            f64::from(*sample),
        );
        cosine += value * angle.cos();
        sine += value * angle.sin();
        total += value * value;
    }
    if total == 0.0 {
        0.0
    } else {
        2.0 * (cosine * cosine + sine * sine) / (total * samples.len() as f64)
    }
}

fn our_voice() -> Bytes {
    let sample = |n: usize| (n as f64 * OUR_TONE * std::f64::consts::TAU / 8_000.0).sin() * 8_000.0;
    (0..SAID_BYTES)
        .map(|n| g711::encode(sample(n) as i16))
        .collect()
}

/// Waits until half a second of the caller's audio is their tone; gives where it ends.
async fn wait_for_tone(caller: &CallerAudio, mut from: u64) -> u64 {
    let search = async {
        loop {
            let mut window = Vec::new();
            while window.len() < 4_000 {
                let (at, bytes) = caller
                    .read(from, 4_000 - window.len())
                    .await
                    .expect("audio ended");
                window.extend(bytes.iter().map(|byte| g711::decode(*byte)));
                from = at + bytes.len() as u64;
            }
            if share_of(&window, THEIR_TONE) > 0.9 {
                return from;
            }
        }
    };
    timeout(DEADLINE, search)
        .await
        .expect("the tone did not arrive")
}

async fn leg_event(leg: &mut Leg) -> LegEvent {
    timeout(DEADLINE, leg.events.recv())
        .await
        .expect("no event from the leg")
        .unwrap()
}

/// One whole call: both hear each other, a key, a hold, and the phone hangs up.
async fn whole_call(way: Way) {
    let recordings = tempfile::tempdir().unwrap();
    let host = Host::open(Some(recordings.path())).await;
    let (
        mut phone,
        AnsweredCall {
            dialog, mut leg, ..
        },
    ) = host.call(way).await;
    let call = dialog.call_id.clone();
    assert_eq!(
        (dialog.codec.as_str(), dialog.secured),
        ("PCMU/8000", way == Way::Secured)
    );
    assert_eq!(
        dialog.transport,
        if way == Way::Secured { "tls" } else { "udp" }
    );
    assert!(dialog.remote_target.starts_with("sip:") && !dialog.remote_tag.is_empty());
    assert!(dialog.remote_media.parse::<std::net::SocketAddr>().is_ok() && dialog.remote_seq > 0);
    let heard_to = wait_for_tone(&leg.caller, 0).await;

    let utterance = QuestionNo(1);
    leg.playout
        .send(PlayoutCommand::Append {
            utterance,
            offset: 0,
            audio: our_voice(),
        })
        .unwrap();
    leg.playout
        .send(PlayoutCommand::Finish {
            utterance,
            length: SAID_BYTES as u64,
        })
        .unwrap();
    assert_eq!(leg_event(&mut leg).await, LegEvent::Started { utterance });
    assert_eq!(leg_event(&mut leg).await, LegEvent::Played { utterance });

    phone.command("sndcode", "5").await;
    assert_eq!(leg_event(&mut leg).await, LegEvent::Key { key: '5' });

    phone.command("hold", "").await;
    assert_eq!(
        host.event().await,
        LineEvent::HoldChanged {
            call: call.clone(),
            held: true
        }
    );
    let held_at = leg.caller.end();
    phone.command("resume", "").await;
    assert_eq!(
        host.event().await,
        LineEvent::HoldChanged {
            call: call.clone(),
            held: false
        }
    );
    wait_for_tone(&leg.caller, held_at.max(heard_to)).await;

    phone.command("hangup", "").await;
    host.expect_hung_up(&call).await;
    assert_eq!(
        timeout(DEADLINE, leg.caller.read(u64::MAX, 1))
            .await
            .unwrap(),
        None
    );
    let heard = phone.heard().await;
    let said = loudest(&heard, SAID_BYTES / 2);
    assert!(
        share_of(said, OUR_TONE) > 0.9,
        "{}",
        share_of(said, OUR_TONE)
    );
    assert_eq!(host.line.stats().answered, 1);
    check_recording(recordings.path(), &call).await;
    host.line.close().await;
}

/// Waits for the recording: the caller on the left, us on the right.
async fn check_recording(folder: &Path, call: &SipCallId) {
    let path = folder.join(format!("{}.wav", recording::file_name(call.as_str())));
    let sides = |bytes: &[u8]| -> (Vec<i16>, Vec<i16>) {
        let sample = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
        bytes[44..]
            .chunks_exact(4)
            .map(|pairs| (sample(&pairs[..2]), sample(&pairs[2..])))
            .unzip()
    };
    let complete = async {
        loop {
            let (left, right) = sides(&std::fs::read(&path).unwrap());
            if right.len() > SAID_BYTES
                && share_of(loudest(&left, 4_000), THEIR_TONE) > 0.9
                && share_of(loudest(&right, SAID_BYTES / 2), OUR_TONE) > 0.9
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, complete)
        .await
        .expect("both sides are in the recording");
}

/// Gives the stretch of `length` samples with the most power.
fn loudest(samples: &[i16], length: usize) -> &[i16] {
    let power = |window: &&[i16]| {
        window
            .iter()
            .map(|s| u64::from(s.unsigned_abs()))
            .sum::<u64>()
    };
    let windows = samples.windows(length).step_by(800);
    windows
        .max_by_key(power)
        .expect("the recording is long enough")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_calls_over_udp_in_the_clear() {
    whole_call(Way::Clear).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_calls_over_tls_with_srtp() {
    whole_call(Way::Secured).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn we_hang_up() {
    let host = Host::open(None).await;
    let (mut phone, answered) = host.call(Way::Clear).await;
    host.line.hang_up(&answered.dialog.call_id).await.unwrap();
    phone.wait_for("CALL_CLOSED").await;
    assert_eq!(host.line.calls(), 0);
    assert!(host.line.hang_up(&answered.dialog.call_id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_gives_up_before_the_answer() {
    let host = Host::open(None).await;
    let mut phone = Phone::start(Way::Clear, THEIR_TONE, None).await;
    phone.command("dial", &host.uri(Way::Clear)).await;
    let call = host.offered().await.sip_call_id;
    phone.wait_for("CALL_RINGING").await;
    phone.command("hangup", "").await;
    assert_eq!(
        host.event().await,
        LineEvent::Cancelled { call: call.clone() }
    );
    assert!(host.line.answer(&call).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn we_refuse_and_the_phone_hears_busy() {
    let host = Host::open(None).await;
    let mut phone = Phone::start(Way::Clear, THEIR_TONE, None).await;
    phone.command("dial", &host.uri(Way::Clear)).await;
    let call = host.offered().await.sip_call_id;
    host.line.refuse(&call, Refusal::Busy).await.unwrap();
    phone.wait_for("486 Busy").await;
    assert_eq!((host.line.calls(), host.line.stats().refused), (0, 1));
}
