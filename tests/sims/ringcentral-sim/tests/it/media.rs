//! What arrives of what was said, with and without faults on the way.

use std::collections::BTreeSet;
use std::time::Duration;

use ringcentral_sim::phone::PhoneEvent;
use ringcentral_sim::{AnswerPlan, AnsweringPhone, Caller, DialPlan, Media, RtpFaults, Transport};

use crate::SOON;
use crate::calls::connected;
use crate::hearing::{listen, share_of, tone, until_tone};

/// Says 40 frames through the faults and hands back what came.
async fn said_through(faults: RtpFaults, frames: usize) -> Vec<bool> {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Srtp).await;
    let mut audio = callee.audio();
    caller.speak(&tone(300.0, 2));
    until_tone(&mut audio, 300.0).await;
    caller.set_faults(faults);
    caller.speak(&tone(440.0, 60));
    let heard = listen(&mut audio, frames).await;
    for frame in heard.iter().skip(2).filter(|frame| !frame.lost) {
        assert!(share_of(440.0, &frame.samples) > 0.9);
    }
    heard.iter().map(|frame| frame.lost).collect()
}

#[tokio::test]
async fn lost_packets_are_marked() {
    let drop = BTreeSet::from([20, 21, 30]);
    let lost = said_through(
        RtpFaults {
            drop,
            ..RtpFaults::default()
        },
        50,
    )
    .await;
    assert_eq!(lost.iter().filter(|lost| **lost).count(), 3);
}

#[tokio::test]
async fn reordered_doubled_and_delayed_packets_come_out_in_order() {
    let faults = RtpFaults {
        reorder_every: Some(5),
        duplicate_every: Some(3),
        jitter: Duration::from_millis(30),
        ..RtpFaults::default()
    };
    let lost = said_through(faults, 50).await;
    assert_eq!(lost.iter().filter(|lost| **lost).count(), 0);
}

#[tokio::test]
async fn random_loss_is_about_what_was_asked_for() {
    let lost = said_through(
        RtpFaults {
            loss: 0.3,
            seed: 7,
            ..RtpFaults::default()
        },
        50,
    )
    .await;
    let lost = lost.iter().filter(|lost| **lost).count();
    assert!((5..=25).contains(&lost), "{lost} of 50");
}

#[tokio::test]
async fn media_is_followed_to_another_source_port() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Rtp).await;
    let (mut at_caller, mut at_callee) = (caller.audio(), callee.audio());
    caller.set_faults(RtpFaults {
        other_source_port: true,
        ..RtpFaults::default()
    });
    caller.speak(&tone(440.0, 10));
    until_tone(&mut at_callee, 440.0).await;
    callee.speak(&tone(1000.0, 10));
    until_tone(&mut at_caller, 1000.0).await;
}

#[tokio::test]
async fn keys_are_heard_once_each_even_with_odd_packets_between() {
    for odd_packets in [false, true] {
        let (caller, callee, _phone) = connected(Transport::Udp, Media::Srtp).await;
        caller.set_faults(RtpFaults {
            odd_packets,
            ..RtpFaults::default()
        });
        caller.press("15#");
        let mut events = callee.events();
        for wanted in ['1', '5', '#'] {
            let key = |event: &PhoneEvent| match event {
                PhoneEvent::Key(key) => Some(*key),
                _ => None,
            };
            assert_eq!(
                events
                    .until(SOON, |happened| key(&happened.event))
                    .await
                    .unwrap(),
                wanted
            );
        }
    }
}

#[tokio::test]
async fn speaking_can_be_cut_off() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Rtp).await;
    let mut audio = callee.audio();
    let playing = caller.speak(&tone(440.0, 5000));
    until_tone(&mut audio, 440.0).await;
    caller.stop_speaking();
    assert_eq!(playing.finished().await, None);
    assert!(caller.speak(&tone(700.0, 5)).finished().await.is_some());
    until_tone(&mut audio, 700.0).await;
}

#[tokio::test]
async fn both_directions_are_recorded() {
    let mut phone = AnsweringPhone::listen(AnswerPlan::answering(Transport::Udp))
        .await
        .unwrap();
    let plan = DialPlan {
        record: true,
        ..DialPlan::to_address(phone.address(), Transport::Udp)
    };
    let caller = Caller::dial(plan).await.unwrap();
    let callee = phone.next_call(SOON).await.unwrap();
    caller.answered(SOON).await.unwrap();
    let mut audio = caller.audio();
    caller.speak(&tone(440.0, 10)).finished().await.unwrap();
    callee.speak(&tone(1000.0, 10));
    until_tone(&mut audio, 1000.0).await;
    let recording = caller.recording();
    let loudest = |hertz, samples: &[i16]| {
        samples
            .chunks_exact(160)
            .map(|frame| share_of(hertz, frame))
            .fold(0.0, f64::max)
    };
    assert!(loudest(440.0, &recording.spoken) > 0.9);
    assert!(loudest(1000.0, &recording.heard) > 0.9);
}
