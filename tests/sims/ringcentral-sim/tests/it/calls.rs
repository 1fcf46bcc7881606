//! Call set-up, change and end between two telephones.

use std::time::Duration;

use ringcentral_sim::phone::{CallError, End, PhoneEvent, Reaction, ReferReaction};
use ringcentral_sim::{AnswerPlan, AnsweringPhone, Caller, DialPlan, Leg, Media, Transport};

use crate::SOON;
use crate::hearing::{tone, until_tone};

const TRANSPORTS: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Tls];

pub async fn connected(transport: Transport, media: Media) -> (Caller, Leg, AnsweringPhone) {
    let mut phone = AnsweringPhone::listen(AnswerPlan::answering(transport))
        .await
        .unwrap();
    let plan = DialPlan {
        media,
        ..DialPlan::to_address(phone.address(), transport)
    };
    let caller = Caller::dial(plan).await.unwrap();
    caller.answered(SOON).await.unwrap();
    let callee = phone.next_call(SOON).await.unwrap();
    (caller, callee, phone)
}

fn happened(leg: &Leg, event: &PhoneEvent) -> bool {
    leg.events()
        .so_far()
        .iter()
        .any(|happened| happened.event == *event)
}

async fn until(leg: &Leg, wanted: PhoneEvent) {
    leg.events()
        .until(SOON, |happened| (happened.event == wanted).then_some(()))
        .await
        .unwrap();
}

#[tokio::test]
async fn both_sides_hear_each_other_over_every_transport() {
    for transport in TRANSPORTS {
        for media in [Media::Rtp, Media::Srtp] {
            let (caller, callee, _phone) = connected(transport, media).await;
            assert!(happened(&caller, &PhoneEvent::Ringing));
            let (mut at_caller, mut at_callee) = (caller.audio(), callee.audio());
            caller.speak(&tone(440.0, 10));
            callee.speak(&tone(1000.0, 10));
            until_tone(&mut at_callee, 440.0).await;
            until_tone(&mut at_caller, 1000.0).await;
            assert_eq!(caller.hang_up().await.unwrap(), End::HungUp);
            assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
        }
    }
}

#[tokio::test]
async fn callee_can_hang_up() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Rtp).await;
    callee.hang_up().await.unwrap();
    assert_eq!(caller.ended(SOON).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn caller_learns_why_it_was_refused() {
    for code in [486, 503, 603] {
        let plan = AnswerPlan {
            reaction: Reaction::Refuse(code),
            ..AnswerPlan::answering(Transport::Udp)
        };
        let phone = AnsweringPhone::listen(plan).await.unwrap();
        let caller = Caller::dial(DialPlan::to_address(phone.address(), Transport::Udp))
            .await
            .unwrap();
        let refusal = caller.answered(SOON).await.unwrap_err();
        assert!(
            matches!(refusal, CallError::Ended(End::Refused(given)) if given == code),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn caller_can_give_up_while_it_rings() {
    for transport in TRANSPORTS {
        let plan = AnswerPlan {
            reaction: Reaction::Ring,
            ..AnswerPlan::answering(transport)
        };
        let mut phone = AnsweringPhone::listen(plan).await.unwrap();
        let caller = Caller::dial(DialPlan::to_address(phone.address(), transport))
            .await
            .unwrap();
        let callee = phone.next_call(SOON).await.unwrap();
        until(&caller, PhoneEvent::Ringing).await;
        assert_eq!(caller.cancel().await.unwrap(), End::Cancelled);
        assert_eq!(callee.ended(SOON).await.unwrap(), End::Cancelled);
    }
}

#[tokio::test]
async fn a_ringing_phone_answers_when_told() {
    let plan = AnswerPlan {
        reaction: Reaction::Ring,
        ..AnswerPlan::answering(Transport::Udp)
    };
    let mut phone = AnsweringPhone::listen(plan).await.unwrap();
    let caller = Caller::dial(DialPlan::to_address(phone.address(), Transport::Udp))
        .await
        .unwrap();
    let callee = phone.next_call(SOON).await.unwrap();
    callee.answer();
    caller.answered(SOON).await.unwrap();
}

#[tokio::test]
async fn an_invite_without_offer_is_answered_in_the_ack() {
    let mut phone = AnsweringPhone::listen(AnswerPlan::answering(Transport::Udp))
        .await
        .unwrap();
    let plan = DialPlan {
        delayed_offer: true,
        ..DialPlan::to_address(phone.address(), Transport::Udp)
    };
    let caller = Caller::dial(plan).await.unwrap();
    caller.answered(SOON).await.unwrap();
    let callee = phone.next_call(SOON).await.unwrap();
    let (mut at_caller, mut at_callee) = (caller.audio(), callee.audio());
    caller.speak(&tone(440.0, 10));
    callee.speak(&tone(1000.0, 10));
    until_tone(&mut at_callee, 440.0).await;
    until_tone(&mut at_caller, 1000.0).await;
}

#[tokio::test]
async fn hold_stops_the_held_side_and_resume_brings_it_back() {
    let (caller, callee, _phone) = connected(Transport::Tcp, Media::Srtp).await;
    callee.hold().await.unwrap();
    until(&caller, PhoneEvent::Held).await;
    let mut at_caller = caller.audio();
    callee.speak(&tone(440.0, 10));
    until_tone(&mut at_caller, 440.0).await;
    let sent = caller.counts().sent;
    callee.speak(&tone(700.0, 10));
    until_tone(&mut at_caller, 700.0).await;
    assert_eq!(caller.counts().sent, sent, "a held phone went on sending");
    callee.resume().await.unwrap();
    until(&caller, PhoneEvent::Resumed).await;
    let mut at_callee = callee.audio();
    caller.speak(&tone(700.0, 10));
    until_tone(&mut at_callee, 700.0).await;
}

#[tokio::test]
async fn caller_can_put_the_other_side_on_hold() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Rtp).await;
    caller.deactivate().await.unwrap();
    until(&callee, PhoneEvent::Held).await;
    caller.resume().await.unwrap();
    until(&callee, PhoneEvent::Resumed).await;
}

#[tokio::test]
async fn media_follows_to_a_new_address_with_new_keys() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Srtp).await;
    let mut at_callee = callee.audio();
    caller.speak(&tone(440.0, 20));
    until_tone(&mut at_callee, 440.0).await;
    callee.relocate().await.unwrap();
    let moved = |event: &PhoneEvent| matches!(event, PhoneEvent::Moved(_)).then_some(());
    caller
        .events()
        .until(SOON, |happened| moved(&happened.event))
        .await
        .unwrap();
    let (mut at_caller, mut at_callee) = (caller.audio(), callee.audio());
    caller.stop_speaking();
    caller.speak(&tone(1200.0, 10));
    callee.speak(&tone(700.0, 10));
    until_tone(&mut at_callee, 1200.0).await;
    until_tone(&mut at_caller, 700.0).await;
}

#[tokio::test]
async fn refer_is_accepted_reported_and_ends_the_leg() {
    let (caller, callee, _phone) = connected(Transport::Tls, Media::Srtp).await;
    assert_eq!(
        callee
            .refer("sip:+15550009999@sip.ringcentral.com")
            .await
            .unwrap(),
        202
    );
    until(
        &callee,
        PhoneEvent::Notified("SIP/2.0 100 Trying".to_owned()),
    )
    .await;
    until(&callee, PhoneEvent::Notified("SIP/2.0 200 OK".to_owned())).await;
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let to = "sip:+15550009999@sip.ringcentral.com".to_owned();
    assert!(happened(&caller, &PhoneEvent::Referred { to }));
}

#[tokio::test]
async fn refer_can_fail_and_the_call_goes_on() {
    let mut phone = AnsweringPhone::listen(AnswerPlan::answering(Transport::Udp))
        .await
        .unwrap();
    let refer = ReferReaction::Fail(486);
    let plan = DialPlan {
        refer,
        ..DialPlan::to_address(phone.address(), Transport::Udp)
    };
    let caller = Caller::dial(plan).await.unwrap();
    let callee = phone.next_call(SOON).await.unwrap();
    caller.answered(SOON).await.unwrap();
    assert_eq!(callee.refer("sip:1@h").await.unwrap(), 202);
    until(
        &callee,
        PhoneEvent::Notified("SIP/2.0 486 Busy Here".to_owned()),
    )
    .await;
    assert_eq!(caller.hang_up().await.unwrap(), End::HungUp);
}

#[tokio::test]
async fn a_dead_address_times_out() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let to = silent.local_addr().unwrap();
    let plan = DialPlan {
        t1: Duration::from_millis(5),
        ..DialPlan::to_address(to, Transport::Udp)
    };
    let caller = Caller::dial(plan).await.unwrap();
    assert_eq!(caller.ended(SOON).await.unwrap(), End::TimedOut);
    let mut buffer = [0; 4096];
    let mut copies = 0;
    while silent.try_recv(&mut buffer).is_ok() {
        copies += 1;
    }
    assert!(copies >= 6, "INVITE was sent {copies} times only");
}

#[tokio::test]
async fn dropping_a_phone_hangs_up() {
    let (caller, callee, _phone) = connected(Transport::Udp, Media::Rtp).await;
    drop(caller);
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
}
