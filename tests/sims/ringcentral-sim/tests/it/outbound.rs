//! The device calls out through the edge: credentials, early media, and people who answer, are busy or do not.

use reqwest::Method;
use ringcentral_sim::phone::{CallError, DeviceAccount, End, PhoneEvent, Reaction};
use ringcentral_sim::{Caller, DialPlan, RingCentralSim, SimConfig, Transport};
use serde_json::{Value, json};

use crate::SOON;
use crate::hearing::{tone, until_tone};
use crate::rest::{rest, token};
use crate::webhooks::{Seen, receiver};

const NUMBER: &str = "+15550009999";

struct Stage {
    sim: RingCentralSim,
    token: String,
    seen: Seen,
}

async fn stage() -> Stage {
    let sim = RingCentralSim::start(SimConfig::default()).await.unwrap();
    let token = token(&sim.rest_url()).await;
    let (address, seen) = receiver().await;
    let body = json!({
        "eventFilters": ["/restapi/v1.0/account/~/telephony/sessions?sipData=true"],
        "deliveryMode": { "transportType": "WebHook", "address": address, "verificationToken": "verification" },
    });
    let path = "/restapi/v1.0/subscription";
    let (status, _) = rest(&sim.rest_url(), &token, Method::POST, path, Some(body)).await;
    assert_eq!(status, 200);
    Stage { sim, token, seen }
}

impl Stage {
    fn plan(&self, number: &str) -> DialPlan {
        let account = DeviceAccount::of(self.sim.edge(), Transport::Tls);
        DialPlan::from_device(&account, number)
    }

    async fn events(&self, count: usize) -> Vec<String> {
        let mut seen = self.seen.subscribe();
        let seen = tokio::time::timeout(SOON, seen.wait_for(|seen| seen.len() >= count));
        let seen = seen.await.unwrap().unwrap();
        seen.iter().map(describe).collect()
    }
}

fn describe(event: &Value) -> String {
    let party = &event["body"]["parties"][0];
    let id = party["id"].as_str().unwrap();
    let status = &party["status"];
    let reason = status["reason"].as_str().unwrap_or_default();
    let text = format!(
        "{} {} {} {reason}",
        &id[id.len() - 2..],
        party["direction"].as_str().unwrap(),
        status["code"].as_str().unwrap()
    );
    text.trim_end().to_owned()
}

#[tokio::test]
async fn a_person_is_called_heard_and_hangs_up() {
    let stage = stage().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Ring).await.unwrap();
    let device = Caller::dial(stage.plan(NUMBER)).await.unwrap();
    let callee = person.next_call(SOON).await.unwrap();
    let mut events = device.events();
    let progress = |event: &PhoneEvent| (*event == PhoneEvent::Progress(183)).then_some(());
    events
        .until(SOON, |happened| progress(&happened.event))
        .await
        .unwrap();
    // The network can be heard before anybody has answered.
    let mut at_device = device.audio();
    callee.speak(&tone(440.0, 25));
    until_tone(&mut at_device, 440.0).await;
    callee.answer();
    device.answered(SOON).await.unwrap();
    let mut at_callee = callee.audio();
    device.speak(&tone(1000.0, 25));
    until_tone(&mut at_callee, 1000.0).await;
    let wanted = [
        "-1 Outbound Setup",
        "-2 Inbound Proceeding",
        "-1 Outbound Proceeding",
        "-2 Inbound Answered",
        "-1 Outbound Answered",
    ];
    assert_eq!(stage.events(5).await, wanted);
    let answered = stage.seen.borrow()[4].clone();
    let party = &answered["body"]["parties"][0];
    assert_eq!(party["sipData"]["callId"], device.call_id());
    assert_eq!(party["to"]["phoneNumber"], NUMBER);
    assert_eq!(party["from"]["deviceId"], "802512345678");
    let ids = callee.invite().header("P-Rc-Api-Ids").unwrap();
    let session = answered["body"]["telephonySessionId"].as_str().unwrap();
    let expected = format!(
        "party-id={};session-id={session}",
        party["id"].as_str().unwrap()
    );
    assert_eq!(ids, expected);
    callee.hang_up().await.unwrap();
    assert_eq!(device.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let wanted = ["-2 Inbound Disconnected", "-1 Outbound Disconnected"];
    assert_eq!(stage.events(7).await[5..], wanted);
    let logged = stage.sim.exchange().call_log();
    assert_eq!(
        (logged[0].inbound, logged[0].result.as_str()),
        (false, "Call connected")
    );
}

#[tokio::test]
async fn a_call_of_the_device_can_be_ended_over_rest() {
    let stage = stage().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Answer).await.unwrap();
    let device = Caller::dial(stage.plan(NUMBER)).await.unwrap();
    device.answered(SOON).await.unwrap();
    let callee = person.next_call(SOON).await.unwrap();
    stage.events(5).await;
    let session = stage.seen.borrow()[0]["body"]["telephonySessionId"].clone();
    let path = format!(
        "/restapi/v1.0/account/~/telephony/sessions/{}",
        session.as_str().unwrap()
    );
    let url = stage.sim.rest_url();
    let (status, body) = rest(&url, &stage.token, Method::GET, &path, None).await;
    assert_eq!(
        (status, &body["parties"][0]["direction"]),
        (200, &json!("Outbound"))
    );
    let (status, _) = rest(&url, &stage.token, Method::DELETE, &path, None).await;
    assert_eq!(status, 204);
    assert_eq!(device.ended(SOON).await.unwrap(), End::RemoteHungUp);
    assert_eq!(callee.ended(SOON).await.unwrap(), End::HungUp);
}

#[tokio::test]
async fn busy_unknown_and_silent_people_are_told_apart() {
    let stage = stage().await;
    let mut busy = stage
        .sim
        .person(NUMBER, Reaction::Refuse(486))
        .await
        .unwrap();
    let device = Caller::dial(stage.plan(NUMBER)).await.unwrap();
    let refused = device.answered(SOON).await;
    assert!(matches!(refused, Err(CallError::Ended(End::Refused(486)))));
    busy.next_call(SOON).await.unwrap();
    let wanted = [
        "-2 Inbound Disconnected TargetBusy",
        "-1 Outbound Disconnected",
    ];
    assert_eq!(stage.events(5).await[3..], wanted);
    let device = Caller::dial(stage.plan("+15550001111")).await.unwrap();
    let refused = device.answered(SOON).await;
    assert!(matches!(refused, Err(CallError::Ended(End::Refused(486)))));
    let mut stranger = stage.sim.strangers(Reaction::Ring).await.unwrap();
    let device = Caller::dial(stage.plan("+15550001111")).await.unwrap();
    let ringing = stranger.next_call(SOON).await.unwrap();
    assert_eq!(device.cancel().await.unwrap(), End::Cancelled);
    assert_eq!(ringing.ended(SOON).await.unwrap(), End::Cancelled);
    let wanted = ["-1 Outbound Disconnected", "-2 Inbound Disconnected"];
    assert_eq!(stage.events(10).await[8..], wanted);
    let results: Vec<String> = stage
        .sim
        .exchange()
        .call_log()
        .iter()
        .map(|call| call.result.clone())
        .collect();
    assert_eq!(results, ["Busy", "Hang Up"]);
}

#[tokio::test]
async fn wrong_credentials_call_nobody() {
    let stage = stage().await;
    let mut person = stage.sim.person(NUMBER, Reaction::Answer).await.unwrap();
    let mut account = DeviceAccount::of(stage.sim.edge(), Transport::Tls);
    account.password = "wrong".to_owned();
    let plan = DialPlan::from_device(&account, NUMBER);
    let device = Caller::dial(plan.clone()).await.unwrap();
    let refused = device.answered(SOON).await;
    assert!(matches!(refused, Err(CallError::Ended(End::Refused(403)))));
    let plan = DialPlan {
        credentials: None,
        ..plan
    };
    let device = Caller::dial(plan).await.unwrap();
    let refused = device.answered(SOON).await;
    assert!(matches!(refused, Err(CallError::Ended(End::Refused(407)))));
    let nobody = person.next_call(std::time::Duration::from_millis(50)).await;
    assert!(nobody.is_err());
}
