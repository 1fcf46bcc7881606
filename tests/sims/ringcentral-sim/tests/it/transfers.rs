//! Transfers that really ring somebody: by REST and by REFER, blind and announced.

use ringcentral_sim::phone::{DeviceAccount, End, PhoneEvent, Reaction};
use ringcentral_sim::{Caller, DialPlan, Leg, Person, SimCall, Transport};
use serde_json::json;

use crate::SOON;
use crate::hearing::{tone, until_tone};
use crate::whole::{Stage, stage};

const NUMBER: &str = "+15550009999";

/// Lets two phones hear each other.
async fn hear_each_other(one: &Leg, other: &Leg) {
    let (mut at_one, mut at_other) = (one.audio(), other.audio());
    one.speak(&tone(440.0, 50));
    other.speak(&tone(1000.0, 50));
    until_tone(&mut at_other, 440.0).await;
    until_tone(&mut at_one, 1000.0).await;
}

async fn notified(leg: &Leg, line: &str) {
    let wanted = |event: &PhoneEvent| *event == PhoneEvent::Notified(line.to_owned());
    leg.events()
        .until(SOON, |happened| wanted(&happened.event).then_some(()))
        .await
        .unwrap();
}

/// Has a caller on the line, and a person whom the device has called to announce the caller.
async fn consultation(stage: &mut Stage) -> (SimCall, Leg, Caller, Leg) {
    let (call, callee) = stage.answered().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Answer).await.unwrap();
    let account = DeviceAccount::of(stage.sim.edge(), Transport::Tls);
    let plan = DialPlan::from_device(&account, NUMBER);
    let device = Caller::dial(plan).await.unwrap();
    device.answered(SOON).await.unwrap();
    let person = person.next_call(SOON).await.unwrap();
    stage.events(10).await;
    (call, callee, device, person)
}

#[tokio::test]
async fn a_blind_transfer_rings_the_person_and_connects_the_caller() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee) = stage.answered().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Ring).await.unwrap();
    let body = json!({ "phoneNumber": NUMBER });
    let (status, party) = stage.act(&call, "transfer", body).await;
    assert_eq!(
        (status, &party["status"]["reason"]),
        (200, &json!("BlindTransfer"))
    );
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let ringing = person.next_call(SOON).await.unwrap();
    let events = stage.events(8).await;
    let wanted = ["-2 Disconnected BlindTransfer", "-3 Setup", "-3 Proceeding"];
    assert_eq!(events[5..], wanted);
    ringing.answer();
    assert_eq!(stage.events(9).await[8], "-3 Answered");
    hear_each_other(&call, &ringing).await;
    ringing.hang_up().await.unwrap();
    assert_eq!(call.ended(SOON).await.unwrap(), End::RemoteHungUp);
    assert_eq!(
        stage.events(11).await[9..],
        ["-3 Disconnected", "-1 Disconnected"]
    );
}

#[tokio::test]
async fn a_ringing_call_is_forwarded_to_an_extension() {
    let mut stage = stage(Reaction::Ring).await;
    let mut person = stage.sim.person("102", Reaction::Answer).await.unwrap();
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    let ringing = stage.phone.next_call(SOON).await.unwrap();
    stage.events(4).await;
    let both = json!({ "extensionNumber": "102", "phoneNumber": NUMBER });
    assert_eq!(stage.act(&call, "forward", both).await.0, 400);
    let body = json!({ "extensionNumber": "102" });
    assert_eq!(stage.act(&call, "forward", body).await.0, 200);
    assert_eq!(ringing.ended(SOON).await.unwrap(), End::Cancelled);
    let taken = person.next_call(SOON).await.unwrap();
    call.answered(SOON).await.unwrap();
    hear_each_other(&call, &taken).await;
    call.hang_up().await.unwrap();
    assert_eq!(taken.ended(SOON).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn two_calls_are_bridged_over_rest() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee, device, person) = consultation(&mut stage).await;
    let other = stage.seen.borrow()[9]["body"].clone();
    let body = json!({
        "telephonySessionId": other["telephonySessionId"], "partyId": other["parties"][0]["id"],
    });
    let (status, party) = stage.act(&call, "bridge", body).await;
    assert_eq!((status, &party["status"]["code"]), (200, &json!("Gone")));
    assert_eq!(
        party["status"]["peerId"]["sessionId"],
        other["telephonySessionId"]
    );
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    assert_eq!(device.ended(SOON).await.unwrap(), End::RemoteHungUp);
    hear_each_other(&call, &person).await;
    let events = stage.events(12).await;
    assert_eq!(
        events[10..],
        ["-2 Gone AttendedTransfer", "-1 Gone AttendedTransfer"]
    );
    let gone = stage.seen.borrow()[11]["body"]["parties"][0]["status"].clone();
    let peer = &gone["peerId"]["telephonySessionId"];
    assert_eq!(*peer, json!(call.session().telephony_session_id));
    person.hang_up().await.unwrap();
    assert_eq!(call.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let mut last = stage.events(14).await.split_off(12);
    last.sort();
    assert_eq!(last, ["-1 Disconnected", "-2 Disconnected"]);
    assert!(stage.sim.exchange().live_sessions().is_empty());
}

#[tokio::test]
async fn a_refer_connects_the_caller_when_the_person_answers() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee) = stage.answered().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Ring).await.unwrap();
    let to = format!("sip:{NUMBER}@sip.ringcentral.com");
    assert_eq!(callee.refer(&to).await.unwrap(), 202);
    notified(&callee, "SIP/2.0 100 Trying").await;
    let ringing = person.next_call(SOON).await.unwrap();
    ringing.answer();
    notified(&callee, "SIP/2.0 200 OK").await;
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    hear_each_other(&call, &ringing).await;
    call.hang_up().await.unwrap();
    assert_eq!(ringing.ended(SOON).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn a_refer_to_somebody_busy_leaves_the_call_as_it_was() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee) = stage.answered().await;
    let _busy: Person = stage
        .sim
        .person(NUMBER, Reaction::Refuse(486))
        .await
        .unwrap();
    let to = format!("sip:{NUMBER}@sip.ringcentral.com");
    assert_eq!(callee.refer(&to).await.unwrap(), 202);
    notified(&callee, "SIP/2.0 486 Busy Here").await;
    hear_each_other(&call, &callee).await;
    callee.hang_up().await.unwrap();
    assert_eq!(call.ended(SOON).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn a_refer_with_replaces_connects_two_calls() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee, device, person) = consultation(&mut stage).await;
    let unknown = format!("sip:{NUMBER}@sip.ringcentral.com?Replaces=none%3Bto-tag%3Da");
    assert_eq!(callee.refer(&unknown).await.unwrap(), 202);
    notified(&callee, "SIP/2.0 481 Call/Transaction Does Not Exist").await;
    let replaces = device.call_id().replace('@', "%40");
    let to =
        format!("sip:{NUMBER}@sip.ringcentral.com?Replaces={replaces}%3Bto-tag%3Da%3Bfrom-tag%3Db");
    assert_eq!(callee.refer(&to).await.unwrap(), 202);
    notified(&callee, "SIP/2.0 200 OK").await;
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    assert_eq!(device.ended(SOON).await.unwrap(), End::RemoteHungUp);
    hear_each_other(&call, &person).await;
    let events = stage.events(12).await;
    assert_eq!(
        events[10..],
        ["-2 Gone AttendedTransfer", "-1 Gone AttendedTransfer"]
    );
}
