//! The telephone line against baresip, a SIP phone that nobody here wrote.

use crate::phone::{DEADLINE, Phone, Way};
use crate::tones::{
    OUR_TONE, SAID_BYTES, THEIR_TONE, check_heard, leg_event, loudest, say, share_of, wait_for_tone,
};
use maitred::adapters::telephony::{SipConfig, SipLine, TlsListen};
use maitred_actors::ports::audio::LegEvent;
use maitred_actors::ports::telephony::{AnsweredCall, Line, LineEvent, Offer, Refusal};
use maitred_actors::types::SipCallId;
use std::path::Path;
use tokio::time::timeout;

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
            Way::Clear | Way::Opus => {
                format!("sip:reception@{}", self.line.addr())
            }
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
    let codec = match way {
        Way::Opus => "opus/48000/2",
        Way::Clear | Way::Secured => "PCMU/8000",
    };
    assert_eq!(
        (dialog.codec.as_str(), dialog.secured),
        (codec, way == Way::Secured)
    );
    assert_eq!(
        dialog.transport,
        if way == Way::Secured { "tls" } else { "udp" }
    );
    assert!(dialog.remote_target.starts_with("sip:") && !dialog.remote_tag.is_empty());
    assert!(dialog.remote_media.parse::<std::net::SocketAddr>().is_ok() && dialog.remote_seq > 0);
    let line = &host.line;
    assert!(files_in(recordings.path()).is_empty(), "recorded unasked");
    line.start_recording(&call, "whole.wav").await.unwrap();
    line.start_recording(&call, "again.wav").await.unwrap();
    assert_eq!(files_in(recordings.path()), ["whole.wav"]);
    let heard_to = wait_for_tone(&leg.caller, 0).await;

    say(&mut leg).await;

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
    check_heard(&heard);
    let LegEvent::Ended { stats } = leg_event(&mut leg).await else {
        panic!("nothing else happened on this leg")
    };
    assert!(stats.received > 100 && stats.sent > 100, "{stats:?}");
    assert_eq!(host.line.stats().answered, 1);
    check_recording(&recordings.path().join("whole.wav")).await;
    host.line.close().await;
}

fn files_in(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Waits for the recording: the caller on the left, us on the right.
async fn check_recording(path: &Path) {
    let sides = |bytes: &[u8]| -> (Vec<i16>, Vec<i16>) {
        let sample = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
        bytes[44..]
            .chunks_exact(4)
            .map(|pairs| (sample(&pairs[..2]), sample(&pairs[2..])))
            .unzip()
    };
    let complete = async {
        loop {
            let (left, right) = sides(&std::fs::read(path).unwrap());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_calls_over_udp_in_the_clear() {
    whole_call(Way::Clear).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_calls_over_tls_with_srtp() {
    whole_call(Way::Secured).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_speaks_opus_only_calls() {
    whole_call(Way::Opus).await;
}

/// The process that answered is gone; another one takes the call up, and both hear each other. In the clear: this phone
/// keeps the first key it was given, and new ones are held against a scripted peer in `resumed.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_another_process_goes_on() {
    let host = Host::open(None).await;
    let (mut phone, answered) = host.call(Way::Clear).await;
    wait_for_tone(&answered.leg.caller, 0).await;
    let dialog = answered.dialog.clone();
    drop((answered, host));

    let host = Host::open(None).await;
    let resumed = timeout(DEADLINE, host.line.resume(&dialog)).await.unwrap();
    let AnsweredCall {
        mut leg, dialog, ..
    } = resumed.unwrap();
    wait_for_tone(&leg.caller, 0).await;
    say(&mut leg).await;
    phone.command("hangup", "").await;
    host.expect_hung_up(&dialog.call_id).await;
    check_heard(&phone.heard().await);
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
