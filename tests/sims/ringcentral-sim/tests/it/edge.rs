//! Devices register at the edge and are called through it.

use std::time::Duration;

use ringcentral_sim::phone::{CallError, DeviceAccount, End, RegisterError};
use ringcentral_sim::{
    AnswerPlan, AnsweringPhone, Caller, DialPlan, EdgeConfig, EdgeFault, SipEdge, Transport,
};

use crate::SOON;
use crate::hearing::{tone, until_tone};

const TRANSPORTS: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Tls];

async fn edge() -> SipEdge {
    SipEdge::start(EdgeConfig::default()).await.unwrap()
}

async fn device(edge: &SipEdge, transport: Transport) -> AnsweringPhone {
    let account = DeviceAccount::of(edge, transport);
    AnsweringPhone::register(AnswerPlan::answering(transport), &account)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_registered_device_is_called_down_its_own_connection() {
    for transport in TRANSPORTS {
        let edge = edge().await;
        let mut phone = device(&edge, transport).await;
        let binding = edge.until_registered(SOON).await.unwrap();
        assert_eq!(binding.granted, Duration::from_secs(120));
        let caller = Caller::dial(DialPlan::through(&edge)).await.unwrap();
        caller.answered(SOON).await.unwrap();
        let callee = phone.next_call(SOON).await.unwrap();
        let invite = callee.invite();
        assert!(
            invite
                .header("User-Agent")
                .unwrap()
                .starts_with("RC_SIPWRP_")
        );
        assert_eq!(
            invite.header("Session-Expires"),
            Some("14400;refresher=uac")
        );
        assert!(String::from_utf8_lossy(&invite.body).contains("RTP/SAVP 111 9 0 18 96 8 109 101"));
        let (mut at_caller, mut at_callee) = (caller.audio(), callee.audio());
        caller.speak(&tone(440.0, 10));
        callee.speak(&tone(1000.0, 10));
        until_tone(&mut at_callee, 440.0).await;
        until_tone(&mut at_caller, 1000.0).await;
        callee.hold().await.unwrap();
        caller.resume().await.unwrap();
        assert_eq!(callee.hang_up().await.unwrap(), End::HungUp);
        assert_eq!(caller.ended(SOON).await.unwrap(), End::RemoteHungUp);
    }
}

#[tokio::test]
async fn credentials_are_checked() {
    let edge = edge().await;
    let right = DeviceAccount::of(&edge, Transport::Tcp);
    let wrong_password = DeviceAccount {
        password: "guess".to_owned(),
        ..right.clone()
    };
    let wrong_user = DeviceAccount {
        authorization_id: right.user_name.clone(),
        ..right.clone()
    };
    for account in [wrong_password, wrong_user] {
        let refused = AnsweringPhone::register(AnswerPlan::answering(Transport::Tcp), &account)
            .await
            .err();
        assert!(
            matches!(refused, Some(RegisterError::Refused(403))),
            "{refused:?}"
        );
    }
    assert!(edge.binding().is_none());
    assert!(edge.registers()[0].header("Authorization").is_none());
}

#[tokio::test]
async fn the_latest_registration_gets_the_call() {
    let edge = edge().await;
    let _first = device(&edge, Transport::Tls).await;
    let mut second = device(&edge, Transport::Udp).await;
    let caller = Caller::dial(DialPlan::through(&edge)).await.unwrap();
    caller.answered(SOON).await.unwrap();
    second.next_call(SOON).await.unwrap();
}

#[tokio::test]
async fn nobody_is_called_after_a_registration_was_taken_back() {
    let edge = edge().await;
    let _phone = device(&edge, Transport::Udp).await;
    DeviceAccount::of(&edge, Transport::Udp)
        .remove()
        .await
        .unwrap();
    edge.until_removed(SOON).await.unwrap();
    let dialled = Caller::dial(DialPlan::through(&edge)).await.err();
    assert!(matches!(dialled, Some(CallError::NobodyRegistered)));
}

#[tokio::test]
async fn a_registration_dies_with_its_connection() {
    let edge = edge().await;
    let _phone = device(&edge, Transport::Tls).await;
    assert!(edge.binding().is_some());
    edge.drop_connections();
    let gone = async {
        while edge.binding().is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, gone).await.unwrap();
    let _again = device(&edge, Transport::Tls).await;
    assert!(edge.binding().is_some());
}

#[tokio::test]
async fn registration_suffers_the_faults_that_are_set() {
    let edge = edge().await;
    let account = DeviceAccount::of(&edge, Transport::Tls);
    let attempt = || AnsweringPhone::register(AnswerPlan::answering(Transport::Tls), &account);
    for (fault, code) in [(EdgeFault::Unavailable, 503), (EdgeFault::Forbid, 403)] {
        edge.set_fault(Some(fault));
        let refused = attempt().await.err();
        assert!(
            matches!(refused, Some(RegisterError::Refused(given)) if given == code),
            "{refused:?}"
        );
    }
    edge.set_fault(Some(EdgeFault::DropConnection));
    assert!(matches!(
        attempt().await.err(),
        Some(RegisterError::NoAnswer)
    ));
    edge.set_fault(Some(EdgeFault::Ignore));
    let ignored = tokio::time::timeout(Duration::from_millis(200), attempt()).await;
    assert!(ignored.is_err(), "an answer came");
    edge.set_fault(None);
    assert!(attempt().await.is_ok());
}

#[tokio::test]
async fn a_service_that_knows_the_device_asks_for_no_credentials() {
    let config = EdgeConfig {
        challenge: false,
        granted: Duration::from_secs(47),
        ..EdgeConfig::default()
    };
    let edge = SipEdge::start(config).await.unwrap();
    let _phone = device(&edge, Transport::Udp).await;
    assert_eq!(edge.registers().len(), 1);
    assert_eq!(edge.binding().unwrap().granted, Duration::from_secs(47));
}
